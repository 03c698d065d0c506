"""Conversations of other programs become trees like ours, whatever is in the file."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from seawall.conversations.elsewhere.child import main
from seawall.conversations.elsewhere.found import Node, Unfit, seconds
from seawall.conversations.elsewhere.package import Refused
from seawall.conversations.elsewhere.trees import messages_of

RECORDED = Path(__file__).parents[2] / "recorded" / "elsewhere"
CHATGPT = (RECORDED / "chatgpt_conversations.json").read_bytes()
OPEN_WEBUI = (RECORDED / "open_webui_chats.json").read_bytes()


def told(data: bytes, unpacked_bytes: int = 1_000_000, conversations: int = 100) -> list[dict[str, Any]]:
    out = io.StringIO()
    bounds = {"unpacked_bytes": unpacked_bytes, "conversations": conversations}
    main({**bounds, "file_bytes": 1000, "files_bytes": 10_000}, io.BytesIO(data), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def lines(found: dict[str, Any]) -> list[tuple[str, str | None, str, str]]:
    return [(one["id"], one["parent"], one["speaker"], one["text"]) for one in found["messages"]]


def test_a_conversation_of_chatgpt_keeps_its_branches_thoughts_times_and_models():
    whole, empty = told(CHATGPT)

    assert lines(whole) == [
        ("q1", None, "user", "[Image]\n\nWhen is high tide?"),
        ("a1", "q1", "assistant", "At noon."),
        ("a1b", "q1", "assistant", "Around noon, I think."),
        ("q2", "a1", "user", "And low tide?"),
        ("a2", "q2", "assistant", "At six."),
    ]
    answer = whole["messages"][1]
    assert (answer["reasoning"], answer["model"], answer["created_s"]) == ("The moon is full.", "gpt-5", 1700000001.0)
    told_of = whole["conversation"]
    assert (told_of["title"], told_of["leaf"]) == ("Tides at Husum", "a2")
    assert (told_of["created_s"], told_of["updated_s"]) == (1700000000.5, 1700000300.25)
    assert empty["skipped"] == {"title": "An empty one", "why": "It has no messages."}
    assert whole["share"] < empty["share"] <= 1


def test_a_chat_of_open_webui_keeps_its_branches_thoughts_and_instructions():
    (whole,) = told(OPEN_WEBUI)

    assert lines(whole) == [
        ("m1", None, "user", "[chart.pdf]\n\nWhen is high tide?"),
        ("m2", "m1", "assistant", "At noon."),
        ("m3", "m1", "assistant", "At noon, aye."),
        ("m4", "m3", "user", "And low tide?"),
        ("m5", "m4", "assistant", "At six."),
    ]
    assert whole["messages"][2]["reasoning"] == "The moon is full."
    told_of = whole["conversation"]
    assert (told_of["leaf"], told_of["pinned"], told_of["instructions"]) == ("m5", True, "Answer like a sailor.")
    assert told_of["created_s"] == 1731000000.0


def test_a_zip_file_is_looked_through_for_conversations():
    several = zipped(
        **{"user.json": b"{}", "conversations-000.json": CHATGPT, "conversations-001.json": CHATGPT, "chat.html": b"<"}
    )
    assert len(told(several)) == 4
    ours = json.dumps({"seawall_conversation": 1, "conversation": {"id": "c"}, "messages": []}).encode()
    assert len(told(zipped(**{"conversations/Tides 12.json": ours, "account.json": b"{}"}))) == 1


def test_what_unpacks_to_too_much_is_refused_before_it_is_held():
    bomb = zipped(**{"conversations.json": b"[" + b" " * 5_000_000 + b"]"})
    assert len(bomb) < 10_000
    with pytest.raises(Refused, match="bomb"):
        told(bomb)
    with pytest.raises(Refused, match="bomb"):
        told(b"[" + b" " * 1_000_001 + b"]")


def test_a_zip_file_that_lies_about_its_sizes_is_read_no_further_than_it_may_be():
    true = zipped(**{"conversations.json": b"[" + b" " * 5_000_000 + b"]"})
    size = (5_000_002).to_bytes(4, "little")
    with pytest.raises((Refused, zipfile.BadZipFile)):
        told(true.replace(size, (10).to_bytes(4, "little")))


@pytest.mark.parametrize("data", [CHATGPT[:-500], b"{", b"[{}", b"not json", b"\xff\xfe", b'[{"a": NaN}]'])
def test_a_file_that_breaks_off_is_no_file(data: bytes):
    with pytest.raises(ValueError):  # noqa: PT011 - decoding bytes and JSON each raise one of their own.
        told(data)


@pytest.mark.parametrize("data", [b"[]", b" [ ] ", zipped(**{"notes.json": b"[]"})])
def test_a_file_without_conversations_is_said_to_be(data: bytes):
    with pytest.raises(Refused, match="nothing"):
        told(data)


def test_too_many_conversations_are_refused():
    with pytest.raises(Refused, match="too_many"):
        told(CHATGPT, conversations=1)


def test_what_is_no_conversation_is_left_out_and_told():
    (left_out,) = told(b'{"title": "Groceries"}')
    assert left_out["skipped"]["title"] == "Groceries"


def test_nodes_in_a_ring_belong_to_nothing():
    ring = [Node("a", "b", "user", "A"), Node("b", "a", "assistant", "B"), Node("c", None, "user", "C")]
    messages, leaf = messages_of(ring, "b", 1.0)
    assert ([one.id for one in messages], leaf) == (["c"], "c")


def test_a_run_that_branches_midway_has_its_beginning_in_both_branches():
    nodes = [
        Node("q", None, "user", "Q"),
        Node("1", "q", "assistant", "one"),
        Node("2", "1", "assistant", "two"),
        Node("3", "1", "assistant", "three"),
    ]
    messages, _ = messages_of(nodes, "3", 1.0)
    assert [(one.id, one.parent, one.text) for one in messages] == [
        ("q", None, "Q"),
        ("2", "q", "one\n\ntwo"),
        ("3", "q", "one\n\nthree"),
    ]


def test_too_long_a_conversation_is_left_out():
    nodes = [Node(f"{n}", f"{n - 1}" if n else None, "user" if n % 2 == 0 else "assistant", "x") for n in range(5_001)]
    with pytest.raises(Unfit, match="5000 messages"):
        messages_of(nodes, "", 1.0)


def test_times_are_seconds_however_they_were_counted():
    assert [
        seconds(one) for one in (1731000000, 1731000000000, 1731000000000000000, "now", -1, True, float("inf"))
    ] == [
        1731000000.0,
        1731000000.0,
        1731000000.0,
        None,
        None,
        None,
        None,
    ]


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


# Values are drawn slowly on a machine with other work.
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(JSON, JSON, JSON)
def test_strange_values_in_known_fields_break_nothing(one: Any, two: Any, three: Any):
    strange = [
        {"mapping": {"a": one, "b": {"message": two, "parent": three}}, "title": one, "create_time": two},
        {
            "mapping": {
                "b": {"message": {"author": {"role": "user"}, "content": one, "metadata": two, "recipient": "all"}}
            }
        },
        {"chat": {"history": {"messages": {"a": one, "b": {"role": "user", "content": two, "files": three}}}}},
        {"seawall_conversation": 1, "conversation": one, "messages": [two, {"speaker": "user", "text": three}]},
    ]
    assert len(told(json.dumps(strange).encode())) == len(strange)


@given(some.lists(some.tuples(some.integers(0, 9), some.sampled_from(["user", "assistant", ""])), max_size=10))
def test_speakers_alternate_and_nothing_precedes_what_it_follows(made: list[tuple[int, str]]):
    nodes = [Node(f"{n}", f"{parent}", speaker, f"text {n}") for n, (parent, speaker) in enumerate(made)]
    messages, leaf = messages_of(nodes, "0", 1.0)
    before: dict[str, str] = {}
    for message in messages:
        assert message.parent is None or before[message.parent] != message.speaker
        assert message.id not in before
        before[message.id] = message.speaker
    assert leaf in before or not messages
