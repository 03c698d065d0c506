"""Identities from elsewhere and whose accounts they are. Knows no protocol and no HTTP."""
