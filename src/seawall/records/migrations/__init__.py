"""How the schema came to be, one revision a file. Run by ``seawall.records.schema`` alone."""
