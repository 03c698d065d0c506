"""How many examples hypothesis makes of a unit, and how long one may take. Knows no test."""

from hypothesis import settings

# No example is judged by the clock: on a busy machine 200 ms, which is hypothesis' own bound, pass with nothing done.
usual = settings.get_current_profile_name()
settings.register_profile(usual, settings.get_profile(usual), deadline=None)
# `make check` is for a quick look; `make test` makes the usual hundred.
settings.register_profile("few", max_examples=15, deadline=None)
