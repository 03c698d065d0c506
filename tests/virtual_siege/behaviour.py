"""How those who come behave. Knows asking, thinking and asking again; knows nothing of standing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from random import Random

from seawall.values.question import Question
from stub_engine import Script, question_of
from virtual_siege.askers import Asker, Kind
from virtual_siege.house import House
from virtual_siege.lengths import Deck
from virtual_siege.wordings import UNNAMED_MAX_TOKENS, Wording

THINK_S = (10.0, 60.0)
# A person looks at an empty answer for so long; a program of an attacker waits as patiently.
PATIENCE_S = 30.0
SOLVING_S = 3.0
# Every other question goes on with a conversation, whose start the engine still knows.
GOES_ON = 0.5


@dataclass(slots=True)
class Stage:
    """Where a siege plays: the house, its chance, and who is at it until ``ends_s``."""

    house: House
    random: Random
    own_deck: Deck
    """The registered people's, so that each minute of theirs has the same lengths whoever else comes."""
    deck: Deck
    ends_s: float
    tasks: asyncio.TaskGroup

    @property
    def slots(self) -> int:
        """The engine's, by which a siege is scaled."""
        return self.house.engine.pace.slots

    def people(self, askers: Iterable[Asker], from_s: float, to_s: float, *, ramp_s: float = 0.0) -> None:
        """Honest people who come one after the other within ``ramp_s`` and stay."""
        for asker in askers:
            came_s = from_s + self.random.uniform(0, ramp_s)
            self.tasks.create_task(self._person(asker, Random(self.random.random()), came_s, to_s))

    def programs(
        self,
        askers: Iterable[Asker],
        wording: Wording,
        each_per_s: float,
        from_s: float,
        to_s: float,
        *,
        ramp_s: float = 0.0,
        leaves_s: float = 1e9,
    ) -> None:
        """Programs that ask at a mean rate, whatever they are answered, without waiting for it."""
        for asker in askers:
            began_s = from_s + self.random.uniform(0, ramp_s)
            self.tasks.create_task(
                self._program(asker, wording, each_per_s, Random(self.random.random()), began_s, to_s, leaves_s)
            )

    def at_once(self, askers: Iterable[Asker], wording: Wording, moment_s: float) -> None:
        """All of them ask in the same moment."""
        for asker in askers:
            self.tasks.create_task(self._one(asker, wording(self.random), moment_s))

    async def _until(self, moment_s: float) -> None:
        await asyncio.sleep(max(0.0, moment_s - self.house.now_s))

    async def _one(self, asker: Asker, question: Question, moment_s: float) -> None:
        await self._until(moment_s)
        await self.house.ask(asker, question, PATIENCE_S)

    async def _person(self, asker: Asker, random: Random, from_s: float, to_s: float) -> None:
        await self._until(from_s + random.uniform(0, THINK_S[1]) * (from_s == 0) + random.random())
        conversations = count(1)
        conversation, known_tokens = "", 0
        while self.house.now_s < to_s:
            deck = self.own_deck if asker.kind is Kind.REGISTERED else self.deck
            prompt_tokens, answer_tokens = deck.deal()
            if not conversation or random.random() >= GOES_ON:
                conversation, known_tokens = f"{asker.identity.account_id}/{next(conversations)}", 0
            script = Script(answer_tokens, conversation, min(known_tokens, prompt_tokens * 2 // 3))
            question = question_of(script, prompt_tokens, UNNAMED_MAX_TOKENS)
            asker = await self._insist(asker, question, random, to_s)
            known_tokens = prompt_tokens + answer_tokens
            await asyncio.sleep(random.uniform(*THINK_S))

    async def _insist(self, asker: Asker, question: Question, random: Random, to_s: float) -> Asker:
        """Asks; when refused, comes back at the time told, three times at most. A stranger solves a challenge."""
        for _ in range(4):
            asked = await self.house.ask(asker, question, PATIENCE_S)
            if asked.refusal is None or self.house.now_s >= to_s:
                break
            if asked.service_class == "C4":
                asker = asker.having_solved()
                await asyncio.sleep(SOLVING_S)
                continue
            await asyncio.sleep(asked.refusal.retry_after_s or random.uniform(*THINK_S))
        return asker

    async def _program(
        self,
        asker: Asker,
        wording: Wording,
        per_s: float,
        random: Random,
        from_s: float,
        to_s: float,
        leaves_s: float,
    ) -> None:
        await self._until(from_s)
        async with asyncio.TaskGroup() as open_questions:
            while True:
                await asyncio.sleep(random.expovariate(per_s))
                if self.house.now_s >= to_s:
                    return
                question = wording(random)
                open_questions.create_task(self.house.ask(asker, question, PATIENCE_S, leaves_s=leaves_s))
