"""Conversations as other programs export them. Knows files and formats; knows no account, no records."""
