"""The verdict's settings: whether the service judges what comes, and what the judgement may move. Acts on none."""

from __future__ import annotations

from seawall.settings.section import Section


class VerdictSettings(Section):
    enabled: bool = True
    """Whether the service watches how those behave who come, and says every ten seconds if it is an ordinary hour, a
    surge, an attack or both. On: it costs a request a few microseconds and keeps no text, address or account.
    """
    influence: bool = True
    """Whether an attack that is recognised may raise the posture by one step before the service is full, weigh down
    networks that take part in it (new accounts alone wait longer there, four times at most) and ask harder puzzles of
    strangers there. It blocks nobody and never touches registered users in good standing.
    """
