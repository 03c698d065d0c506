"""Who may come in: accounts, passwords, sessions, keys. Knows the records' port; knows no HTTP."""
