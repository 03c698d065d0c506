"""The operator's terms. Knows their text and version; knows nobody who accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# Longer ones nobody has read; and a file named by mistake is not served to the world.
LONGEST_BYTES = 512 * 1024


class TermsError(Exception):
    """The terms cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Without text there are none, and nobody is asked."""

    text: str = ""
    version: str = ""

    def due(self, accepted: str) -> bool:
        """Whether somebody who accepted this version last has to be asked."""
        return bool(self.text) and accepted != self.version


def read_terms(file: str, version: str) -> Terms:
    """The terms of this file; none where none is named. Raises TermsError."""
    if not file:
        return Terms()
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(LONGEST_BYTES + 1)
        text = raw.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise TermsError(f"The terms (accounts.terms_file, {file}) cannot be read: {error}.") from None
    if len(raw) > LONGEST_BYTES or not text:
        raise TermsError(f"The terms (accounts.terms_file, {file}) are empty, or longer than {LONGEST_BYTES} bytes.")
    return Terms(text, version)
