"""A window as it is kept and published: with its verdict, and what people were given in it. Knows JSON; keeps nothing.

Its text is hashed into the log, so it has one spelling. With the state before it, anybody can find the verdict again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from seawall.safeguards.log_entry import canonical
from seawall.values.verdict import Evidence, Kind, Share, Verdict
from seawall.values.window import Window

Told = Mapping[str, Any]
# The largest window that was seen is 60 kB: what unpacks to more is none of ours.
_LONGEST_BYTES = 4 * 1024 * 1024


class BadWindow(Exception):
    """What was kept is no window; the message says why."""


def record_text(number: int, window: Window, verdict: Verdict, before: Told, served: Told) -> str:
    """The text that is kept, hashed and published."""
    return canonical(
        {
            "number": number,
            "before": before,
            "window": window.told(),
            "verdict": verdict_told(verdict),
            "served": served,
        }
    )


def verdict_told(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind.value,
        "at_s": round(verdict.at_s, 3),
        "since_s": round(verdict.since_s, 3),
        "attack": _share(verdict.attack),
        "surge": _share(verdict.surge),
        "evidence": [_evidence(one) for one in verdict.evidence],
        "would_change": [_evidence(one) for one in verdict.would_change],
    }


def packed(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)


def unpacked(kept: bytes) -> str:
    """Raises BadWindow."""
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(kept, _LONGEST_BYTES)
        if not unpacking.eof:
            raise BadWindow("It unpacks to more than a window has.")
        return text.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise BadWindow(f"It cannot be unpacked: {error}.") from error


def read(text: str) -> dict[str, Any]:
    """The parts of a window's text. Raises BadWindow."""
    try:
        told = json.loads(text)
        if set(told) >= {"number", "before", "window", "verdict", "served"}:
            return told
    except (ValueError, TypeError, RecursionError) as error:
        raise BadWindow(f"It cannot be read: {error!r}.") from error
    raise BadWindow("Parts of it are missing.")


def digest_of(texts: Iterable[str]) -> str:
    """SHA-256 over the texts in their order, a newline after each: what a verdict's entry has of its windows."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode() + b"\n")
    return digest.hexdigest()


def _share(share: Share) -> dict[str, float]:
    return {"low": _short(share.low), "middle": _short(share.middle), "high": _short(share.high)}


def _evidence(one: Evidence) -> dict[str, Any]:
    numbers = {name: _short(value) for name, value in sorted(one.numbers.items())}
    return {"name": one.name, "weight": _short(one.weight), "numbers": numbers}


def _short(value: float) -> float:
    """Six significant digits, as in the window itself."""
    return float(f"{value:.6g}")


def evidence_of(told: Sequence[Told]) -> tuple[Evidence, ...]:
    """Evidence as it was told. Raises BadWindow."""
    try:
        return tuple(Evidence(str(one["name"]), float(one["weight"]), dict(one["numbers"])) for one in told)
    except (KeyError, TypeError, ValueError) as error:
        raise BadWindow(f"This is no evidence: {error!r}.") from error


def shares_of(told: Told) -> Verdict:
    """A told verdict's kind and shares, for who puts them into words. Raises BadWindow."""
    try:
        attack, surge = (Share(**told[name]) for name in ("attack", "surge"))
        return Verdict(Kind(told["kind"]), told["at_s"], told["since_s"], attack, surge)
    except (KeyError, TypeError, ValueError) as error:
        raise BadWindow(f"This is no verdict: {error!r}.") from error
