"""Trains small models of the V3 architecture. Knows torch; nothing else in the house knows it."""
