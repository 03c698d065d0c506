"""What outsiders can check: a log that shows every edit, and reports made of it. Knows records; knows no HTTP."""
