"""A conversation's title from its first message. Knows words; asks no model."""

from __future__ import annotations

from seawall.conversations.plain_words import plain

LONGEST = 48
# Of a message that may be a book; marks and addresses take more room than their words.
_LOOKED_AT = 2_000


def title_of(text: str) -> str:
    """The first words of ``text``, which may be Markdown, cut between words where there are any."""
    words = " ".join(plain(text[:_LOOKED_AT]).split()) or " ".join(text.split())
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST - 1]
    head, space, _ = cut.rpartition(" ")
    # Chinese has no spaces, and one early space would leave next to nothing.
    return (head if space and len(head) > LONGEST // 2 else cut).rstrip(" ,;:.") + "…"
