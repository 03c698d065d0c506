"""Accounts, factors, keys and homes over HTTP. Decides nothing."""
