"""What the service tells of itself: metrics and logs. Knows numbers and names; never a prompt."""
