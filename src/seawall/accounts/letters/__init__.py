"""Mail about accounts, and the links in it. Knows no SMTP and no HTTP."""
