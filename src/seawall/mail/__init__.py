"""Mail to people who have an account. Knows how it is handed over; knows no reason to send any."""
