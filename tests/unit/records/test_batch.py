"""Which growing answers need not be carried out, and that no change or query is without its function."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from seawall import records
from seawall.records.batch import superseded
from seawall.records.changes import APPLIERS
from seawall.records.conversation_entries import FinishAnswer, GrowAnswer, MessageStatus
from seawall.records.entries import Change, EndSession, Query
from seawall.records.queries import ANSWERERS
from seawall.values.piece import Usage

ANSWERS = some.sampled_from(("one", "two", "three"))
TEXTS = some.text(max_size=3)


def finish(answer_id: str, text: str) -> FinishAnswer:
    return FinishAnswer(answer_id, text, "", MessageStatus.COMPLETE, Usage(), 1.0)


CHANGES = some.one_of(
    some.builds(GrowAnswer, ANSWERS, TEXTS), some.builds(finish, ANSWERS, TEXTS), some.just(EndSession("x"))
)


def carried_out(changes: list[Change[Any]]) -> dict[str, tuple[str, bool]]:
    """The text of each answer, and whether it is finished, by the rules of the entries."""
    answers: dict[str, tuple[str, bool]] = {}
    for change in changes:
        if isinstance(change, FinishAnswer):
            answers[change.answer_id] = (change.text, True)
        elif isinstance(change, GrowAnswer) and not answers.get(change.answer_id, ("", False))[1]:
            answers[change.answer_id] = (change.text, False)
    return answers


@given(some.lists(CHANGES, max_size=12))
def test_leaving_superseded_growth_out_changes_no_outcome(changes: list[Change[Any]]):
    left_out = superseded(changes)

    kept = [change for index, change in enumerate(changes) if index not in left_out]

    assert carried_out(kept) == carried_out(changes)


@given(some.lists(CHANGES, max_size=12))
def test_what_is_left_out_names_a_later_change_of_its_answer_that_is_carried_out(changes: list[Change[Any]]):
    left_out = superseded(changes)

    for index, successor in left_out.items():
        older, newer = changes[index], changes[successor]
        assert successor > index
        assert successor not in left_out
        assert isinstance(older, GrowAnswer)
        assert isinstance(newer, GrowAnswer | FinishAnswer)
        assert newer.answer_id == older.answer_id


def test_of_much_growth_only_the_newest_is_carried_out():
    growth = [GrowAnswer("one", "x" * length) for length in range(50)]

    assert set(superseded(growth)) == set(range(49))


def entries_of(kind: type[Any]) -> set[type[Any]]:
    # Not __subclasses__(): that holds each slotted class twice, as it was before it had its slots too.
    modules = [
        import_module(f"seawall.records.{found.name}")
        for found in iter_modules(records.__path__)
        if found.name.endswith("entries")
    ]
    named = (one for module in modules for one in vars(module).values() if isinstance(one, type))
    return {one for one in named if issubclass(one, kind) and one is not kind}


def test_every_change_and_every_query_has_its_function():
    assert set(APPLIERS) == entries_of(Change)
    assert set(ANSWERERS) == entries_of(Query)
