"""Markdown as the plain words of it, for a line in a list. Knows its marks by sight; parses no document.

What stands in a list of hits is cut from somewhere, so that no parser would find both ends of what it looks for. Each
mark goes by how it stands to the words beside it, as CommonMark has it: ``2 * 3`` and ``a_b`` keep theirs.
"""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"""
    ^[ \t]*(?:`{3,}|~{3,})[^\n`]*$               # the fence of a block of code
    | (?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)   # code in a line, whose own marks are words
    | !?\[(?P<label>[^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\))?[^()\n]*\)   # a link or a picture
    | \\(?P<escaped>[!-/:-@\[-`{-~])
    | ^(?=[|:\ \t]*-)[|:\-\ \t]+$                # the line under a table's head, or a rule
    | ^[ \t]*(?:\#{1,6}|>+|[-+*]|\d{1,4}[.)])[ \t]+        # a heading, a quotation, a list
    | \*\*(?P<bold>[^*\n]+)\*\*                   # both ends: Chinese has no space beside them
    | (?<![\w*])\*{1,3}(?=[^\s*]) | (?<=[^\s*])\*{1,3}(?![\w*])
    | (?<!\w)_{1,3}(?=[^\s_]) | (?<=[^\s_])_{1,3}(?!\w)
    | ~~(?=\S) | (?<=\S)~~
    | `+
    | [ \t]*\|[ \t]*                              # between the cells of a table
    """,
    re.VERBOSE | re.MULTILINE,
)
_CELL = re.compile(r"[ \t]*\|[ \t]*")


def plain(text: str) -> str:
    """The text without its marks; words and line ends stay."""
    return _MARKS.sub(_word, text)


def _word(found: re.Match[str]) -> str:
    if found["code"] is not None:
        return found["code"]
    if found["escaped"] is not None:
        return found["escaped"]
    for inner in ("label", "bold"):
        if found[inner] is not None:
            return plain(found[inner])
    return " " if _CELL.fullmatch(found[0]) else ""
