"""HTTP to values and back. Makes no decisions."""
