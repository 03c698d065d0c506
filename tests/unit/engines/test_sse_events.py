"""Splitting bytes into events."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engines.sse_events import EventSplitter, EventTooLarge

EVENTS = [b'{"a":1}', b"[DONE]", b"x" * 50, "é €".encode()]


def split(blocks: list[bytes]) -> list[bytes]:
    splitter = EventSplitter(1000)
    return [data for block in blocks for data in splitter.feed(block)]


@given(st.lists(st.sampled_from(EVENTS), max_size=8), st.lists(st.integers(0, 400)), st.sampled_from([b"\n", b"\r\n"]))
def test_events_are_the_same_wherever_the_bytes_are_cut(events: list[bytes], cuts: list[int], newline: bytes) -> None:
    whole = b"".join(b"data: " + event + newline + newline for event in events)
    edges = [0, *sorted({min(cut, len(whole)) for cut in cuts}), len(whole)]
    blocks = [whole[start:end] for start, end in pairwise(edges)]
    assert split(blocks) == events


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        (b": keep-alive\n\n", []),
        (b"event: ping\n\n", []),
        (b"data:tight\n\n", [b"tight"]),
        (b"event: message\ndata: named\nid: 3\n\n", [b"named"]),
        (b"data: {\ndata: }\n\n", [b"{ }"]),
        (b"data: unfinished\n", []),
        (b"data: a\r\rdata: b\r\rdata: c\n\n", [b"a", b"b", b"c"]),
    ],
)
def test_uncommon_events_are_read_as_the_standard_says_but_hold_no_break(sent: bytes, found: list[bytes]) -> None:
    assert split([sent]) == found


def test_an_event_without_end_is_refused_before_it_fills_the_memory() -> None:
    splitter = EventSplitter(100)
    splitter.feed(b"data: " + b"x" * 90)
    with pytest.raises(EventTooLarge):
        splitter.feed(b"x" * 10)
