"""The outermost room: connections, addresses, bounds on bodies. Parses no JSON; touches no database."""
