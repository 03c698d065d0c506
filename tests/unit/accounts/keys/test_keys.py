"""API keys: shown once, recognised without I/O, and working on while the records are away."""

from __future__ import annotations

from account_house import House
from seawall.accounts.accounts import Standing
from seawall.accounts.keys.keys import LENGTH, NewKey, well_formed
from seawall.records.entries import KeysOf
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal


def reason(said: Identity | Refusal) -> Reason | None:
    return said.reason if isinstance(said, Refusal) else None


async def a_key(house: House) -> NewKey:
    session = await house.member()
    return await house.keys.create(session.identity.account_id, "laptop")


async def test_a_key_is_recognised_cold_then_warm(house: House) -> None:
    key = await a_key(house)
    assert house.keys.warm(key.secret) is None
    who = await house.keys.identify(key.secret)
    assert isinstance(who, Identity)
    assert (who.email, who.key_id, who.session_id) == ("ada@example.org", key.row.id, None)
    asked = house.records.asked
    assert house.keys.warm(key.secret) == who
    assert house.records.asked == asked


async def test_the_records_hold_no_secret(house: House) -> None:
    key = await a_key(house)
    (row,) = await house.records.read(KeysOf(key.row.account_id))
    assert key.secret.startswith("sw-")
    assert len(key.secret) == LENGTH
    assert key.secret not in (row.secret_hash, row.hint)
    assert key.secret.startswith(row.hint)
    assert len(row.hint) < 10


async def test_keys_differ(house: House) -> None:
    session = await house.member()
    keys = {(await house.keys.create(session.identity.account_id, "")).secret for _ in range(20)}
    assert len(keys) == 20
    assert all(well_formed(key) for key in keys)


async def test_a_mistyped_key_costs_no_look_up(house: House) -> None:
    key = await a_key(house)
    asked = house.records.asked
    wrong = (key.secret[:-1], key.secret[:-1] + "é", "", "sw-", "sk-" + key.secret[3:], "sw-" + "a" * 49, "\ud800")
    for secret in (*wrong, key.secret[:10] + ("a" if key.secret[10] != "a" else "b") + key.secret[11:]):
        assert reason(await house.keys.identify(secret)) is Reason.UNKNOWN_KEY
        assert house.keys.warm(secret) is None
    assert house.records.asked == asked


async def test_an_unknown_key_is_asked_for_once(house: House, restarted: House) -> None:
    key = await a_key(house)
    await house.keys.revoke(key.row.id)
    asked = house.records.asked
    for _ in range(10):
        assert reason(await restarted.keys.identify(key.secret)) is Reason.UNKNOWN_KEY
    assert house.records.asked == asked + 1


async def test_a_revoked_key_is_refused_at_once(house: House) -> None:
    key = await a_key(house)
    await house.keys.identify(key.secret)
    assert await house.keys.revoke(key.row.id, key.row.account_id)
    assert house.keys.warm(key.secret) is None
    said = await house.keys.identify(key.secret)
    assert isinstance(said, Refusal)
    assert said.reason is Reason.UNKNOWN_KEY
    assert "revoked" in said.message
    assert not await house.keys.revoke(key.row.id)


async def test_nobody_revokes_anothers_key(house: House) -> None:
    key = await a_key(house)
    other = await house.member("eve@example.org")
    assert not await house.keys.revoke(key.row.id, other.identity.account_id)
    assert isinstance(await house.keys.identify(key.secret), Identity)


async def test_the_key_of_a_disabled_account_is_not_allowed_and_works_again_when_enabled(house: House) -> None:
    key = await a_key(house)
    await house.keys.identify(key.secret)
    await house.accounts.change(key.row.account_id, Standing(disabled=True))
    assert reason(await house.keys.identify(key.secret)) is Reason.NOT_ALLOWED
    await house.accounts.change(key.row.account_id, Standing(disabled=False))
    assert isinstance(await house.keys.identify(key.secret), Identity)


async def test_a_key_seen_before_works_on_while_the_records_are_away(house: House) -> None:
    key = await a_key(house)
    await house.keys.identify(key.secret)
    house.records.away = True
    for _ in range(5):
        house.clock.advance(60)
        assert isinstance(await house.keys.identify(key.secret), Identity)
        assert house.keys.warm(key.secret) is not None


async def test_a_key_never_seen_is_a_503_and_no_401_while_the_records_are_away(house: House, restarted: House) -> None:
    key = await a_key(house)
    house.records.away = True
    said = await restarted.keys.identify(key.secret)
    assert isinstance(said, Refusal)
    assert said.reason is Reason.RECORDS_UNAVAILABLE
    assert said.retry_after_s
    house.records.away = False
    assert isinstance(await restarted.keys.identify(key.secret), Identity)
