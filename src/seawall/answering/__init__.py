"""The straight line: where the domain rooms meet. Knows their order; knows no HTTP."""
