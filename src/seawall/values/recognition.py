"""What a request's credential is worth at first sight. Knows degrees; knows neither keys nor sessions."""

from __future__ import annotations

from enum import IntEnum


class Recognition(IntEnum):
    """Without I/O, so that it can be asked before anything else is done.

    CLAIMANT shows something that may be a credential of ours and has to be looked up; KNOWN was looked up lately, or
    bears our signature; OPERATOR is known as one.
    """

    STRANGER = 0
    CLAIMANT = 1
    KNOWN = 2
    OPERATOR = 3
