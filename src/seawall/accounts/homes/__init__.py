"""Where an account is at home, and coming home from away. Knows no HTTP."""
