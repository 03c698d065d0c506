"""Second factors and passkeys. Knows how they are shown; knows no HTTP."""
