"""What a text is found by: its words, folded, and the pairs of neighbours where a script has no spaces. Knows no index.

The records index by these words and ask by them, so that both databases find the same, whatever the script: Chinese of
two characters as well as a part of an English word from its beginning on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from operator import add

# Beyond it a text is not searched: some thirty pages, where what matters has been said.
SEARCHED_CHARACTERS = 65_536
# Longer ones are found by their beginning.
LONGEST_WORD = 40
# Of a query; what is beyond says nothing that these did not.
MOST_WORDS = 16
LONGEST_QUERY = 1000

# Thai, Lao, Burmese, Khmer, kana, ideographs: written without spaces between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
_SPACED, _TOGETHER = re.compile(rf"{_LETTER}+"), re.compile(rf"[{_UNSPACED}]+")
_RUN = re.compile(rf"({_TOGETHER.pattern})|{_SPACED.pattern}")
# The same for most texts, in a third of the time: every message passes here on its way to the disk.
_ASCII = re.compile(r"[a-z0-9]+")
# No letter and no space: few of these are combining.
_MARK = re.compile(r"[^\w\s]")
_QUOTED = re.compile(r'["\u201c\u201d\u300c]([^"\u201c\u201d\u300d]+)["\u201c\u201d\u300d]')


def folded(text: str) -> str:
    """Without capitals, accents and other widths, character by character: Café as cafe, Ｔｉｄｅ as tide."""
    if text.isascii():
        return text.lower()
    return _MARK.sub(_unless_combining, unicodedata.normalize("NFKD", text).casefold())


def _unless_combining(mark: re.Match[str]) -> str:
    return "" if unicodedata.combining(mark[0]) else mark[0]


def words_of(text: str) -> list[str]:
    """Each word once."""
    plain = folded(text[:SEARCHED_CHARACTERS])
    if plain.isascii():
        return list({word[:LONGEST_WORD]: None for word in _ASCII.findall(plain)})
    words = {word[:LONGEST_WORD]: None for word in _SPACED.findall(plain)}
    for run in _TOGETHER.findall(plain):
        # Each character with the next, and the last alone: each begins a word, so one alone is found as a beginning.
        words.update(dict.fromkeys(map(add, run, run[1:])))
        words[run[-1]] = None
    return list(words)


@dataclass(frozen=True, slots=True)
class Word:
    """One that is looked up; ``is_beginning`` finds longer ones too."""

    text: str
    is_beginning: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a query asks for: all ``words``, and each of ``together`` in one piece; folded.

    ``parts`` are the words as they were typed, for showing where they are.
    """

    words: tuple[Word, ...]
    together: tuple[tuple[str, ...], ...]
    parts: tuple[str, ...]


def wanted_by(query: str) -> Wanted:
    """Any text is a query: there are no operators but quotes around what has to stand together."""
    query = folded(query[:LONGEST_QUERY])
    words: dict[Word, None] = {}
    parts: dict[str, None] = {}
    together: dict[tuple[str, ...], None] = {}
    for run in _RUN.finditer(query):
        parts[run[0]] = None
        if run[1] is None:
            words[Word(run[0][:LONGEST_WORD], is_beginning=len(run[0]) > 1)] = None
        else:
            words.update(dict.fromkeys(_looked_up(run[0])))
            if len(run[0]) > 2:  # Its pairs might stand apart.
                together[(run[0],)] = None
    for quoted in _QUOTED.finditer(query):
        phrase = tuple(run[0] for run in _RUN.finditer(quoted[1]))
        if len(phrase) > 1:
            together[phrase] = None
    return Wanted(tuple(words)[:MOST_WORDS], tuple(together)[:MOST_WORDS], tuple(parts)[:MOST_WORDS])


def _looked_up(run: str) -> list[Word]:
    if len(run) == 1:
        return [Word(run, is_beginning=True)]
    return [Word(run[index : index + 2], is_beginning=False) for index in range(len(run) - 1)]


def pattern_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the parts next to each other in a folded text, with nothing but marks and spaces between them."""
    return re.compile(_beginning(parts[0]) + r"[\W_]{0,16}".join(re.escape(part) for part in parts))


def any_of(parts: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the first of the parts in a folded text."""
    return re.compile("|".join(_beginning(part) + re.escape(part) for part in parts))


def _beginning(part: str) -> str:
    """Where a part may begin: with its word, if its script has words."""
    return "" if _TOGETHER.match(part) else rf"(?<!{_LETTER})"
