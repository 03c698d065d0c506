"""Whether what is asked is acceptable. Knows content; never calls a model."""
