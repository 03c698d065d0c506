"""The passwords that are guessed first. Knows one list; knows nobody's password."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

# Of Django's list of the 20,000 passwords that leaked most often (BSD licence, see NOTICE) the 8,354 of 8 characters
# and more, in small letters. ASVS 5, 6.2.4, asks for the first 3,000 that fit the service's rules.
_FILE = Path(__file__).with_name("common_passwords.txt.gz")
# What people put around a name to make it look like a password.
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """All of them, read at the first need: 5 ms, and 1 MB from then on."""
    return frozenset(gzip.decompress(_FILE.read_bytes()).decode().split("\n"))


def is_common(password: str) -> bool:
    """Whether it is among those that a guesser tries first, however its letters are written."""
    return normalize("NFKC", password).casefold() in common_passwords()


def is_about(password: str, names: Collection[str]) -> bool:
    """Whether it is one of these names, or one with nothing but digits and signs around it."""
    folded = normalize("NFKC", password).casefold()
    known = {name.casefold() for name in names if name}
    return folded in known or _AROUND.sub("", folded) in known
