"""What models learn from: seeded generators, files of the user, and what keeps held-out problems out of them."""
