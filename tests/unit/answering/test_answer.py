"""The straight line over the scripted engine: what it yields, in which order, and what it leaves behind."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from math import inf
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from seawall.admission.admission import Admission
from seawall.answering.answer import Answering, Step
from seawall.answering.meter import UsageMeter
from seawall.engines.echo import Echo
from seawall.engines.echo_script import EchoScript
from seawall.observing.metrics import Metrics
from seawall.records.entries import AccountRow, AddAccount, UsageCount, UsageOf
from seawall.records.opening import open_records
from seawall.records.port import Records
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.scheduling.turn import Waiting
from seawall.screening.shape import Screening
from seawall.settings.shield import AdmissionSettings
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.piece import Outcome, Piece, Recorded, Usage
from seawall.values.question import Question
from seawall.values.refusal import Reason, Refusal


class Kept:
    """A recording in memory, with the order of what it was told."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        self.refusal = refusal
        self.told: list[str] = []
        self.text = ""
        self.ended: Recorded | None = None

    async def begin(self) -> Refusal | None:
        self.told.append("begin")
        return self.refusal

    def grow(self, piece: Piece) -> None:
        self.told.append("grow")
        self.text += piece.text

    async def end(self, outcome: Outcome, usage: Usage, finish: str | None, refusal: Refusal | None = None) -> Recorded:
        self.told.append("end")
        self.ended = Recorded(outcome, usage, finish, saved=True)
        return self.ended


class House:
    """The line with its real rooms around one scripted engine."""

    def __init__(self, script: str, *, slots: int | None = None, patience_s: float = 60.0) -> None:
        self.engine = Echo(EchoScript.parse(script))
        self.metrics = Metrics()
        self.queue = FairQueue(
            lambda: Capacity(self.engine.report().slots if slots is None else slots),
            Rules(waiting=10, waiting_per_account=10),
            clock=time.monotonic,
            random=Random(1),
        )
        # Neither the meter nor its records are started: what these tests count stays in memory.
        self.meter = UsageMeter(open_records("", Path("unused")), unix_time=lambda: 0.0)
        self.line = Answering(
            Admission(
                AdmissionSettings(), patience_s=patience_s, random=Random(1), clock=time.monotonic, unix_time=time.time
            ),
            Screening(lambda: self.engine.report().models),
            self.queue,
            self.engine,
            self.meter,
            self.metrics,
            time.monotonic,
        )

    async def steps(self, recording: Kept, model: str = "echo") -> list[Step]:
        await self.engine.start()
        async with aclosing(self.line.answer(arrival(model), recording)) as steps:
            return [step async for step in steps]

    def counted(self, outcome: str) -> float:
        sample = self.metrics.registry.get_sample_value
        return sample("seawall_requests_total", {"service_class": "C0", "door": "api", "outcome": outcome}) or 0.0


def arrival(model: str = "echo", words: str = "one two three") -> Arrival:
    question = Question(model, {"messages": [{"role": "user", "content": words}]}, max_tokens=4)
    return Arrival(
        "r1", time.monotonic(), Place("127.0.0.1"), Identity("a1", "", Role.OWNER, 0.0, first_day_ends_s=inf), question
    )


async def test_an_answer_is_recorded_before_it_is_asked_and_after_it_is_said():
    recording = Kept()
    house = House("echo:tokens=3")
    steps = await house.steps(recording)
    assert recording.told[0] == "begin"
    assert recording.told[-1] == "end"
    assert recording.text.split() == ["one", "two", "three"]
    assert isinstance(steps[-1], Recorded)
    assert steps[-1].outcome is Outcome.COMPLETE
    assert steps[-1].usage.completion_tokens == 3
    assert all(isinstance(step, Piece) for step in steps[:-1])
    assert house.counted("complete") == 1


async def test_an_unknown_model_is_refused_before_anything_is_recorded():
    recording = Kept()
    house = House("echo")
    [refusal] = await house.steps(recording, model="ecko")
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.MODEL_NOT_FOUND
    assert "'echo'" in refusal.message
    assert recording.told == []
    assert house.counted("model_not_found") == 1


async def test_a_recording_that_cannot_begin_ends_the_line_before_the_engine():
    recording = Kept(Refusal(Reason.RECORDS_UNAVAILABLE, "No."))
    house = House("echo")
    assert await house.steps(recording) == [recording.refusal]
    assert recording.told == ["begin"]
    assert house.engine.report().in_flight == 0


async def test_an_engine_that_breaks_off_keeps_what_was_said_and_refuses_the_rest():
    recording = Kept()
    house = House("echo:tokens=4,fail_at=2")
    steps = await house.steps(recording)
    assert isinstance(steps[-1], Refusal)
    assert steps[-1].reason is Reason.ENGINE_FAILED
    assert recording.text.split() == ["one", "two"]
    assert recording.ended is not None
    assert recording.ended.outcome is Outcome.FAILED
    assert recording.ended.usage.completion_tokens == 2
    assert house.counted("engine_failed") == 1


async def test_an_engine_that_is_away_is_refused_with_a_time_to_come_back():
    [refusal] = await House("echo:fail_at=0").steps(Kept())
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.ENGINE_UNAVAILABLE
    assert refusal.retry_after_s


async def test_the_log_tells_why_an_engine_failed_but_not_why_a_question_was_wrong():
    with capture_logs() as lines:
        await House("echo:fail_at=0").steps(Kept())
        await House("echo").steps(Kept(), model="said by a user")
    failed, refused = lines
    assert failed["why"]
    assert "why" not in refused


async def test_who_leaves_while_waiting_gives_the_place_up_and_is_recorded_as_stopped():
    recording = Kept()
    house = House("echo", slots=0)
    await house.engine.start()
    async with aclosing(house.line.answer(arrival(), recording)) as steps:
        assert isinstance(await anext(steps), Waiting)
        assert house.queue.report().waiting == 1
    assert house.queue.report().waiting == 0
    assert recording.ended is not None
    assert recording.ended.outcome is Outcome.STOPPED


async def test_who_leaves_in_mid_answer_frees_slot_and_engine_at_once():
    recording = Kept()
    house = House("echo:token_ms=50,tokens=1000")
    await house.engine.start()
    question = Question("echo", {"messages": [{"role": "user", "content": "word"}]}, max_tokens=1000)
    long = Arrival("r", time.monotonic(), Place(), Identity("a", "", Role.OWNER, 0.0), question)

    async def listen() -> None:
        async with aclosing(house.line.answer(long, recording)) as steps:
            async for step in steps:
                if isinstance(step, Piece) and step.tokens:
                    heard.set()

    heard = asyncio.Event()
    task = asyncio.create_task(listen())
    await heard.wait()
    assert (house.engine.report().in_flight, house.queue.report().held) == (1, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (house.engine.report().in_flight, house.queue.report().held) == (0, 0)
    assert recording.ended is not None
    assert recording.ended.outcome is Outcome.STOPPED
    assert recording.text.startswith("word")


async def test_the_engine_is_never_asked_more_than_it_has_slots():
    house = House("echo:slots=2,token_ms=1,tokens=3")
    await house.engine.start()
    most = 0

    async def listen() -> Step | None:
        nonlocal most
        last = None
        async with aclosing(house.line.answer(arrival(), Kept())) as steps:
            async for step in steps:
                most = max(most, house.engine.report().in_flight)
                last = step
        return last

    ends = await asyncio.gather(*(listen() for _ in range(8)))
    # An echo engine beyond its slots says EngineFull, so eight complete answers prove it too.
    assert all(isinstance(end, Recorded) for end in ends)
    assert most == 2


async def test_use_is_summed_by_account_and_becomes_durable(tmp_path: Path):
    records: Records = open_records("", tmp_path)
    await records.start()
    await records.write(AddAccount(AccountRow("a1", "ann@example.org", Role.OWNER, "", 0.0)))
    meter = UsageMeter(records, unix_time=lambda: 86400.0)
    await meter.start()
    for _ in range(3):
        meter.count(arrival(), Usage(prompt_tokens=5, completion_tokens=2, cached_tokens=1), 250.0)
    await meter.close()
    kept = await records.read(UsageOf("a1", "1970-01-01"))
    await records.close()
    assert kept == (UsageCount("a1", "", "echo", "1970-01-02", 3, 15, 3, 6, 750),)
