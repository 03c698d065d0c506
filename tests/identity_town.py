"""All rooms whose tables an asker can grow, driven as requests drive them. Knows rooms; measures nothing.

What a request itself holds while it runs is none of it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from random import Random
from typing import Any

from altcha.v2 import Challenge, Payload, Solution

from seawall.accounts.accounts import Accounts
from seawall.accounts.factors.ceremonies import Ceremonies
from seawall.accounts.factors.second_factor import Tickets
from seawall.accounts.homes.homes import Homes
from seawall.accounts.homes.step_up import MailedCode
from seawall.accounts.keys.key_use import KeyUse
from seawall.accounts.keys.keys import drawn_key
from seawall.accounts.keys.strikes import Strikes
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.notices import Notices
from seawall.accounts.passwords.passwords import Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.verdicts import Verdicts
from seawall.admission.challenge import Algorithm, Challenges
from seawall.admission.posture import Posture
from seawall.admission.signup_gate import Wish
from seawall.answering.meter import UsageMeter
from seawall.answering.running import Running
from seawall.conversations.events import AccountEvent, AccountEvents
from seawall.conversations.jobs import Job, Jobs
from seawall.edge.address import AddressResolver
from seawall.edge.block_list import BlockList
from seawall.edge.front import raise_front
from seawall.edge.judge import GuestRules
from seawall.engines.building import engine_from_settings
from seawall.forecourt import open_forecourt
from seawall.records.entries import AccountRow
from seawall.records.port import Records
from seawall.settings.entrance import EntranceSettings
from seawall.settings.shield import BudgetSettings
from seawall.settings.tree import Settings
from seawall.shield import raise_shield
from seawall.values.arrival import Arrival, Place
from seawall.values.home import keyed_names, names_of
from seawall.values.identity import Identity, Role
from seawall.values.load import OPEN
from seawall.values.piece import Outcome, Usage
from seawall.values.question import Question
from seawall.values.recognition import Recognition
from seawall.values.refusal import Reason, Refusal
from seawall.values.served import Served
from seawall.values.ticket import Screened, Ticket
from seawall.verdict import crowd
from seawall.verdict.signals import Signals

SECRET = b"s" * 32
VERDICT_S = 60.0
# What is measured is what is kept of a puzzle, not what it takes to solve.
_CHEAP: dict[Algorithm, tuple[int, ...]] = {"SCRYPT": (2, 2, 2, 2), "PBKDF2/SHA-256": (1, 1, 1, 1)}
_REFUSED = Served(Outcome.FAILED, Usage(), Refusal(Reason.NO_ROOM, "", 5.0), 5.0, None, 0.0)
_ANSWERED = Served(Outcome.COMPLETE, Usage(100, 50, 20), None, 5.0, 100.0, 2000.0)
# One step of a part: what the identity of this number does, to be awaited where it waits for a thread.
Step = Callable[[int], Awaitable[object] | None]
Part = tuple[str, Callable[[], Awaitable[Step]], int]


def address(number: int) -> str:
    """A /24 of its own for each even number, a /64 for each odd one."""
    if number % 2:
        return f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::7"
    return f"{11 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.7"


def account(number: int) -> Identity:
    """Somebody at home, with a key, as the records tell of it: no text is shared with anybody's."""
    name = f"{number:032x}"
    homes = (*(f"net:{number * 8 + one:024x}" for one in range(3)), *names_of(Place(address(number))))
    return Identity(name, f"{name}@example.org", Role.MEMBER, 0.0, key_id=name[16:], homes=homes, good_days=10)


def guest(number: int) -> Identity:
    """A stranger with a solved puzzle."""
    return Identity(f"guest:{number:016x}", "", Role.GUEST, 0.0, solved=True)


class Town:
    """The parts, each made when its turn comes and kept to the end."""

    def __init__(self, records: Records | None = None) -> None:
        self.records = records
        self.kept: list[Any] = []
        self._settings = Settings(budget=BudgetSettings(requests_per_day=1000))
        self._question = Question("m", {"messages": []}, 256, prompt_chars=400)

    def parts(self, most: int) -> list[Part]:
        """Name, maker and number of identities. Where one costs a puzzle or a mail, fewer come: enough to fill it."""
        fewer = min(most, 150_000)
        return [
            ("gate: strangers and invented keys", self.gate, most),
            ("the verdict's signals", self.signals, most),
            ("door and queue: accounts and guests", self.door, most),
            ("verdicts of keys, of sessions", self.verdicts, most),
            ("homes and use, the records away", self.notes, most),
            ("wrong passwords, unknown keys", self.guesses, most),
            ("sign-up gate, waiting room", self.entrance, most),
            ("codes by mail", self.codes, fewer),
            ("letters, tickets for a second factor", self.letters, most),
            ("passkeys' challenges, keys' use", self.challenges, most),
            ("answers and their listeners", self.answers, fewer),
            ("puzzles", self.puzzles, fewer),
        ]

    async def gate(self) -> Step:
        front = raise_front(
            self._settings.edge,
            AddressResolver(()),
            BlockList(None, unix_time=lambda: 0.0),
            recognise=lambda headers: Recognition.CLAIMANT,
            threshold=lambda: OPEN,
            guests=GuestRules(),
            random=Random(1),
        )
        front.blocked.add("203.0.113.0/24")
        self.kept.append(front)
        key = drawn_key(lambda size: bytes(size)).encode()

        def step(number: int) -> None:
            headers = [(b"authorization", b"Bearer " + key)] if number % 3 == 0 else []
            client = (address(number), 1)
            front.judge.look({"client": client, "headers": headers, "path": "/v1/models", "method": "GET"})

        return step

    async def signals(self) -> Step:
        signals = Signals(b"k" * 16, clock=lambda: 0.0, unix_time=lambda: 0.0, most_askers=crowd.MOST_ASKERS)
        self.kept.append(signals)

        def step(number: int) -> None:
            headers = {b"host": b"here", b"x-%d" % (number % 700): b"v"}
            asker = signals.request(address(number), "/", headers, known=False)
            signals.tried(asker, f"{number}@example.org")
            signals.asked(asker, f"what is {number} and all that comes after it in the long line of them", 1.0, "away")

        return step

    async def door(self) -> Step:
        engine = engine_from_settings(
            self._settings.engine.model_copy(update={"use": ("echo:slots=8",)}),
            model_path=None,
            model_name="m",
            clock=time.monotonic,
            random=Random(1),
        )
        shield = raise_shield(self._settings, engine, random=Random(1), names_of=names_of)
        admission, queue = shield.admission, shield.queue
        self.kept.append(shield)

        def step(number: int) -> None:
            identity, place = account(number) if number % 4 else guest(number), Place(address(number))
            ticket = admission.hopeless(identity, place) or admission.admit(
                Arrival("r", 0.0, place, identity, self._question)
            )
            if not isinstance(ticket, Ticket):
                return
            turn = queue.turn(Screened(ticket, self._question))
            queue.enter(turn)
            queue.leave(turn)
            admission.settled(ticket, _ANSWERED if number % 2 else _REFUSED)

        return step

    async def verdicts(self) -> Step:
        rooms = [Verdicts(fresh_s=VERDICT_S, clock=time.monotonic) for _ in range(2)]
        unknown = Refusal(Reason.UNKNOWN_KEY, "")
        self.kept.append(rooms)

        def step(number: int) -> None:
            for room in rooms:
                room.put(f"{number:064x}", account(number) if number % 2 else unknown)

        return step

    async def notes(self) -> Step:
        assert self.records is not None
        homes = Homes(self.records, keyed_names(SECRET), unix_time=time.time)
        meter = UsageMeter(self.records, unix_time=time.time)
        self.kept += [homes, meter]

        def step(number: int) -> None:
            identity, place = account(number), Place(address(number), f"{number:032x}")
            homes.used(identity, place)
            meter.count(Arrival("r", 0.0, place, identity, self._question), Usage(100, 50), 2000.0)

        return step

    async def guesses(self) -> Step:
        throttle, strikes = Throttle(clock=time.monotonic), Strikes(clock=time.monotonic)
        self.kept += [throttle, strikes]

        def step(number: int) -> None:
            throttle.take(f"{number:016x}@example.org", address(number))
            strikes.strike(address(number))

        return step

    async def entrance(self) -> Step:
        forecourt = open_forecourt(
            EntranceSettings(guests="on", challenge="off"),
            SECRET,
            posture=lambda: Posture.NORMAL,
            spare=lambda: 1.0,
            random=Random(1),
        )
        self.kept.append(forecourt)
        rooms = [room for room in (forecourt.signup, forecourt.guests) if room is not None]

        def step(number: int) -> None:
            for room in rooms:
                _at_once(room.place(address(number)))
            _at_once(forecourt.signup.enter(Wish(address(number), f"{number:x}.example")))

        return step

    async def codes(self) -> Step:
        code = MailedCode(_NoMail(), service="Seawall", clock=time.monotonic)
        self.kept.append(code)
        return lambda number: _at_once(code.begin(account(number)))

    async def letters(self) -> Step:
        letters = Letters(None, service="Seawall", home="", clock=time.monotonic)
        tickets = Tickets(SECRET, unix_time=time.time)
        assert self.records is not None
        homes = Homes(self.records, keyed_names(SECRET), unix_time=time.time)
        accounts = Accounts(self.records, Passwords(threads=1, waiting=1), homes, unix_time=time.time)
        notices = Notices(Letters(_NoMail(), service="", home="", clock=time.monotonic), accounts, clock=time.monotonic)
        self.kept += [letters, tickets, notices]
        owner = AccountRow("0" * 16, "owner@example.org", Role.OWNER, "", 0.0)

        def step(number: int) -> None:
            letters.allow(f"{number:016x}@example.org")
            letters.network_wait_s(address(number))
            tickets.use_up(tickets.issue(owner))
            notices.password_changed(f"{number:032x}")

        return step

    async def challenges(self) -> Step:
        assert self.records is not None
        ceremonies, use = Ceremonies(unix_time=time.time), KeyUse(self.records, unix_time=time.time)
        self.kept += [ceremonies, use]

        def step(number: int) -> None:
            ceremonies.take(ceremonies.new("sign-in"), "sign-in")
            use.note(f"{number:016x}")

        return step

    async def answers(self) -> Step:
        jobs, running, events = Jobs(per_account=2), Running(), AccountEvents()
        self.kept += [jobs, running, events]

        async def answer(job: Job) -> None:
            async with running.answer(account(0)):
                job.tell("begun", {"answer_id": job.answer_id})
                events.tell(job.account_id, AccountEvent("begun"))

        async def step(number: int) -> None:
            who = account(number).account_id
            job = jobs.start(who, "c", f"{number:016x}", answer)
            assert isinstance(job, Job)
            async with aclosing(events.listen(who, 0.0)) as heard:
                await anext(heard)
            await job.over()

        return step

    async def puzzles(self) -> Step:
        challenges = Challenges(
            SECRET, posture=lambda: Posture.NORMAL, clock=time.monotonic, unix_time=time.time, costs=_CHEAP
        )
        self.kept.append(challenges)

        def step(number: int) -> Awaitable[object]:
            issued = Challenge.from_dict(challenges.issue("chat", address(number), "PBKDF2/SHA-256"))
            wrong = Payload(issued, Solution(1, "00" * 32)).to_base64()
            return challenges.check(wrong, "chat", address(number))

        return step


class _NoMail:
    async def send(self, to: str, subject: str, text: str) -> None:
        """Takes everything and keeps nothing."""


def _at_once(work: Any) -> None:
    """Runs what never waits."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("it waits")
