//go:build cgo && linux && !treesitterapi

#include "walk.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

// The part of tree_sitter/api.h that is needed here. The functions are weak because each cgo package is linked alone
// once, to find out its dynamic imports; the real ones come with the objects of go-tree-sitter in the final link.
typedef struct {
	uint32_t context[4];
	const void *id;
	const void *tree;
} TSNode;

typedef struct {
	const void *tree;
	const void *id;
	uint32_t context[3];
} TSTreeCursor;

#define WEAK __attribute__((weak))

WEAK const void *tree_sitter_python(void);
WEAK void *ts_parser_new(void);
WEAK void ts_parser_delete(void *);
WEAK bool ts_parser_set_language(void *, const void *);
WEAK void ts_parser_set_timeout_micros(void *, uint64_t);
WEAK void *ts_parser_parse_string(void *, const void *, const char *, uint32_t);
WEAK void ts_tree_delete(void *);
WEAK TSNode ts_tree_root_node(const void *);
WEAK uint32_t ts_node_descendant_count(TSNode);
WEAK uint16_t ts_node_symbol(TSNode);
WEAK uint32_t ts_node_start_byte(TSNode);
WEAK uint32_t ts_node_end_byte(TSNode);
WEAK bool ts_node_has_error(TSNode);
WEAK TSTreeCursor ts_tree_cursor_new(TSNode);
WEAK void ts_tree_cursor_delete(TSTreeCursor *);
WEAK TSNode ts_tree_cursor_current_node(const TSTreeCursor *);
WEAK bool ts_tree_cursor_goto_first_child(TSTreeCursor *);
WEAK bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *);
WEAK bool ts_tree_cursor_goto_parent(TSTreeCursor *);

static int64_t now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fill(flat_node *out, const TSTreeCursor *cursor) {
	TSNode node = ts_tree_cursor_current_node(cursor);
	out->start = ts_node_start_byte(node);
	out->end = ts_node_end_byte(node);
	out->symbol = ts_node_symbol(node);
	out->flags = ts_node_has_error(node) ? FLAT_HAS_ERROR : 0;
}

// walk stores the nodes below and including root. It keeps its own stack, so depth costs heap and not C stack.
static int walk(TSNode root, flat_tree *out) {
	uint32_t capacity = ts_node_descendant_count(root);
	if (capacity == 0) capacity = 1;
	flat_node *nodes = malloc((size_t)capacity * sizeof *nodes);
	size_t stack_capacity = 256, depth = 0;
	uint32_t *stack = malloc(stack_capacity * sizeof *stack);
	if (!nodes || !stack) {
		free(nodes);
		free(stack);
		return FLAT_NO_MEMORY;
	}
	TSTreeCursor cursor = ts_tree_cursor_new(root);
	uint32_t count = 0;
	int status = FLAT_OK;
	for (;;) {
		if (count == capacity) {
			capacity += capacity / 2 + 16;
			flat_node *grown = realloc(nodes, (size_t)capacity * sizeof *nodes);
			if (!grown) {
				status = FLAT_NO_MEMORY;
				break;
			}
			nodes = grown;
		}
		uint32_t index = count++;
		fill(&nodes[index], &cursor);
		if (ts_tree_cursor_goto_first_child(&cursor)) {
			if (depth == stack_capacity) {
				stack_capacity *= 2;
				uint32_t *grown = realloc(stack, stack_capacity * sizeof *stack);
				if (!grown) {
					status = FLAT_NO_MEMORY;
					break;
				}
				stack = grown;
			}
			stack[depth++] = index;
			continue;
		}
		nodes[index].next = count;
		bool done = false;
		while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
			if (depth == 0) {
				done = true;
				break;
			}
			nodes[stack[--depth]].next = count;
			ts_tree_cursor_goto_parent(&cursor);
		}
		if (done) break;
	}
	ts_tree_cursor_delete(&cursor);
	free(stack);
	if (status != FLAT_OK) {
		free(nodes);
		return status;
	}
	out->nodes = nodes;
	out->count = count;
	return FLAT_OK;
}

flat_tree flat_parse(const char *source, uint32_t length, uint64_t timeout_micros) {
	flat_tree out = {NULL, 0, FLAT_OK, 0, 0};
	if (!ts_parser_new || !tree_sitter_python) {
		out.status = FLAT_NOT_LINKED;
		return out;
	}
	int64_t begin = now_ns();
	void *parser = ts_parser_new();
	if (!ts_parser_set_language(parser, tree_sitter_python())) {
		ts_parser_delete(parser);
		out.status = FLAT_LANGUAGE;
		return out;
	}
	ts_parser_set_timeout_micros(parser, timeout_micros);
	void *tree = ts_parser_parse_string(parser, NULL, source, length);
	int64_t parsed = now_ns();
	out.parse_ns = parsed - begin;
	if (tree) {
		out.status = walk(ts_tree_root_node(tree), &out);
		ts_tree_delete(tree);
	} else {
		out.status = FLAT_TIMEOUT;
	}
	ts_parser_delete(parser);
	out.walk_ns = now_ns() - parsed;
	return out;
}
