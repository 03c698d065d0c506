"""What wakes an operator, and how it is sent. Knows the bridge's readings; knows no HTTP."""
