//go:build cgo && linux && !treesitterapi

// One C tree of the Python grammar as a flat array.

#ifndef SESSLINT_WALK_H
#define SESSLINT_WALK_H

#include <stddef.h>
#include <stdint.h>

// The flag of a flat_node: it or one below it is an error, or a token that recovery made up.
enum { FLAT_HAS_ERROR = 1 };

// A flat_node is one visible node. Nodes are in preorder: the first child of node i is i+1 if that is below next, and the
// sibling behind a node is at its next if that is below the next of the parent.
typedef struct {
	uint32_t start, end; // bytes
	uint32_t next;       // index of the first node that is not below this one
	uint16_t symbol;     // 0xffff for source that the grammar could not place
	uint16_t flags;
} flat_node;

// What flat_parse returns.
enum {
	FLAT_OK = 0,
	FLAT_TIMEOUT = 1,
	FLAT_NO_MEMORY = 2,
	FLAT_NOT_LINKED = 3, // the tree-sitter library is not in the binary
	FLAT_LANGUAGE = 4,   // the grammar does not fit the library
};

typedef struct {
	flat_node *nodes; // to be freed with free
	uint32_t count;
	int status;
	int64_t parse_ns, walk_ns;
} flat_tree;

// flat_parse parses length bytes of UTF-8 as Python and frees all that tree-sitter allocated. It is safe to call from several
// threads at once.
flat_tree flat_parse(const char *source, uint32_t length, uint64_t timeout_micros);

#endif
