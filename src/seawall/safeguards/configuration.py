"""What the log says at a start of settings and models: what changed since the last time. Knows values; reads no file.

Of a setting that decides who is served, and is a number or a truth, everybody may know the value. Of any other the log
has a keyed digest, which shows that it changed and not what it is; of a secret, nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, cast

from seawall.records.port import Records
from seawall.records.truth_entries import LastOfKind
from seawall.safeguards.log_entry import BadEntry, Facts, entry_of

# Shares, patience, postures, the gate: the rules by which people are let in or refused.
OPEN_SECTIONS = ("admission.", "queue.", "entrance.", "edge.", "limits.", "budget.")
_DIGEST = 16


def settings_told(values: Mapping[str, object], texts: Mapping[str, str], key: bytes) -> Facts:
    """``values`` are the settings by path, ``texts`` the same without what is secret; a path may be left out."""
    told: dict[str, Any] = {}
    digests: dict[str, str] = {}
    for path, text in texts.items():
        value = values[path]
        if path.startswith(OPEN_SECTIONS) and isinstance(value, bool | int | float):
            told[path] = value
        else:
            digests[path] = hmac.digest(key, f"{path}={text}".encode(), hashlib.sha256).hex()[:_DIGEST]
    return {"values": told, "digests": digests}


def changed(before: Facts | None, now: Facts) -> list[str]:
    """The names under which the two differ, whatever table they are in; all of ``now`` where nothing was before."""
    then, current = _flat(before or {}), _flat(now)
    return sorted(name for name in then.keys() | current.keys() if then.get(name) != current.get(name))


async def since_last(records: Records, kind: str, now: Facts) -> Facts | None:
    """What is to be said of ``now``; None where the last entry of its kind says the same. Raises RecordsUnavailable."""
    last = await records.read(LastOfKind(kind))
    try:
        before = None if last is None else entry_of(last.entry).facts
    except BadEntry:
        before = None
    compared = None if before is None else {name: value for name, value in before.items() if name != "changed"}
    if compared == now:
        return None
    return {**now, "changed": changed(compared, now) if before is not None else []}


def _flat(facts: Facts) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        flat.update(cast("Facts", value) if isinstance(value, Mapping) else {name: value})
    return flat
