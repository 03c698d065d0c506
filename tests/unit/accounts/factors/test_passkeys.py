"""Passkeys over a virtual clock: what they are asked for, where, how often, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from account_house import House
from passkey_device import PasskeyDevice
from seawall.accounts.accounts import Standing
from seawall.accounts.factors.ceremonies import LIVES_S, Ceremonies
from seawall.accounts.factors.factors import Shown
from seawall.accounts.factors.passkeys import MOST_PASSKEYS, ShownPasskey
from seawall.accounts.factors.sites import Site, site_of
from seawall.accounts.ownership import Proof
from seawall.accounts.sessions import Session
from seawall.values.arrival import Place
from seawall.values.home import SETTLES_AFTER_S
from seawall.values.identity import Identity
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

CHAT = Site("chat.example.org", "https://chat.example.org")
HERE = Place("192.0.2.7", "00")


def reason(said: object) -> Reason | None:
    return said.reason if isinstance(said, Refusal) else None


async def asked_to_make(house: House, who: Identity) -> dict[str, Any]:
    options = await house.own_factors.begin_passkey(who, Proof(), HERE, CHAT)
    assert not isinstance(options, Refusal)
    return options


async def with_passkey(house: House, who: Identity, **how: Any) -> PasskeyDevice:
    device = PasskeyDevice(CHAT.origin, **how)
    made = device.make(await asked_to_make(house, who))
    added = await house.own_factors.add_passkey(who, ShownPasskey(made, CHAT), "phone")
    assert not isinstance(added, Refusal)
    return device


async def come_in(house: House, device: PasskeyDevice, site: Site = CHAT) -> object:
    shown = device.show(await house.factor_entrance.ask(CHAT))
    return await house.factor_entrance.by_passkey(ShownPasskey(shown, site), HERE)


async def test_a_passkey_signs_in_and_makes_the_place_a_home(house: House) -> None:
    who = (await house.member()).identity
    device = await with_passkey(house, who)
    house.clock.advance(SETTLES_AFTER_S)
    assert isinstance(await come_in(house, device), Session)
    assert await house.homes.here(who.account_id, HERE)


async def test_a_counter_that_goes_back_is_a_copy_and_refused(house: House) -> None:
    device = await with_passkey(house, (await house.member()).identity)
    assert isinstance(await come_in(house, device), Session)
    copy = replace(device)
    assert isinstance(await come_in(house, device), Session)
    said = await come_in(house, copy)
    assert reason(said) is Reason.PASSKEY_REFUSED
    assert isinstance(said, Refusal)
    assert "copy" in said.message


async def test_a_passkey_that_is_shared_among_devices_counts_nothing(house: House) -> None:
    device = await with_passkey(house, (await house.member()).identity, counts=False)
    for _ in range(2):
        assert isinstance(await come_in(house, device), Session)


async def test_a_page_of_another_site_gets_nothing_by_it(house: House) -> None:
    device = await with_passkey(house, (await house.member()).identity)
    device.origin = "https://chat.examp1e.org"
    assert reason(await come_in(house, device)) is Reason.PASSKEY_REFUSED


async def test_another_key_under_the_same_name_is_not_believed(house: House) -> None:
    device = await with_passkey(house, (await house.member()).identity)
    assert reason(await come_in(house, PasskeyDevice(CHAT.origin, id=device.id))) is Reason.PASSKEY_REFUSED


async def test_an_answer_that_took_too_long_is_refused(house: House) -> None:
    device = await with_passkey(house, (await house.member()).identity)
    shown = device.show(await house.factor_entrance.ask(CHAT))
    house.clock.advance(LIVES_S)
    said = await house.factor_entrance.by_passkey(ShownPasskey(shown, CHAT), HERE)
    assert reason(said) is Reason.PASSKEY_REFUSED


async def test_a_proof_for_the_settings_opens_no_session(house: House) -> None:
    who = (await house.member()).identity
    device = await with_passkey(house, who)
    shown = device.show(await house.own_factors.ask_proof(who, CHAT))
    said = await house.factor_entrance.by_passkey(ShownPasskey(shown, CHAT), HERE)
    assert reason(said) is Reason.PASSKEY_REFUSED


async def test_a_passkey_of_somebody_else_proves_nothing(house: House) -> None:
    ada, eve = (await house.member()).identity, (await house.member("eve@example.org")).identity
    await with_passkey(house, ada)
    hers = await with_passkey(house, eve)
    shown = hers.show(await house.own_factors.ask_proof(ada, CHAT))
    proof = Proof(shown=Shown("passkey", passkey=ShownPasskey(shown, CHAT)))
    said = await house.own_factors.renew_codes(ada, proof, HERE)
    assert reason(said) is Reason.PASSKEY_REFUSED


async def test_a_disabled_account_is_not_opened_by_its_passkey(house: House) -> None:
    who = (await house.member()).identity
    device = await with_passkey(house, who)
    await house.accounts.change(who.account_id, Standing(disabled=True))
    assert reason(await come_in(house, device)) is Reason.NOT_ALLOWED


async def test_an_account_has_so_many_passkeys_and_no_more(house: House) -> None:
    who = (await house.member()).identity
    for _ in range(MOST_PASSKEYS):
        await with_passkey(house, who)
    made = PasskeyDevice(CHAT.origin).make(await asked_to_make(house, who))
    assert reason(await house.own_factors.add_passkey(who, ShownPasskey(made, CHAT), "")) is Reason.CONFLICT


async def test_guessing_passkeys_is_slowed_down(house: House) -> None:
    await house.member()
    said = [await come_in(house, PasskeyDevice(CHAT.origin)) for _ in range(11)]
    assert [reason(one) for one in said] == [Reason.PASSKEY_REFUSED] * 10 + [Reason.TOO_MANY_ATTEMPTS]


def test_a_challenge_is_good_once_for_its_purpose_and_not_after_a_restart() -> None:
    clock = SettableClock(1e9)
    ceremonies, restarted = Ceremonies(unix_time=clock), Ceremonies(unix_time=clock)
    challenge = ceremonies.new("sign-in", "", "chat.example.org")
    assert not ceremonies.take(challenge, "second", "", "chat.example.org")
    assert not ceremonies.take(challenge, "sign-in", "ada", "chat.example.org")
    assert not restarted.take(challenge, "sign-in", "", "chat.example.org")
    assert not ceremonies.take(challenge[:-1] + b"x", "sign-in", "", "chat.example.org")
    assert ceremonies.take(challenge, "sign-in", "", "chat.example.org")
    assert not ceremonies.take(challenge, "sign-in", "", "chat.example.org")


@pytest.mark.parametrize(
    ("public_url", "origin", "site"),
    [
        ("", "http://localhost:8080", Site("localhost", "http://localhost:8080")),
        ("", "https://Chat.example.org:443", CHAT),
        ("https://chat.example.org/", "http://127.0.0.1:8080", CHAT),
        ("https://chat.example.org", "http://localhost:8080", Site("localhost", "http://localhost:8080")),
        ("", "https://chat.example.org:8443", Site("chat.example.org", "https://chat.example.org:8443")),
        ("", "http://127.0.0.1:8080", None),
        ("", "http://[::1]:8080", None),
        ("", "http://chat.example.org", None),
        ("", "https://192.0.2.7", None),
        ("", "null", None),
    ],
)
def test_a_passkey_needs_an_address_with_a_name_and_https_or_localhost(
    public_url: str, origin: str, site: Site | None
) -> None:
    said = site_of(public_url, origin)
    assert (None if isinstance(said, Refusal) else said) == site
