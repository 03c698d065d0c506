"""The event log: told again from any number, to the letter, in little memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seawall.conversations.event_log import EventLog, NumberedEvent


def told(log: EventLog, after: int = 0) -> list[tuple[int, str, dict[str, object]]]:
    return [(event.number, event.name, dict(event.data)) for event in log.after(after)]


def an_answer() -> EventLog:
    log = EventLog()
    log.tell("begun", {"answer_id": "a"})
    log.tell("waiting", {"place": 2})
    log.tell("waiting", {"place": 1})
    log.say("", "Hm")
    log.say("At ", "m.")
    log.say("noon.", "")
    log.tell("done", {"status": "complete"})
    return log


def test_who_comes_late_is_told_all_pieces_as_one() -> None:
    assert told(an_answer()) == [
        (1, "begun", {"answer_id": "a"}),
        (6, "piece", {"text": "At noon.", "reasoning": "Hmm."}),
        (7, "done", {"status": "complete"}),
    ]


def test_who_was_cut_off_is_told_what_comes_after() -> None:
    assert told(an_answer(), 4) == [
        (6, "piece", {"text": "At noon.", "reasoning": "m."}),
        (7, "done", {"status": "complete"}),
    ]
    assert told(an_answer(), 6) == [(7, "done", {"status": "complete"})]
    assert told(an_answer(), 7) == told(an_answer(), 99) == []


def test_only_the_last_place_in_line_is_told_and_none_once_there_are_words() -> None:
    log = EventLog()
    log.tell("begun", {})
    for place in (3, 2, 1):
        log.tell("waiting", {"place": place})
    assert told(log, 1) == [(4, "waiting", {"place": 1})]
    log.say("At", "")
    assert told(log, 1) == [(5, "piece", {"text": "At"})]


def test_what_comes_between_pieces_stays_between_them() -> None:
    log = EventLog()
    log.say("a", "")
    log.say("b", "")
    log.tell("eased", {"codes": ["shorter"]})
    log.say("c", "")
    assert told(log) == [
        (2, "piece", {"text": "ab"}),
        (3, "eased", {"codes": ["shorter"]}),
        (4, "piece", {"text": "c"}),
    ]


def test_half_of_a_surrogate_pair_is_no_fault() -> None:
    log = EventLog()
    log.say("a\ud800b", "")
    assert told(log) == [(1, "piece", {"text": "a?b"})]


def test_an_answer_of_4096_tokens_takes_less_than_100_kb() -> None:
    log = EventLog()
    for _ in range(4096):
        log.say("word ", "")
    assert log.size_bytes < 100_000


STEPS = st.lists(
    st.tuples(st.text(max_size=5), st.text(max_size=5)) | st.sampled_from(["waiting", "eased"]), max_size=30
)


@given(STEPS, st.lists(st.integers(0, 8), max_size=40))
def test_however_a_listener_is_cut_off_it_hears_every_word_once(
    steps: list[tuple[str, str] | str], cuts: list[int]
) -> None:
    log, heard_to = EventLog(), 0
    heard: list[NumberedEvent] = []
    for at, step in enumerate(steps):
        if isinstance(step, str):
            log.tell(step, {})
        else:
            log.say(*step)
        if at < len(cuts) and cuts[at] > 4:  # It comes back, and takes some of what there is.
            events = log.after(heard_to)[: cuts[at]]
            heard += events
            heard_to = events[-1].number if events else heard_to
    heard += log.after(heard_to)
    words = [step for step in steps if not isinstance(step, str)]
    for field, at in (("text", 0), ("reasoning", 1)):
        said = "".join(word[at] for word in words)
        assert "".join(str(event.data.get(field, "")) for event in heard) == said
    numbers = [event.number for event in heard]
    assert numbers == sorted(set(numbers))
