"""Sizes as people write them. Knows powers of 1024; knows nothing that has a size."""

from __future__ import annotations

_UNITS = (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024))


def size_in_words(size_bytes: int) -> str:
    """``16 MiB`` for 16777216; the nearest three digits of what is no round number."""
    for unit, unit_bytes in _UNITS:
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.3g} {unit}"
    return f"{size_bytes} bytes"
