"""The siege: a bounded attack on one's own service, and what its users felt. Knows HTTP from outside; knows no room."""
