"""What a gateway costs in front of the same upstream: Seawall, and its peers where they are installed, in one run.

The upstream answers from memory, so that CPU and time are the gateways'. Every gateway is a tree of processes on a core
of its own where the machine has two; client and upstream share the other. Everything stays on loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import uvloop

from doors import CHAT, INSTANT, PACED, Door, find_litellm, find_portkey, litellm, portkey, seawall, upstream
from heading import heading, table
from processes import cpu_s
from raw_client import Line, Unexpected, request

CLIENTS = 8
SHORT_TOKENS, LONG_TOKENS = 20, 220
START_S = 120.0
# What was promised of Seawall: CPU ms a plain request and a short stream, us a token, ms to the first token.
LIMITS = ("limit", "1.0", "1.5", "50", "1.5", "50", "5", "", "", "")
HEAD = (
    "through",
    "plain ms",
    "20 tokens ms",
    "token us",
    "paced ms",
    "paced token us",
    "first +ms",
    "p95 +ms",
    "plain/s",
    "of bare",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How long it takes: each of ``rounds`` asks each door in turn for so long, and so many first tokens."""

    rounds: int
    span_s: float
    first_tokens: int


@dataclass(slots=True)
class Measured:
    """One door's figures, a value a round; ``added_s`` has one a pair of requests."""

    plain_ms: list[float] = field(default_factory=list[float])
    short_ms: list[float] = field(default_factory=list[float])
    token_us: list[float] = field(default_factory=list[float])
    paced_ms: list[float] = field(default_factory=list[float])
    paced_token_us: list[float] = field(default_factory=list[float])
    added_s: list[float] = field(default_factory=list[float])
    plain_per_s: list[float] = field(default_factory=list[float])

    def row(self, door: Door, bare: Measured) -> tuple[str, ...]:
        rate = median(self.plain_per_s)
        return (
            door.name,
            f"{median(self.plain_ms):.2f}",
            f"{median(self.short_ms):.2f}",
            f"{median(self.token_us):.0f}",
            f"{median(self.paced_ms):.2f}",
            f"{median(self.paced_token_us):.0f}",
            f"{median(self.added_s) * 1e3:.1f}",
            f"{quantiles(self.added_s, n=20)[-1] * 1e3:.1f}",
            f"{rate:.0f}",
            f"{rate / median(bare.plain_per_s):.2f}",
        )


@dataclass(frozen=True, slots=True)
class Load:
    """What came of asking for a while."""

    answers: int
    seconds: float
    cpu_s: float

    @property
    def cpu_ms(self) -> float:
        return self.cpu_s / self.answers * 1e3


def question(door: Door, model: str, tokens: int, *, stream: bool) -> bytes:
    """As the common clients ask."""
    messages = [
        {"role": "system", "content": "You are a helpful assistant."},
        {"role": "user", "content": "What does a seawall do for the town behind it? " * 4},
    ]
    body = {"model": model, "messages": messages, "max_tokens": tokens, "temperature": 0.7, "stream": stream}
    return request(CHAT, door.headers, body)


async def load(door: Door, asked: bytes, words: int, span_s: float) -> Load:
    """``CLIENTS`` clients ask again and again until the span is over; those under way are waited for."""
    lines = [await Line.to(door.port) for _ in range(CLIENTS)]
    begun, cpu_before = time.perf_counter(), cpu_s(door.pid)
    until = begun + span_s

    async def go_on(line: Line) -> int:
        answers = 0
        while time.perf_counter() < until:
            answer = await line.ask(asked)
            if answer.words != words:
                raise Unexpected(f"{door.name}: {answer.words} words of {words}")
            answers += 1
        return answers

    answers = sum(await asyncio.gather(*map(go_on, lines)))
    done = Load(answers, time.perf_counter() - begun, cpu_s(door.pid) - cpu_before)
    for line in lines:
        line.close()
    return done


async def one_round(door: Door, measured: Measured, span_s: float) -> None:
    """CPU and rates of one door."""
    plain = await load(door, question(door, INSTANT, SHORT_TOKENS, stream=False), SHORT_TOKENS, span_s)
    measured.plain_ms.append(plain.cpu_ms)
    measured.plain_per_s.append(plain.answers / plain.seconds)
    for model, stream_ms, token_us in (
        (INSTANT, measured.short_ms, measured.token_us),
        (PACED, measured.paced_ms, measured.paced_token_us),
    ):
        short = await load(door, question(door, model, SHORT_TOKENS, stream=True), SHORT_TOKENS, span_s)
        long = await load(door, question(door, model, LONG_TOKENS, stream=True), LONG_TOKENS, span_s)
        stream_ms.append(short.cpu_ms)
        token_us.append((long.cpu_ms - short.cpu_ms) * 1e3 / (LONG_TOKENS - SHORT_TOKENS))


async def first_tokens(doors: list[Door], measured: list[Measured], pairs: int) -> None:
    """One client asks every door in turn; each is held against the bare upstream's answer of the same turn."""
    lines = [await Line.to(door.port) for door in doors]
    questions = [question(door, PACED, 1, stream=True) for door in doors]
    for _ in range(pairs):
        bare, *others = [(await line.ask(asked)).first_token_s for line, asked in zip(lines, questions, strict=True)]
        for of, first_s in zip(measured, (bare, *others), strict=True):
            of.added_s.append(first_s - bare)
    for line in lines:
        line.close()


async def measure(doors: list[Door], plan: Plan) -> list[Measured]:
    """Rounds are interleaved, so that a busy moment of the machine strikes all alike."""
    measured = [Measured() for _ in doors]
    for door in doors:
        await until_it_answers(door)
        await load(door, question(door, PACED, SHORT_TOKENS, stream=True), SHORT_TOKENS, plan.span_s)  # Warms up.
    for _ in range(plan.rounds):
        for door, of in zip(doors, measured, strict=True):
            await one_round(door, of, plan.span_s)
        await first_tokens(doors, measured, plan.first_tokens)
    return measured


async def until_it_answers(door: Door) -> None:
    """Returns at the first whole answer."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            line = await Line.to(door.port)
            await line.ask(question(door, INSTANT, 1, stream=False))
            line.close()
            return
        except (OSError, Unexpected, TimeoutError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{door.name} does not answer: {error}") from error
            await asyncio.sleep(0.1)


@contextmanager
def on_core(core: int | None) -> Generator[None]:
    """What is started inside stays on this core."""
    if core is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def compare(chosen: argparse.Namespace, plan: Plan, folder: Path) -> list[tuple[str, ...]]:
    """The table's rows; peers that are not installed are told and left out."""
    cores = sorted(os.sched_getaffinity(0))
    ours, theirs = (cores[0], cores[1]) if len(cores) > 1 else (None, None)
    peers: list[tuple[str, str | None, Callable[[str, int, Path], AbstractContextManager[Door]]]] = []
    if not chosen.quick:
        peers.append(("LiteLLM", find_litellm(chosen.litellm), litellm))
        peers.append(("Portkey", find_portkey(chosen.portkey), portkey))
    with on_core(ours), ExitStack() as doors_open:
        bare = doors_open.enter_context(upstream(folder))
        with on_core(theirs):
            doors = [bare, doors_open.enter_context(seawall(bare.port, folder))]
            for name, where, start in peers:
                if where is None:
                    print(f"{name}: not installed: skipped", flush=True)
                else:
                    doors.append(doors_open.enter_context(start(where, bare.port, folder)))
        measured = uvloop.run(measure(doors, plan))
        return [of.row(door, measured[0]) for door, of in zip(doors, measured, strict=True)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two short rounds, Seawall alone")
    parser.add_argument("--litellm", metavar="COMMAND", help="the proxy's command; else the one on PATH")
    parser.add_argument("--portkey", metavar="FOLDER", help="where its node_modules is; else here or above")
    wanted = parser.parse_args()
    print(heading())
    with tempfile.TemporaryDirectory(prefix="seawall-gateway-") as name:
        try:
            plan = Plan(2, 0.8, 60) if wanted.quick else Plan(3, 0.8, 60)
            rows = compare(wanted, plan, Path(name))
        except (Unexpected, TimeoutError) as error:
            sys.exit(f"It could not be measured: {error}")
    print(table([*rows, LIMITS], HEAD))
    print(f"CPU of the whole process tree, at {CLIENTS} clients; medians. Tokens back to back and, paced, 2 ms apart,")
    print("each in a packet that wakes the gateway for itself. First token at one client, against bare.")
