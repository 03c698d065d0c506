"""Passwords: accepted, hashed, guessed at. Knows no HTTP."""
