"""Passwords: what is accepted, how it is hashed, and how many at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from seawall.accounts.passwords.passwords import Checked, Lane, Passwords, weakness_of
from seawall.values.refusal import Reason, Refusal

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    pool = Passwords(threads=1, waiting=1, hasher=QUICK)
    yield pool
    pool.close()


async def test_a_password_is_hashed_as_owasp_advises() -> None:
    pool = Passwords(threads=1, waiting=1)
    hashed = await pool.hash("correct horse")
    pool.close()
    assert isinstance(hashed, str)
    parameters = extract_parameters(hashed)
    assert parameters.type is Type.ID
    assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19456, 2, 1)


async def test_the_right_password_is_right_and_another_is_not(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    assert isinstance(stored, str)
    assert await passwords.check("correct horse", stored) == Checked(right=True)
    assert await passwords.check("correct hors3", stored) == Checked(right=False)


async def test_a_password_typed_on_another_system_is_the_same_one(passwords: Passwords) -> None:
    stored = await passwords.hash("café au lait")
    assert isinstance(stored, str)
    assert await passwords.check("cafe\N{COMBINING ACUTE ACCENT} au lait", stored) == Checked(right=True)


@pytest.mark.parametrize("password", ["short", "x" * 129, " " * 12, "half a pair \ud800"])
async def test_a_password_out_of_bounds_is_refused_with_its_field(passwords: Passwords, password: str) -> None:
    refusal = await passwords.hash(password)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.param) == (Reason.INVALID_REQUEST, "password")


def test_the_bounds_themselves_are_accepted() -> None:
    assert weakness_of("x" * 8) is None
    assert weakness_of("x" * 128) is None


async def test_an_unknown_account_takes_as_long_as_a_known_one() -> None:
    pool = Passwords(threads=1, waiting=1)
    stored = await pool.hash("correct horse")
    assert isinstance(stored, str)

    async def least_s(of: str | None) -> float:
        times: list[float] = []
        for _ in range(5):
            begun_s = time.process_time()  # Other work on the machine does not count.
            assert await pool.check("wrong horse", of) == Checked(right=False)
            times.append(time.process_time() - begun_s)
        return min(times)

    known_s, unknown_s = await least_s(stored), await least_s(None)
    pool.close()
    assert unknown_s == pytest.approx(known_s, rel=0.5)


async def test_a_hash_of_older_parameters_is_renewed(passwords: Passwords) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash("correct horse")
    checked = await passwords.check("correct horse", older)
    assert isinstance(checked, Checked)
    assert checked.right
    assert checked.rehashed is not None
    assert await passwords.check("correct horse", checked.rehashed) == Checked(right=True)


async def test_what_comes_on_top_of_the_waiting_is_refused_and_room_comes_back(passwords: Passwords) -> None:
    stored = QUICK.hash("correct horse")
    results = await asyncio.gather(*(passwords.check("correct horse", stored) for _ in range(5)))
    refused = [result for result in results if isinstance(result, Refusal)]
    assert len(refused) == 3
    assert {refusal.reason for refusal in refused} == {Reason.TOO_MANY_ATTEMPTS}
    assert all(refusal.retry_after_s for refusal in refused)
    assert await passwords.check("correct horse", stored) == Checked(right=True)


async def test_a_lane_that_is_full_of_strangers_keeps_nobody_waiting_who_is_familiar(passwords: Passwords) -> None:
    stored = QUICK.hash("correct horse")
    strangers = [asyncio.create_task(passwords.check("wrong horse", stored)) for _ in range(20)]
    signups = [asyncio.create_task(passwords.hash("correct horse")) for _ in range(20)]
    await asyncio.sleep(0)
    assert passwords.full(Lane.STRANGER)
    assert passwords.full(Lane.SIGNUP)
    assert passwords.full(Lane.FAMILIAR) is None
    assert await passwords.check("correct horse", stored, lane=Lane.FAMILIAR) == Checked(right=True)
    for results in (await asyncio.gather(*strangers), await asyncio.gather(*signups)):
        assert sum(isinstance(result, Refusal) for result in results) == 18
    assert passwords.full(Lane.STRANGER) is None


async def test_one_who_leaves_keeps_the_place_until_the_hashing_is_done(passwords: Passwords) -> None:
    stored = QUICK.hash("correct horse")
    leaving = asyncio.create_task(passwords.check("correct horse", stored))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    # Both places can be had in the end, so the one who left has not kept it for ever.
    async with asyncio.timeout(5):
        while any(
            isinstance(result, Refusal)
            for result in await asyncio.gather(*(passwords.check("wrong", stored) for _ in range(2)))
        ):
            await asyncio.sleep(0.01)
