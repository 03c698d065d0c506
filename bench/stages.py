"""What the stages before the engine cost a request, in microseconds. Knows the line's rooms; opens no socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random

from calibration import CALIBRATION, calibration_us
from heading import heading, table
from seawall.admission.admission import Admission
from seawall.edge.address import AddressResolver
from seawall.edge.block_list import BlockList
from seawall.edge.buckets import Buckets, Share
from seawall.edge.gate import Gate, Message, Receive, Scope, Send
from seawall.edge.judge import Judge
from seawall.edge.self_defence import Stage
from seawall.engines.port import ModelOffer
from seawall.scheduling.queue import FairQueue
from seawall.scheduling.rules import Capacity, Rules
from seawall.screening.shape import Screening
from seawall.settings.shield import AdmissionSettings
from seawall.values.arrival import Arrival, Place
from seawall.values.identity import Identity, Role
from seawall.values.load import OPEN
from seawall.values.piece import Outcome, Usage
from seawall.values.question import Question
from seawall.values.recognition import Recognition
from seawall.values.refusal import Refusal
from seawall.values.served import Served
from seawall.values.ticket import Screened, Ticket
from seawall.verdict.signals import Signals

ROUNDS, REPEATS = 25, 1000
LIMIT_BYTES = 1024
HEADERS = [
    (b"host", b"chat.example.org"),
    (b"user-agent", b"bench"),
    (b"content-type", b"application/json"),
    (b"authorization", b"Bearer sw-0"),
]


async def _ignored(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


async def _swallow(message: Message) -> None:
    pass


def _gate(seen: Signals | None = None) -> Gate:
    return Gate(
        _ignored,
        judge=Judge(
            AddressResolver(()),
            recognise=lambda headers: Recognition.KNOWN,
            blocked=BlockList(None, unix_time=time.time),
            strangers=Buckets(Share(1, 1), clock=time.monotonic),
            claimants=Buckets(Share(1, 1), clock=time.monotonic),
            stage=lambda: Stage.CALM,
            threshold=lambda: OPEN,
            random=Random(1),
            directions=Buckets(Share(1, 1), clock=time.monotonic),
        ),
        addresses=AddressResolver(()),
        body_bytes=LIMIT_BYTES,
        clock=time.monotonic,
        random=Random(1),
        api_headers=lambda: [(b"x-seawall-class", b"C4")],
        seen=seen,
    )


def _through_the_gate(announced_bytes: int, seen: Signals | None = None) -> Callable[[], Awaitable[None]]:
    gate = _gate(seen)
    headers = [*HEADERS, (b"content-length", str(announced_bytes).encode())]

    async def once() -> None:
        scope: Scope = {"type": "http", "client": ("192.0.2.1", 1), "headers": headers, "scheme": "http", "path": "/"}
        scope["method"] = "POST"
        await gate(scope, _nothing_more, _swallow)

    return once


def _arrival() -> Arrival:
    identity = Identity("a", "a@example.org", Role.MEMBER, 0.0)
    return Arrival("r", 0.0, Place("192.0.2.1"), identity, Question("m", {"messages": []}, 16))


def _door_and_screen() -> tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]], Screened]:
    admission = Admission(
        AdmissionSettings(), patience_s=3600, random=Random(1), clock=time.monotonic, unix_time=time.time
    )
    screening = Screening(lambda: (ModelOffer("m"),))
    arrival = _arrival()

    def screened() -> Screened:
        ticket = admission.admit(arrival)
        assert isinstance(ticket, Ticket)
        passed = screening.screen(ticket)
        assert not isinstance(passed, Refusal)
        return passed

    async def once() -> None:
        screened()

    served = Served(Outcome.COMPLETE, Usage(300, 200), None, 0.0, 200.0, 4000.0)

    async def settled() -> None:
        admission.settled(ticket, served)

    passed = screened()
    ticket = passed.ticket
    return once, settled, passed


def _a_turn(screened: Screened) -> Callable[[], Awaitable[None]]:
    queue = FairQueue(lambda: Capacity(4), Rules(), clock=time.monotonic, random=Random(1))

    async def once() -> None:
        async with queue.turn(screened) as turn:
            async for _ in turn.waiting():
                pass

    return once


async def _cost_us(once: Callable[[], Awaitable[None]]) -> tuple[float, float]:
    """Of the calibration and of the stage. The best round of each: what else runs on the machine only ever adds."""
    units: list[float] = []
    rounds: list[float] = []
    for _ in range(ROUNDS):
        units.append(calibration_us())
        begun = time.process_time()
        for _ in range(REPEATS):
            await once()
        rounds.append((time.process_time() - begun) / REPEATS * 1e6)
    return min(units), min(rounds)


async def _report() -> str:
    admitted, settled, screened = _door_and_screen()
    signals = Signals(b"k" * 16, clock=time.monotonic, unix_time=time.time)
    stages = [
        ("gate: a refusal (body too large)", _through_the_gate(LIMIT_BYTES + 1)),
        ("gate: a passage", _through_the_gate(16)),
        ("gate: a passage that the verdict's signals see", _through_the_gate(16, signals)),
        ("admission and screening", admitted),
        ("scheduling: a turn that need not wait", _a_turn(screened)),
        ("admission: learning from an answer", settled),
    ]
    rows: list[tuple[str, ...]] = []
    for name, once in stages:
        unit_us, us = await _cost_us(once)
        rows.append((name, f"{us:.1f}", f"{us / unit_us:.2f}"))
    return table(rows, ("stage", "us", "units"))


if __name__ == "__main__":
    print(heading())
    print(asyncio.run(_report()))
    print(f"Unit: {CALIBRATION}. CPU time.")
