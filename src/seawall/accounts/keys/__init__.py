"""API keys: made, recognised, last used. Knows no HTTP header."""
