"""Sizes are told in the units that people use."""

from __future__ import annotations

import pytest

from seawall.values.sizes import size_in_words


@pytest.mark.parametrize(
    ("size_bytes", "told"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (65_536, "64 KiB"),
        (16_777_216, "16 MiB"),
        (1_500_000, "1.43 MiB"),
        (3 * 1024**3, "3 GiB"),
    ],
)
def test_a_size_is_told_in_its_largest_unit(size_bytes: int, told: str) -> None:
    assert size_in_words(size_bytes) == told
