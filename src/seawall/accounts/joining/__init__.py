"""How somebody becomes a member. Knows rules, invites and approvals; knows no HTTP."""
