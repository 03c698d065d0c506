"""Providers of identities: where people sign in elsewhere. A port, and its one adapter."""
