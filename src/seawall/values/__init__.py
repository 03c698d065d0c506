"""What flows down the straight line. Knows no room; every room knows it."""
