"""The operator's block list: what it holds, for how long, and over a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.edge.block_list import BlockList, BlockListError, Treatment
from settable_clock import SettableClock


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


def test_an_address_within_a_blocked_network_is_held(clock: SettableClock):
    blocked = BlockList(None, unix_time=clock)
    assert not blocked.holds("203.0.113.9")
    blocked.add("203.0.113.0/24")
    blocked.add("2001:db8::/48")
    assert blocked.holds("203.0.113.9")
    assert blocked.holds("::ffff:203.0.113.9")
    assert blocked.holds("2001:db8::1")
    assert not blocked.holds("203.0.114.9")
    assert not blocked.holds("no address")


def test_a_block_ends_by_itself(clock: SettableClock):
    blocked = BlockList(None, unix_time=clock)
    blocked.add("203.0.113.0/24", for_s=60)
    assert blocked.holds("203.0.113.9")
    clock.advance(60)
    assert not blocked.holds("203.0.113.9")
    assert list(blocked) == []


def test_of_two_blocks_over_one_address_the_longer_one_counts(clock: SettableClock):
    blocked = BlockList(None, unix_time=clock)
    blocked.add("203.0.113.9", for_s=10)
    blocked.add("203.0.0.0/16", for_s=100)
    assert blocked.holds("203.0.113.9")
    clock.advance(50)
    assert blocked.holds("203.0.113.9")
    assert not blocked.remove("203.0.113.9")
    assert blocked.remove("203.0.0.0/16")
    assert not blocked.holds("203.0.113.9")


def test_the_list_holds_over_a_restart(clock: SettableClock, tmp_path: Path):
    file = tmp_path / "blocked.json"
    BlockList(file, unix_time=clock).add("203.0.113.0/24", for_s=60, reason="flood of keys")
    (block,) = BlockList(file, unix_time=clock)
    assert (block.network, block.reason) == ("203.0.113.0/24", "flood of keys")
    clock.advance(61)
    assert not BlockList(file, unix_time=clock).holds("203.0.113.9")


@pytest.mark.parametrize("network", ["everybody", "0.0.0.0/0", "::/0", "203.0.113.0/64", ""])
def test_what_is_no_network_or_everybody_is_refused(network: str, clock: SettableClock):
    with pytest.raises(BlockListError):
        BlockList(None, unix_time=clock).add(network)


def test_a_broken_file_is_told_and_not_overwritten(clock: SettableClock, tmp_path: Path):
    file = tmp_path / "blocked.json"
    file.write_text("[{]")
    with pytest.raises(BlockListError, match="Mend it"):
        BlockList(file, unix_time=clock)
    assert file.read_text() == "[{]"


def test_of_several_entries_the_severest_counts_and_after_its_end_the_next(clock: SettableClock):
    listed = BlockList(None, unix_time=clock)
    listed.add("203.0.0.0/16", treatment=Treatment.SLOW)
    listed.add("203.0.113.0/24", for_s=60, treatment=Treatment.CHALLENGE)
    assert listed.treatment_of("203.0.113.9") is Treatment.CHALLENGE
    assert listed.challenges("203.0.113.0/24")
    assert not listed.holds("203.0.113.9")
    clock.now_s += 61
    assert listed.treatment_of("203.0.113.9") is Treatment.SLOW
    assert listed.treatment_of("198.51.100.1") is None


def test_a_list_from_before_there_were_treatments_blocks(tmp_path: Path, clock: SettableClock):
    file = tmp_path / "blocked.json"
    file.write_text('[{"network": "203.0.113.0/24", "until_unix_s": null, "reason": "old"}]')
    assert BlockList(file, unix_time=clock).holds("203.0.113.9")


def test_a_treatment_that_is_none_is_told_at_the_start(tmp_path: Path, clock: SettableClock):
    file = tmp_path / "blocked.json"
    file.write_text('[{"network": "203.0.113.0/24", "treatment": "boil"}]')
    with pytest.raises(BlockListError, match="boil"):
        BlockList(file, unix_time=clock)
