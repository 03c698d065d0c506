"""How the service is, as the public is told: components, incidents, maintenance, subscribers. Knows no HTTP, no SQL."""
