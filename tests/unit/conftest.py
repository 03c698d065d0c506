"""How many examples hypothesis makes of a unit. Knows no test."""

from hypothesis import settings

# `make check` is for a quick look; `make test` makes the usual hundred.
settings.register_profile("few", max_examples=15)
