"""What was acknowledged is there after a SIGKILL, however unlucky its moment: the promise, counted."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import httpx

from chatting import every_conversation, messages_of, saying
from postgres_server import PostgresServer
from running_service import Serve, events

TALKERS = 4
# An answer takes about 1.6 s, so that a kill meets answers of every age.
ENGINE = "echo:slots=16,tokens=80,token_ms=20"
LATEST_KILL_S = 3.0
# What an answer may lose: its last second, and what the test itself sees late on a busy machine.
MAY_BE_LOST_S = 1.0
SEEN_LATE_S = 0.3


@dataclass
class Told:
    """What one client was told of one message. Pieces stand with the time at which they came."""

    text: str
    conversation_id: str = ""
    pieces: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    saved: bool = False

    @property
    def heard(self) -> str:
        return "".join(text for _, text in self.pieces)

    def heard_before(self, moment_s: float) -> str:
        return "".join(text for at_s, text in self.pieces if at_s < moment_s)


@dataclass
class Ledger:
    """All that was acknowledged in one life of the service, by message."""

    killed_s: float = float("inf")
    told: dict[str, Told] = field(default_factory=dict[str, Told])


class Talker:
    """Somebody who goes on chatting until the service is gone; a hasty one leaves every answer half-way."""

    def __init__(self, client: httpx.Client, ledger: Ledger, random: Random, *, hasty: bool) -> None:
        self._client = client
        self._ledger = ledger
        self._random = random
        self._hasty = hasty
        self._conversation_id: str | None = None
        self.thread = threading.Thread(target=self._talk)
        self.thread.start()

    def _talk(self) -> None:
        with self._client:
            for number in count():
                try:
                    self._say(f"message {number}, {self._random.random()}")
                except httpx.TransportError:
                    return

    def _say(self, text: str) -> None:
        told, message_id = Told(text), uuid.uuid4().hex
        pieces_wanted = self._random.randrange(12) if self._hasty else 10_000
        conversation_id = self._conversation_id if self._random.random() < 0.7 else None
        with saying(self._client, text, conversation_id, message_id) as response:
            for name, data in events(response):
                if name == "begun":
                    told.conversation_id = self._conversation_id = data["conversation"]["id"]
                    self._ledger.told[message_id] = told
                elif name == "piece":
                    told.pieces.append((time.monotonic(), data["text"]))
                elif name == "done":
                    told.saved = data["saved"]
                if len(told.pieces) >= pieces_wanted:
                    return


@dataclass
class Findings:
    """The count over all kills."""

    kills: int = 0
    acknowledged: int = 0
    completed: int = 0
    interrupted: int = 0
    lost: list[str] = field(default_factory=list[str])
    restarts_s: list[float] = field(default_factory=list[float])

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.acknowledged} messages acknowledged, {len(self.lost)} lost; "
            f"{self.completed} answers told to be saved, {self.interrupted} interrupted; "
            f"restarts took {min(self.restarts_s):.2f} to {max(self.restarts_s):.2f} s"
        )

    def check(self, client: httpx.Client, ledger: Ledger) -> None:
        """Holds what is there after the restart against what was told before the kill."""
        there = {one: messages_of(client, one) for one in {told.conversation_id for told in ledger.told.values()}}
        self.acknowledged += len(ledger.told)
        for message_id, told in ledger.told.items():
            kept = there[told.conversation_id]
            place = next((place for place, message in enumerate(kept) if message["id"] == message_id), None)
            if place is None or kept[place]["text"] != told.text:
                self.lost.append(f"{message_id} was acknowledged and is not there")
                continue
            answer = kept[place + 1]
            self.completed += told.saved
            self.interrupted += answer["status"] == "interrupted"
            self.lost.extend(missing(told, answer["text"], answer["status"], ledger.killed_s))


def missing(told: Told, kept: str, status: str, killed_s: float) -> Iterator[str]:
    """What is wrong with an answer as it was kept."""
    if told.saved and (status, kept) != ("complete", told.heard):
        yield f"an answer that was told to be saved is {status} with {kept!r} instead of {told.heard!r}"
    if status not in ("complete", "stopped", "interrupted"):
        yield f"an answer is {status}"
    if not (kept.startswith(told.heard) or told.heard.startswith(kept)):
        yield f"what was kept ({kept!r}) is not what was heard ({told.heard!r})"
    if len(kept) < len(told.heard_before(killed_s - MAY_BE_LOST_S - SEEN_LATE_S)):
        yield f"of {told.heard!r} more than the last second is gone: {kept!r} is left"


class Household:
    """One data folder and one owner, who signs in once: that session, too, outlives every kill."""

    def __init__(self, serve: Serve, data: Path, **environment: str) -> None:
        self._start = lambda: serve("--engine", ENGINE, data=data, environment=environment)
        self.service = self._start()
        with self.service.owner() as client:
            self._cookies, self._headers = client.cookies, client.headers

    def client(self) -> httpx.Client:
        return self.service.client(cookies=self._cookies, headers=self._headers)

    def live_and_be_killed(self, random: Random) -> Ledger:
        ledger = Ledger()
        talkers = [Talker(self.client(), ledger, random, hasty=bool(number % 2)) for number in range(TALKERS)]
        time.sleep(random.uniform(0.0, LATEST_KILL_S))
        assert self.service.children() == [], "the echo engine has no process that could be left behind"
        ledger.killed_s = time.monotonic()
        self.service.kill()
        for talker in talkers:
            talker.thread.join()
        return ledger

    def killed(self, kills: int, seed: int) -> Findings:
        random, findings, ledgers = Random(seed), Findings(kills), list[Ledger]()
        for _ in range(kills):
            ledgers.append(self.live_and_be_killed(random))
            began_s = time.monotonic()
            self.service = self._start()
            findings.restarts_s.append(time.monotonic() - began_s)
            with self.client() as client:
                findings.check(client, ledgers[-1])
        with self.client() as client:
            kept = {
                message["id"]: message for one in every_conversation(client) for message in messages_of(client, one)
            }
        assert not [message for message in kept.values() if message["status"] == "streaming"]
        # Neither did a later life lose what an earlier one had kept.
        assert not [message_id for ledger in ledgers for message_id in ledger.told if message_id not in kept]
        return findings


def test_no_acknowledged_message_is_lost_in_25_kills(
    serve: Serve, tmp_path: Path, record_testsuite_property: Callable[[str, object], None]
) -> None:
    findings = Household(serve, tmp_path / "kept").killed(kills=25, seed=1)
    record_testsuite_property("kills_on_sqlite", str(findings))
    assert findings.lost == []
    # The test would prove nothing if the kills met nothing.
    assert findings.acknowledged > 100, str(findings)
    assert findings.completed > 3, str(findings)
    assert findings.interrupted > 25, str(findings)


def test_no_acknowledged_message_is_lost_on_postgresql(
    serve: Serve,
    tmp_path: Path,
    postgres_server: PostgresServer,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    url = postgres_server.new_database()
    findings = Household(serve, tmp_path / "kept", SEAWALL_DATABASE=url).killed(kills=5, seed=2)
    record_testsuite_property("kills_on_postgresql", str(findings))
    assert findings.lost == []
    assert findings.acknowledged > 20, str(findings)
    assert findings.interrupted > 5, str(findings)
