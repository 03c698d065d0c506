"""Buckets in constant memory: shares, levels, and who shares a cell with a flood."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from seawall.edge.address import networks_of
from seawall.edge.buckets import WIDE, Buckets, Level, Share
from settable_clock import SettableClock

SHARE = Share(rate=2, burst=10)


def test_the_burst_is_granted_at_once_and_then_the_rate():
    level = Level(SHARE)
    for now_s in (1000.0, 1005.0):
        for _ in range(10):
            assert level.wait_s("192.0.2", 1, now_s) <= 0
            level.take("192.0.2", 1, now_s)
        assert level.wait_s("192.0.2", 1, now_s) == pytest.approx(0.5)


def test_what_is_refused_is_not_charged():
    clock = SettableClock()
    buckets = Buckets(SHARE, clock=clock)
    while buckets.take("192.0.2", "192.0") == 0:
        pass
    waits_s = [buckets.take("192.0.2", "192.0") for _ in range(1000)]
    clock.advance(waits_s[-1])
    assert buckets.take("192.0.2", "192.0") == 0


def test_many_networks_of_one_provider_share_the_wider_level():
    buckets = Buckets(SHARE, clock=SettableClock())
    granted = sum(buckets.take(f"2001:db8:0:{n:x}", "2001:db8:0") == 0 for n in range(10_000))
    assert granted == SHARE.burst * WIDE


def test_a_stranger_elsewhere_is_not_taken_for_one_of_two_thousand_flooding_networks():
    level = Level(SHARE)
    for n in range(2000):
        for _ in range(10):
            level.take(f"flood {n}", 1, 1000.0)
    mistaken = sum(level.wait_s(f"honest {n}", 1, 1000.0) > 0 for n in range(10_000))
    assert mistaken < 10


def test_memory_is_the_same_however_many_networks_come():
    level = Level(SHARE)
    gc.collect()
    tracemalloc.start()
    try:
        for n in range(50_000):
            level.take(f"{n}", 1, 1000.0)
        gc.collect()
        grown_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert grown_bytes < 64 * 1024


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.200", (True, True)),
        ("192.0.2.1", "192.0.3.1", (False, True)),
        ("192.0.2.1", "192.1.2.1", (False, False)),
        ("2001:db8::1", "2001:db8::ffff", (True, True)),
        ("2001:db8::1", "2001:db8:0:1::1", (False, True)),
        ("2001:db8::1", "2001:db8:1::1", (False, False)),
        ("::ffff:192.0.2.1", "192.0.2.7", (True, True)),
        ("no address", "no address", (True, True)),
    ],
)
def test_which_addresses_share_a_network(one: str, other: str, same: tuple[bool, bool]):
    pairs = zip(networks_of(one), networks_of(other), strict=True)
    assert tuple(first == second for first, second in pairs) == same
