package evidence

// The harness looks for this file; folders below testdata are not built.
