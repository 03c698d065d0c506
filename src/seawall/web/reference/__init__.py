"""What the API's own pages tell of it. Knows its schemas and refusals; serves no question."""
