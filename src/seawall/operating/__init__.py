"""The desks of a running service: what an operator sees and moves in it. Knows reports and verbs; no HTTP."""
