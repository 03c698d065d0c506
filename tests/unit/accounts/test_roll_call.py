"""Whoever is being answered is asked for again: at once after a change here, soon after one elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from account_house import House
from patience import until
from records_that_fail import SwitchedRecords
from seawall.accounts.roll_call import ACCOUNT_ENDED, AT_ONCE, KEY_ENDED, RollCall
from seawall.records.entries import SetDisabled
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Refusal


class Answers:
    """Answers by their askers' names, and what each was ended with."""

    def __init__(self, **askers: Identity) -> None:
        self._askers = askers
        self.ended: dict[str, Refusal] = {}
        self.changed = asyncio.Event()

    def askers(self) -> tuple[Identity, ...]:
        return tuple(who for name, who in self._askers.items() if name not in self.ended)

    def end(self, whose: Callable[[Identity], bool], refusal: Refusal) -> int:
        ended = [name for name, who in self._askers.items() if name not in self.ended and whose(who)]
        self.ended |= dict.fromkeys(ended, refusal)
        self.changed.set()
        return len(ended)


GUEST = Identity("guest:1", "", Role.GUEST, 0.0)


@asynccontextmanager
async def calling(roll_call: RollCall, answers: Answers):
    await roll_call.start(answers)
    try:
        yield
    finally:
        await roll_call.close()


async def test_a_disabled_account_and_a_revoked_key_are_ended_and_nobody_else(house: House) -> None:
    ada = (await house.member()).identity
    eve = (await house.member("eve@example.org")).identity
    stolen, kept = [await house.keys.create(eve.account_id, "") for _ in range(2)]
    programs = {name: replace(eve, session_id=None, key_id=key.row.id) for name, key in (("s", stolen), ("k", kept))}
    answers = Answers(ada=ada, eve=eve, guest=GUEST, **programs)
    await house.records.write(SetDisabled(ada.account_id, True))
    assert await house.keys.revoke(stolen.row.id)

    await house.roll_call.look(answers)
    assert answers.ended == {"ada": ACCOUNT_ENDED, "s": KEY_ENDED}


async def test_an_account_that_is_gone_is_ended_like_a_disabled_one(house: House) -> None:
    nobody = replace(GUEST, account_id="gone", role=Role.MEMBER)
    answers = Answers(nobody=nobody)
    await house.roll_call.look(answers)
    assert answers.ended == {"nobody": ACCOUNT_ENDED}


async def test_a_change_here_is_seen_at_once_and_one_elsewhere_at_the_next_look(
    house: House, records: SwitchedRecords
) -> None:
    ada, eve = (await house.member()).identity, (await house.member("eve@example.org")).identity
    never, often = RollCall(records, every_s=3600.0), RollCall(records, every_s=0.01)
    here, elsewhere = Answers(ada=ada), Answers(eve=eve)
    async with calling(never, here), calling(often, elsewhere):
        for who in (ada, eve):
            await records.write(SetDisabled(who.account_id, True))
        never.forget_account(ada.account_id)
        async with asyncio.timeout(10):
            await here.changed.wait()
            await elsewhere.changed.wait()


async def test_a_fault_of_the_records_ends_nobody_and_is_got_over(house: House, records: SwitchedRecords) -> None:
    ada = (await house.member()).identity
    answers = Answers(ada=ada)
    await records.write(SetDisabled(ada.account_id, True))
    records.away = True
    asked = records.asked
    async with calling(RollCall(records, every_s=0.01), answers):
        await until(lambda: records.asked >= asked + 2)
        assert not answers.ended
        records.away = False
        async with asyncio.timeout(10):
            await answers.changed.wait()


async def test_more_askers_than_one_question_takes_are_all_asked_for(house: House) -> None:
    ada = (await house.member()).identity
    others = {f"n{number}": replace(ada, account_id=f"gone{number}") for number in range(AT_ONCE + 1)}
    answers = Answers(ada=ada, **others)
    await house.roll_call.look(answers)
    assert set(answers.ended) == set(others)
