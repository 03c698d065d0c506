"""A conversation's title from its first message. Knows words; asks no model."""

from __future__ import annotations

LONGEST = 48


def title_of(text: str) -> str:
    """The first words of ``text``, cut between words where there are any."""
    words = " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST - 1]
    head, space, _ = cut.rpartition(" ")
    # Chinese has no spaces, and one early space would leave next to nothing.
    return (head if space and len(head) > LONGEST // 2 else cut).rstrip(" ,;:.") + "…"
