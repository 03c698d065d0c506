"""What attackers do, from which the mixes are made. Knows how to ask too much; knows no mix and no honest user.

Everything is bounded: in time by the event, in count by ``MOST_OPEN``, in place by the target (loopback unless its
owner said otherwise).
"""

from __future__ import annotations

import asyncio
import json
import string
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any, Protocol
from zlib import crc32

from seawall.siege.cast import account_of, address_of
from seawall.siege.lengths import Length, Lengths
from seawall.siege.questions import Wish, request_of
from seawall.siege.samples import Pace, Part, Tally
from seawall.siege.stub_engine import EngineSpec
from seawall.siege.talk import CUT, Outcome, json_of, talk
from seawall.siege.target import Target

MOST_OPEN = 1500
_PULSE = Length(2000, 800)
PATIENCE_S = 20.0
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
REFUSED = (400, 401, 403, 404, 408, 409, 413, 422, 429, 503)


class Field:
    """Where an attack takes place: the door, its engine's timing, the clock and the tally of one event."""

    def __init__(self, target: Target, spec: EngineSpec, pace: Pace, seed: int, tally: Tally, for_s: float) -> None:
        self.target = target
        self.spec = spec
        self.pace = pace
        self.seed = seed
        self.tally = tally
        self.random = Random(f"attack {seed}")
        self.lengths = Lengths.of_the_trace(pace.scale)
        self._began_s = time.perf_counter()
        self._ends_s = self._began_s + for_s
        self._open = 0

    @property
    def is_over(self) -> bool:
        return time.perf_counter() >= self._ends_s

    def now_s(self) -> float:
        """Seconds since the event began."""
        return time.perf_counter() - self._began_s

    async def talk(self, request: bytes, address: str, *, leave_at_first: bool = False) -> Outcome:
        """One request, tallied; at most ``MOST_OPEN`` at once, what comes on top is not sent."""
        if self._open >= MOST_OPEN:
            return Outcome(time.perf_counter())
        self._open += 1
        self.tally.count(self.now_s(), "sent")
        try:
            outcome = await talk(self.target, request, address, PATIENCE_S, leave_at_first=leave_at_first)
        finally:
            self._open -= 1
        self.tell(outcome)
        return outcome

    def tell(self, outcome: Outcome) -> None:
        """Counts an outcome."""
        what = "refused" if outcome.status in REFUSED else "served" if outcome.status == 200 else "cut"
        self.tally.count(self.now_s(), what, outcome.status)
        self.tally.count(self.now_s(), "tokens", number=outcome.tokens)


class Attack(Protocol):
    """One thing that attackers do for so long."""

    async def run(self, field: Field, for_s: float) -> None:
        """Returns once the time is over; what is under way is left."""
        ...


@dataclass(frozen=True, slots=True)
class Askers:
    """Who asks. ``group`` names accounts whose keys are used, or is "bot" for nobody's.

    ``at_home`` is the share of them whose requests come from their owner's own device; the others come from elsewhere.
    """

    group: str
    count: int
    at_home: float = 0.0
    one_address: bool = False

    def asker(self, number: int, target: Target) -> tuple[str, str]:
        """Address and key of the ``number``-th."""
        number %= self.count
        if self.group == "bot":
            return ("" if self.one_address else address_of("bot", number)), ""
        account = account_of(self.group, number)
        key = target.keys.get(account.email, "")
        if self.one_address:
            return "", key
        # Spread evenly, so that any few of them hold the share too.
        is_home = int((number + 1) * self.at_home) > int(number * self.at_home)
        return (account.home if is_home and account.home else address_of("thief", number)), key


@dataclass(frozen=True, slots=True)
class Asking:
    """Questions at a steady rate by each asker in turn, whatever comes back.

    ``load`` is what is asked in multiples of the whole engine; ``per_s`` names the rate itself instead, of a program
    that is as steady as the client beside it and no quicker in a quick siege. Lengths are everybody's unless given;
    ``templated`` questions begin alike, ``busting`` ones differ in their first word alone.
    """

    askers: Askers
    load: float = 10.0
    per_s: float | None = None
    length: Length | None = None
    cap: int | None = None
    templated: bool = False
    busting: bool = False
    leave_at_first: bool = False

    async def run(self, field: Field, for_s: float) -> None:
        async def ask(number: int) -> None:
            address, key = self.askers.asker(number, field.target)
            wish = Wish(self._topic(number), self.next_length(field), Part.ATTACKER, self._cap(field))
            request = request_of(wish, field.target, address, key)
            await field.talk(request, address, leave_at_first=self.leave_at_first)

        await at_a_rate(self.rate_per_s(field), for_s, ask)

    def rate_per_s(self, field: Field) -> float:
        """Questions a second, by which the load is asked."""
        if self.per_s is not None:
            return self.per_s * field.pace.steady
        length = self.length.scaled(field.pace.scale) if self.length else field.lengths.mean
        return self.load * field.spec.slots * 1000 / field.spec.slot_ms(length.prompt, length.answer)

    def next_length(self, field: Field) -> Length:
        """How long the next question and its answer are."""
        if self.length is None:
            return field.lengths.draw(field.random)
        return self.length.scaled(field.pace.scale if self.per_s is None else 1 / field.pace.steady)

    def _cap(self, field: Field) -> int | None:
        return None if self.cap is None else max(1, round(self.cap / field.pace.scale))

    def _topic(self, number: int) -> str:
        if self.templated:
            return "Answer as an expert would, step by step, then give the final result as JSON"
        return f"{number:09d}" if self.busting else f"question {number} of {self.askers.group}"


@dataclass(frozen=True, slots=True)
class Pulsing:
    """Many long questions at one moment, then silence, again."""

    askers: Askers
    count: int = 40
    every_s: float = 30.0
    length: Length = _PULSE

    async def run(self, field: Field, for_s: float) -> None:
        every_s = self.every_s / field.pace.scale
        length = self.length.scaled(field.pace.scale)

        async def ask(number: int) -> None:
            address, key = self.askers.asker(number, field.target)
            wish = Wish(f"pulse {number}", length, Part.ATTACKER)
            await field.talk(request_of(wish, field.target, address, key), address)

        async def pulse(number: int) -> None:
            await asyncio.gather(*(ask(number * self.count + one) for one in range(self.count)))

        await at_a_rate(1 / every_s, for_s, pulse)


@dataclass(frozen=True, slots=True)
class Getting:
    """Cheap requests by many networks; ``paths`` in turn. A request is a connection."""

    per_s: float
    networks: int
    paths: tuple[str, ...] = ("/",)

    async def run(self, field: Field, for_s: float) -> None:
        async def get(number: int) -> None:
            address = address_of("bot", number % self.networks)
            path = self.paths[number % len(self.paths)]
            await field.talk(field.target.request("GET", path, address), address)

        await at_a_rate(self.per_s, for_s, get)


@dataclass(frozen=True, slots=True)
class Guessing:
    """Well-made keys that are nobody's, from one address as from a neighbour behind the same router."""

    per_s: float

    async def run(self, field: Field, for_s: float) -> None:
        async def guess(number: int) -> None:
            wish = Wish(f"guess {number}", Length(20, 20), Part.ATTACKER)
            key = forged_key(field.random)
            await field.talk(request_of(wish, field.target, "", key), "")

        await at_a_rate(self.per_s, for_s, guess)


@dataclass(frozen=True, slots=True)
class Dripping:
    """Connections that are held and hardly used: ``head``, ``body`` or ``reading`` is what goes slowly."""

    kind: str
    count: int
    one_address: bool = False

    async def run(self, field: Field, for_s: float) -> None:
        async def hold(number: int) -> None:
            address = "" if self.one_address else address_of("bot", number)
            while not field.is_over:
                field.tally.count(field.now_s(), "sent")
                with suppress(OSError, TimeoutError):
                    await self._hold(field, address, number)
                field.tally.count(field.now_s(), "cut", CUT)
                await asyncio.sleep(0.5)

        await _for(for_s, asyncio.gather(*(hold(number) for number in range(self.count))))

    async def _hold(self, field: Field, address: str, number: int) -> None:
        target = field.target
        source = target.source(address)
        reader, writer = await asyncio.open_connection(
            target.host, target.port, local_addr=(source, 0) if source else None, limit=1024
        )
        wish = Wish(f"slow {number}", Length(100, 400), Part.ATTACKER)
        request = request_of(wish, target, address, "")
        sent = {"head": 30, "body": len(request) - 60}.get(self.kind, len(request))
        try:
            writer.write(request[:sent])
            # Nobody reads: the stream's small limit pauses the transport, and the door's buffers fill.
            for at in range(sent, len(request)):
                await asyncio.sleep(3.0)
                if writer.is_closing() or reader.at_eof():
                    return
                writer.write(request[at : at + 1])
                await writer.drain()
            await asyncio.sleep(3600)
        finally:
            writer.transport.abort()


@dataclass(frozen=True, slots=True)
class Registering:
    """Sign-ups under throw-away addresses. Who gets in makes a key and asks a long question with it."""

    per_s: float
    networks: int

    async def run(self, field: Field, for_s: float) -> None:
        async def register(number: int) -> None:
            address = address_of("bot", number % self.networks)
            email = f"u{field.seed}-{number}@mail{number % 97}.example"
            body = json.dumps({"email": email, "password": f"throw away {number}"}).encode()
            found = await field.talk(field.target.request("POST", "/api/auth/signup", address, body), address)
            if found.status == 201:
                await self._use(field, found, address, number)

        await at_a_rate(self.per_s, for_s, register)

    async def _use(self, field: Field, found: Outcome, address: str, number: int) -> None:
        cookie = found.headers.get("set-cookie", "").split(";")[0]
        more = {"cookie": cookie, "x-csrf-token": str(json_of(found).get("csrf_token"))}
        made = await field.talk(field.target.request("POST", "/api/keys", address, b'{"name":"k"}', more), address)
        key = str(json_of(made).get("key", ""))
        wish = Wish(f"newcomer {number}", Length(2000, 1000).scaled(field.pace.scale), Part.ATTACKER)
        if key:
            await field.talk(request_of(wish, field.target, address, key), address)


@dataclass(frozen=True, slots=True)
class Stuffing:
    """Leaked passwords tried on known and unknown accounts, from many networks."""

    per_s: float
    networks: int
    known: int = 50

    async def run(self, field: Field, for_s: float) -> None:
        async def attempt(number: int) -> None:
            address = address_of("bot", number % self.networks)
            known = number % 2 == 0
            email = account_of("regular", number % self.known).email if known else f"nobody{number}@siege.example"
            body = json.dumps({"email": email, "password": f"leaked {number}"}).encode()
            await field.talk(field.target.request("POST", "/api/auth/login", address, body), address)

        await at_a_rate(self.per_s, for_s, attempt)


def forged_key(random: Random) -> str:
    """A key of Seawall's form with the right checksum: whoever has read the source can make one."""
    body = "sw-" + "".join(random.choices(_DIGITS, k=43))
    number, check = crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        check = _DIGITS[digit] + check
    return body + check


async def at_a_rate(per_s: float, for_s: float, what: Callable[[int], Coroutine[Any, Any, None]]) -> None:
    """Begins ``what(0)``, ``what(1)``... each at its time; one that is late is made up for. Leaves all at the end."""
    began_s = time.perf_counter()
    running: set[asyncio.Task[None]] = set()
    try:
        for number in count():
            wait_s = number / per_s - (time.perf_counter() - began_s)
            # Even where the rate is beyond us, what is under way gets its turn.
            await asyncio.sleep(max(0.0, wait_s))
            if time.perf_counter() - began_s >= for_s:
                break
            task = asyncio.create_task(what(number))
            running.add(task)
            task.add_done_callback(running.discard)
    finally:
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _for(for_s: float, what: Awaitable[object]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(what, for_s)
