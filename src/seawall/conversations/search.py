"""Finds what was said: which hits come first, and the words around them. Knows words; knows no index."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seawall.conversations.plain_words import plain as without_marks
from seawall.records.conversation_entries import ConversationRow
from seawall.records.library_entries import FoundRow, Search
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal
from seawall.values.search_words import Wanted, any_of, folded, pattern_of, wanted_by

# A line of the list, about: what leads to the match is there to recognise it, what follows to read on.
BEFORE, AFTER = 60, 140
# Of the Markdown around a match this is looked at: links and marks take more room than their words.
_WINDOW = 600
# Around the match while the marks go; no text that a person writes has these (private use).
_START, _END = "\ue000", "\ue001"
# Found by the index, then ranked: twice what a person reads.
CANDIDATES = 64
# A hit of so long ago counts half as much as one of today.
HALF_LIFE_S = 30 * 86_400.0
# What the words are in says more than when: a title names what all of it is about, and words that stand together as
# they were typed are seldom so by chance.
TITLE_WEIGHT, TOGETHER_WEIGHT = 2.0, 1.5
# Searches at once: half of the records' readers, so that opening a conversation never waits behind searches.
AT_ONCE = 2
# One account's, typing or not: more than these wait for nothing but each other.
WAITING = 4
TOO_MANY_SEARCHES = Refusal(
    Reason.SHARE_USED, "Several searches of yours are going on already. Wait a moment.", retry_after_s=2.0
)


@dataclass(frozen=True, slots=True)
class Hit:
    """``message_id`` and ``speaker`` are None where the title matched. The three texts follow each other, plain."""

    conversation: ConversationRow
    message_id: str | None
    speaker: str | None
    at_s: float
    before: str
    match: str
    after: str


class Searching:
    """One person's titles and messages. Raises RecordsUnavailable where the records do not answer."""

    def __init__(self, records: Records, *, unix_time: Callable[[], float]) -> None:
        self._records = records
        self._unix_time = unix_time
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._of: dict[str, int] = {}

    async def search(self, account_id: str, query: str, limit: int) -> tuple[Hit, ...] | Refusal:
        """The best hits first; none for a query without a word."""
        wanted = wanted_by(query)
        if not wanted.words:
            return ()
        if self._of.get(account_id, 0) >= WAITING:
            return TOO_MANY_SEARCHES
        self._of[account_id] = self._of.get(account_id, 0) + 1
        try:
            async with self._turns:
                rows = await self._records.read(Search(account_id, wanted, CANDIDATES))
                # Not on the loop: folding a megabyte takes longer than others should wait for their tokens.
                return await asyncio.to_thread(ranked, rows, wanted, self._unix_time(), limit)
        finally:
            self._of[account_id] -= 1
            if not self._of[account_id]:
                del self._of[account_id]


def ranked(rows: Sequence[FoundRow], wanted: Wanted, now_s: float, limit: int) -> tuple[Hit, ...]:
    """The hits among ``rows``, the best first: by where the words are, and by how long ago that was."""
    together = [pattern_of(parts) for parts in wanted.together]
    as_typed = pattern_of(wanted.parts)
    anywhere = [as_typed, *together, any_of(wanted.parts)]
    scored: list[tuple[float, Hit]] = []
    for row in rows:
        plain = folded(row.text)
        if not all(pattern.search(plain) for pattern in together):
            continue
        weight = TITLE_WEIGHT if row.message_id is None else 1.0
        if len(wanted.parts) > 1 and as_typed.search(plain):
            weight *= TOGETHER_WEIGHT
        age_s = max(0.0, now_s - row.at_s)
        scored.append((weight / (1 + age_s / HALF_LIFE_S), _hit(row, plain, anywhere)))
    scored.sort(key=lambda one: one[0], reverse=True)
    return tuple(hit for _, hit in scored[:limit])


def _hit(row: FoundRow, plain: str, patterns: Sequence[re.Pattern[str]]) -> Hit:
    start, end = _in_original(
        row.text, plain, next((found.span() for p in patterns if (found := p.search(plain))), (0, 0))
    )
    before, match, after = _as_words(row, start, end)
    return Hit(row.conversation, row.message_id, row.speaker, row.at_s, before, match, after)


def _as_words(row: FoundRow, start: int, end: int) -> tuple[str, str, str]:
    """What is before the match, it, and what is after it. A title is no Markdown."""
    text = row.text
    if row.message_id is not None:
        cut, stop = max(0, start - _WINDOW), min(len(text), end + _WINDOW)
        window = without_marks(f"{text[cut:start]}{_START}{text[start:end]}{_END}{text[end:stop]}")
        if window.count(_START) == window.count(_END) == 1:  # Else it matched an address, which is no word to read.
            before, _, rest = window.partition(_START)
            match, _, after = rest.partition(_END)
            return _before(before, cut > 0), _one_line(match), _after(after, stop < len(text))
    return _before(text[:start], is_cut=False), _one_line(text[start:end]), _after(text[end:], is_cut=False)


def _in_original(text: str, plain: str, span: tuple[int, int]) -> tuple[int, int]:
    """Where it is in the text: folding makes some characters longer, and drops some."""
    if len(text) == len(plain):
        return span
    places: list[int] = []
    for place, character in enumerate(text):
        places.extend([place] * len(folded(character)))
        if len(places) > span[1]:
            break
    places.append(len(text))
    start, end = places[min(span[0], len(places) - 1)], places[min(span[1], len(places) - 1)]
    return start, max(end, start)


def _before(text: str, is_cut: bool) -> str:
    lead = _one_line(text[-BEFORE:])
    return f"…{lead}" if is_cut or len(text) > BEFORE else lead.lstrip()


def _after(text: str, is_cut: bool) -> str:
    rest = _one_line(text[:AFTER])
    return f"{rest}…" if is_cut or len(text) > AFTER else rest.rstrip()


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
