"""What operators see while they watch: one reading every two seconds, and the minutes before. Knows no HTTP."""
