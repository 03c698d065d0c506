"""Names of files as people give them and as systems take them. Knows characters; knows no file."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
# What some system takes for a path, a pattern, a device or a quotation.
_UNSAFE = re.compile(r'[\\/:*?"<>|%]+|\.{2,}')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))})


def shown_name(given: str) -> str:
    """As it is shown: without the folder it lay in, line ends, and characters that turn the reading direction."""
    name = re.split(r"[\\/]", given)[-1]
    visible = "".join(one for one in name if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    visible = " ".join(visible.split())
    stem, dot, ending = visible.rpartition(".")
    if len(visible) <= LONGEST:
        return visible or "file"
    return f"{stem[: LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) < 12 else visible[:LONGEST]


def safe_name(given: str, default: str = "untitled") -> str:
    """For a file on any system, and for a header."""
    name = _UNSAFE.sub(" ", shown_name(given.replace("/", " ").replace("\\", " ")))
    name = " ".join(name.split()).strip(". ")[:80].rstrip(". ")
    return default if not name or name.lower().partition(".")[0] in _DEVICES else name
