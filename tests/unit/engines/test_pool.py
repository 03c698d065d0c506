"""Whom a pool asks, over scripted engines and a clock that is set by hand."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from random import Random

import pytest

from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.engines.pool import Pool
from seawall.engines.pool_member import FIRST_EJECTION_S
from seawall.engines.port import EngineBroke, EngineFull, EngineLoad, EngineReport, EngineUnavailable
from seawall.values.question import Question
from settable_clock import SettableClock


class Fixture:
    def __init__(self, *specs: str) -> None:
        self.clock = SettableClock()
        self.members = [Echo(EchoScript.parse(spec)) for spec in specs]
        self.pool = Pool(self.members, clock=self.clock, random=Random(3))

    async def ask(self, text: str = "hello", model: str = "echo") -> str:
        async with aclosing(self.pool.ask(question(text, model))) as pieces:
            return "".join([piece.text async for piece in pieces])

    @property
    def busy(self) -> list[int]:
        return [member.report().in_flight for member in self.members]


async def started(*specs: str) -> Fixture:
    fixture = Fixture(*specs)
    await fixture.pool.start()
    return fixture


def question(text: str = "hello", model: str = "echo") -> Question:
    return Question(model, {"messages": [{"role": "user", "content": text}]}, 10)


async def test_slots_and_work_are_summed_over_the_members() -> None:
    fixture = await started("echo:slots=2", "echo:slots=3")
    answer = fixture.pool.ask(question())
    await anext(answer)
    report = fixture.pool.report()
    assert (report.slots, report.in_flight, len(report.members), report.ready) == (5, 1, 2, True)
    await answer.aclose()


async def test_the_least_busy_member_is_asked_and_all_slots_can_be_filled() -> None:
    fixture = await started("echo:slots=4", "echo:slots=4")
    answers = [fixture.pool.ask(question("the very same conversation")) for _ in range(8)]
    for count, answer in enumerate(answers, 1):
        await anext(answer)
        assert max(fixture.busy) - min(fixture.busy) <= 2
        assert sum(fixture.busy) == count
    with pytest.raises(EngineFull):
        await fixture.ask()
    for answer in answers:
        await answer.aclose()
    assert fixture.busy == [0, 0]


async def test_a_conversation_stays_with_the_member_that_knows_its_beginning() -> None:
    fixture = await started("echo:slots=8", "echo:slots=8", "echo:slots=8")
    homes: set[tuple[int, ...]] = set()
    for first in range(20):
        seen: set[tuple[int, ...]] = set()
        for turn in range(3):
            later = [{"role": "assistant", "content": "ok"}, {"role": "user", "content": str(turn)}] * turn
            messages = [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": f"Story {first}"},
                *later,
            ]
            answer = fixture.pool.ask(Question("echo", {"messages": messages}, 5))
            await anext(answer)
            seen.add(tuple(fixture.busy))
            await answer.aclose()
        assert len(seen) == 1
        homes |= seen
    assert len(homes) == 3


async def test_a_failing_member_is_ejected_after_three_misses_and_tried_again_with_patience() -> None:
    fixture = await started("echo:fail_at=0,text=bad", "echo:text=good,tokens=1")
    bad = fixture.members[0]
    asked = 0
    while fixture.pool.report().slots == 16:
        assert await fixture.ask(f"question {asked}") == "good"
        asked += 1
        assert asked < 100
    # Three of the questions went to the bad member first, each was answered by the other.
    assert bad.asked == 3
    left_out, good = fixture.pool.report().members
    assert (left_out.ready, good.ready) == (False, True)
    assert left_out.trouble
    for wait_s, in_all in ((1.25, 4), (2.5, 5), (5.0, 6)):
        await fixture.ask()
        assert bad.asked == in_all - 1
        fixture.clock.advance(wait_s * FIRST_EJECTION_S)
        while bad.asked < in_all:
            assert await fixture.ask(f"question {asked}") == "good"
            asked += 1
            assert asked < 200
        assert fixture.pool.report().slots == 8


async def test_a_question_that_no_member_can_stand_does_not_empty_the_pool() -> None:
    fixture = await started("echo:fail_at=0", "echo:fail_at=0")
    for _ in range(10):
        with pytest.raises(EngineUnavailable):
            await fixture.ask()
    assert fixture.pool.report().ready
    assert fixture.pool.report().slots == 16


async def test_no_other_member_is_asked_once_a_token_was_sent() -> None:
    fixture = await started("echo:fail_at=2", "echo:fail_at=2")
    with pytest.raises(EngineBroke):
        await fixture.ask()
    assert sum(member.asked for member in fixture.members) == 1


async def test_a_question_goes_only_to_members_that_offer_its_model() -> None:
    fixture = await started("echo:model=large,text=large,tokens=1", "echo:model=small,text=small,tokens=1")
    assert {await fixture.ask(f"{n}", "large") for n in range(10)} == {"large"}
    assert {await fixture.ask(f"{n}", "small") for n in range(10)} == {"small"}
    with pytest.raises(EngineUnavailable, match="huge"):
        await fixture.ask(model="huge")
    assert [offer.id for offer in fixture.pool.report().models] == ["large", "small"]


async def test_a_model_is_offered_as_what_all_its_members_can_do() -> None:
    fixture = await started("echo:context=100", "echo:context=50")
    assert [offer.context_tokens for offer in fixture.pool.report().models] == [50]


async def test_a_member_that_is_away_gives_no_slots() -> None:
    fixture = await started("echo:slots=2", "echo:slots=3")
    await fixture.members[0].close()
    report = fixture.pool.report()
    assert (report.slots, report.ready) == (3, True)
    assert report.trouble is not None
    assert await fixture.ask()


class Crowded(Echo):
    """An engine inside which questions of other clients wait."""

    def report(self) -> EngineReport:
        return replace(super().report(), load=EngineLoad(waiting=8))


async def test_a_member_inside_which_others_wait_is_passed_over() -> None:
    members = [Crowded(EchoScript.parse("echo:slots=16")), Echo(EchoScript.parse("echo:slots=16"))]
    pool = Pool(members, clock=SettableClock(), random=Random(3))
    await pool.start()
    for number in range(4):
        async with aclosing(pool.ask(question(f"conversation {number}"))) as pieces:
            assert [piece async for piece in pieces]
    assert [member.asked for member in members] == [0, 4]
