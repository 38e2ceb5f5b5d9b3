// Package sessionstore is a reference session store: what Django's sessions do, in Go, with a virtual clock and counters.
//
// A [Store] ties together settings ([Config]), a [Clock] and a [Backend]. [Store.Handle] runs one request through the
// session middleware; [Session] is request.session; [Memory] is the table of the db engine and counts statements, bytes and
// lost updates; [CachedDB] puts a cache in front of it. Versions of Django that behave differently are told apart by
// [Version].
//
// The package is evidence: a rule that says "this write is lost" shows it by a run here. It is trusted because
// testdata/vectors.json holds what Django 3.2, 4.2, 5.2 and 6.1 were observed to do, and the tests replay every one of those
// observations and compare every recorded field.
//
// What does not live here: SQL, cache-only, file and cookie backends; the signing and compression that Django puts around
// the JSON text (sizes are those of the JSON, see [Counters]); the async methods (aset, aget, ...); SECRET_KEY_FALLBACKS;
// cookie flags. Runs with many clients and days are in the subpackage scenario.
//
// Facts about Django are cited by file below django/ (for example contrib/sessions/middleware.py), by ticket number and by
// the first release that has them. Where Python raises an exception the methods return an error; an [*Exception] carries
// Python's own type and text.
package sessionstore
