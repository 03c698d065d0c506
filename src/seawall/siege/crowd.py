"""The people whom the service is for: they think, ask, read, come back when told. Knows patience; knows no attack."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from seawall.siege.cast import account_of, address_of
from seawall.siege.lengths import Length, Lengths
from seawall.siege.newcomer import ASKED_TO, pass_for
from seawall.siege.processes import first_thread_s
from seawall.siege.questions import Wish, request_of
from seawall.siege.samples import Pace, Part, Run, Sample
from seawall.siege.talk import Outcome, talk
from seawall.siege.target import Target

THINKS_S = (10.0, 60.0)
PATIENCE_S = 30.0
"""Without a first token for so long a registered user gives up; a stranger who was told a time waits for that."""
STRANGER_PATIENCE_S = 120.0
LONG_S = 8.0
SHARE_OF_STRANGERS = 0.25
QUIET_LOAD = 0.5
"""The part of the engine that everybody together takes on a quiet day."""
TOPIC_CHANGES = 0.4
LOGIN_EVERY_S = 2.0
STATUS_EVERY_S = 0.1
"""Often enough for a p99 on the quiet day; one percent of a core to a service that answers in a millisecond."""
_BLAMED = (401, 403, 408, 429)


@dataclass(frozen=True, slots=True)
class Person:
    """Asks from one address, with the key of an account or, without one, as a stranger."""

    part: Part
    address: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that asks at a steady rate, whatever comes back. Its answers are short."""

    rate_per_s: float
    length: Length
    address: str = ""
    email: str = "client-0@siege.example"


def people(slots: int, slot_ms: float) -> tuple[int, int]:
    """How many registered users and strangers make up a quiet day on such an engine."""
    cycle_s = sum(THINKS_S) / 2 + slot_ms / 1000
    everyone = QUIET_LOAD * slots * cycle_s / (slot_ms / 1000)
    strangers = round(everyone * SHARE_OF_STRANGERS)
    return max(2, round(everyone) - strangers), max(1, strangers)


class Crowd:
    """Runs people against one door and keeps what each saw."""

    def __init__(self, target: Target, lengths: Lengths, run: Run, began_s: float, seed: int) -> None:
        self._target = target
        self._lengths = lengths
        self._run = run
        self._began_s = began_s
        self._seed = seed
        self._passes: dict[str, str] = {}

    @property
    def pace(self) -> Pace:
        return self._run.pace

    def now_s(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._began_s

    async def live(self, person: Person, number: int, comes_s: float, leaves_s: float) -> None:
        """One person from coming to leaving: think, ask, read, again."""
        random = Random(f"{self._seed} {person.part} {person.address}")
        await self._until(comes_s + random.uniform(0, THINKS_S[1] / 2) / self.pace.scale)
        topic = 0
        while self.now_s() < leaves_s:
            topic += random.random() < TOPIC_CHANGES
            wish = Wish(f"{number} of {person.part} on {topic}", self._lengths.draw(random), person.part)
            await self._ask(person, wish, leaves_s)
            await self._until(self.now_s() + random.uniform(*THINKS_S) / self.pace.scale)

    async def ask_steadily(self, client: Client) -> None:
        """The program's questions, each at its time, until the run is over."""
        person = Person(Part.REGISTERED, client.address, client.email)
        rate_per_s, length = client.rate_per_s * self.pace.steady, client.length.scaled(1 / self.pace.steady)
        async with asyncio.TaskGroup() as questions:
            number = 0
            while (at_s := number / rate_per_s) < self.pace.total_s:
                await self._until(at_s)
                wish = Wish(f"{number} of the program", length, person.part)
                questions.create_task(self._ask(person, wish, self.pace.total_s))
                number += 1

    async def sign_in(self, people: int) -> None:
        """Registered users sign in again and again, each from home, until the run is over."""
        # Hashing takes no less on a smaller scale, and before a model it takes from the core that the model has.
        every_s = LOGIN_EVERY_S if self._target.real_engine else LOGIN_EVERY_S / self.pace.scale
        await self._regularly(every_s, lambda number: self._sign_in(number % people))

    async def look_at_status(self) -> None:
        """People look whether all is well, until the run is over; nobody waits for another's answer."""
        async with asyncio.TaskGroup() as looks:
            number = 0
            while (at_s := number * STATUS_EVERY_S) < self.pace.total_s:
                await self._until(at_s)
                looks.create_task(self._look(number))
                number += 1

    async def _regularly(self, every_s: float, what: Callable[[int], Awaitable[None]]) -> None:
        number = 0
        while self.now_s() < self.pace.total_s:
            await what(number)
            number += 1
            await self._until(max(number * every_s, self.now_s()))

    async def _sign_in(self, number: int) -> None:
        account = account_of("regular", number)
        body = json.dumps({"email": account.email, "password": self._target.password}).encode()
        request = self._target.request("POST", "/api/auth/login", account.home, body)
        outcome = await talk(self._target, request, account.home, PATIENCE_S)
        self._keep(Part.LOGIN, outcome, served=outcome.status == 200 and outcome.whole)

    async def _look(self, number: int) -> None:
        address = address_of("stranger", 700 + number % 50)
        request = self._target.request("GET", self._target.status_path, address)
        before_s = self._door_s()
        outcome = await talk(self._target, request, address, PATIENCE_S)
        after_s = self._door_s()
        behind_s = None if before_s is None or after_s is None else after_s - before_s
        self._keep(Part.STATUS, outcome, served=outcome.status == 200 and outcome.whole, behind_s=behind_s)

    def _door_s(self) -> float | None:
        return None if self._target.pid is None else first_thread_s(self._target.pid)

    async def _ask(self, person: Person, wish: Wish, leaves_s: float) -> None:
        """A registered user takes a no for an answer, which counts; a stranger comes back when told to, for a while."""
        patience_s = PATIENCE_S + wish.length.answer * 0.2
        begun_s, tries, told = self.now_s(), 0, False
        gives_up_s = min(leaves_s, begun_s + STRANGER_PATIENCE_S / self.pace.scale)
        while True:
            tries += 1
            try:
                outcome = await talk(self._target, self._request(person, wish), person.address, patience_s)
            except asyncio.CancelledError:
                # The run is over. Who has waited for long was not served; of who came just now nobody can tell.
                if self.now_s() - begun_s > LONG_S:
                    self._keep(person.part, Outcome(0.0), served=False, begun_s=begun_s, tries=tries, told=told)
                raise
            told = told or (outcome.status == 503 and outcome.retry_after_s is not None)
            if person.part is Part.REGISTERED or outcome.served:
                break
            came_back, in_line = await self._come_back(person, outcome, gives_up_s)
            told = told or in_line
            if not came_back:
                break
        self._keep(person.part, outcome, served=outcome.served, begun_s=begun_s, tries=tries, told=told)

    def _request(self, person: Person, wish: Wish) -> bytes:
        key = self._target.keys.get(person.email, "")
        return request_of(wish, self._target, person.address, key, self._passes.get(person.address, ""))

    async def _come_back(self, person: Person, outcome: Outcome, gives_up_s: float) -> tuple[bool, bool]:
        """Whether the stranger tries again now, and whether a place in a line was told."""
        if outcome.code in ASKED_TO:
            self._passes[person.address] = await pass_for(self._target, person.address, gives_up_s - self.now_s())
            return bool(self._passes[person.address]), True
        wait_s = outcome.retry_after_s
        if wait_s is None or self.now_s() + wait_s > gives_up_s:
            return False, False
        await asyncio.sleep(wait_s)
        return True, False

    def _keep(
        self,
        part: Part,
        outcome: Outcome,
        *,
        served: bool,
        begun_s: float | None = None,
        tries: int = 1,
        told: bool = False,
        behind_s: float | None = None,
    ) -> None:
        begun = outcome.begun_s - self._began_s if begun_s is None else begun_s
        posture = outcome.headers.get("x-seawall-posture")
        if posture:
            self._run.postures.append((self.now_s(), posture))
        first_s = outcome.first_s - self._began_s - begun if outcome.first_s is not None else None
        self._run.samples.append(
            Sample(
                part,
                begun,
                self.now_s() - begun,
                outcome.status,
                served,
                first_s,
                tuple(outcome.gaps_s) if part is Part.REGISTERED else (),
                tries,
                told,
                outcome.code if outcome.status not in (0, 200) else "",
                outcome.headers.get("x-seawall-class", ""),
                outcome.tokens,
                behind_s,
            )
        )

    async def _until(self, at_s: float) -> None:
        await asyncio.sleep(max(0.0, at_s - self.now_s()))


def blamed(sample: Sample) -> bool:
    """Whether an honest stranger was treated as an attacker: told off or cut, rather than told that room is short."""
    return not sample.served and not sample.told_to_wait and (sample.status in _BLAMED or sample.status == 0)
