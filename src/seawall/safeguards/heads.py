"""Heads that were kept outside, held against a log. Knows notes; knows no file."""

from __future__ import annotations

import json
from contextlib import suppress

from seawall.safeguards.audit import Audit
from seawall.safeguards.notes import BadNote, Verifier, head_in


def kept_head(text: str) -> str:
    """The note in what somebody kept: the note itself, or the JSON in which the service tells it."""
    with suppress(ValueError, KeyError, TypeError):
        text = str(json.loads(text)["note"])
    return text.replace("\r\n", "\n").strip() + "\n"  # However an editor or a terminal ended it.


def against(audit: Audit, note: str) -> str | None:
    """Why the log is not the one that this note was signed over; None where it goes on from there."""
    try:
        said = head_in(note)
    except BadNote as error:
        return f"The kept head cannot be read: {error}"
    if said.origin != audit.origin:
        return f"The kept head is of the log {said.origin}, and this is {audit.origin or 'empty'}."
    if not any(_signed(verifier, note) for verifier in audit.verifiers):
        return "The kept head is not signed by a key that this log names: it was made by somebody else, or the log was."
    if said.size > audit.tree.size:
        return (
            f"The log was cut: the kept head is over {said.size} entries, and there are {audit.tree.size}. "
            "A backup that was restored does this too."
        )
    if said.root != audit.tree.root(said.size):
        return f"The log was rewritten: its first {said.size} entries are not those of the kept head."
    return None


def _signed(verifier: Verifier, note: str) -> bool:
    try:
        verifier.open(note)
    except BadNote:
        return False
    return True
