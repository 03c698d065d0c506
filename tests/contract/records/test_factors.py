"""Second factors, passkeys and identities at providers, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from record_rows import NOW_S, a_session, add_account, an_account
from seawall.records.entries import AccountByEmail, AddSession, SessionByHash
from seawall.records.factor_entries import (
    AddPasskey,
    AuthenticatorRow,
    BeginAuthenticator,
    FactorsOf,
    KeptFactors,
    PasskeyById,
    PasskeyRow,
    RemoveAuthenticator,
    RemovePasskey,
    RenamePasskey,
    ResetFactors,
    SetRecoveryCodes,
    UsePasskey,
    UseRecoveryCode,
    UseStep,
)
from seawall.records.outside_entries import (
    AccountOfIdentity,
    IdentitiesOf,
    LinkIdentity,
    OutsideIdentityRow,
    UnlinkIdentity,
)
from seawall.records.port import Records, RecordsConflict

ADA = "account-ada"
ISSUER = "https://id.example.org"
DRAFT = AuthenticatorRow(ADA, "sealed", NOW_S)


def a_passkey(name: str = "one", account: str = "ada", sign_count: int = 0) -> PasskeyRow:
    return PasskeyRow(f"passkey-{name}", f"account-{account}", name, "key", sign_count, "internal usb", NOW_S)


def an_identity(subject: str = "ada-there", account: str = "ada") -> OutsideIdentityRow:
    return OutsideIdentityRow(ISSUER, subject, f"account-{account}", "Ada@Example.org", NOW_S)


@pytest.fixture
async def ada(records: Records) -> Records:
    await records.write(add_account("ada"))
    return records


async def kept(records: Records) -> KeptFactors:
    return await records.read(FactorsOf(ADA))


async def test_an_authenticator_counts_once_it_is_confirmed(ada: Records) -> None:
    assert await ada.write(BeginAuthenticator(DRAFT))
    assert (await kept(ada)).authenticator == DRAFT
    assert not (await kept(ada)).any
    assert not await ada.write(UseStep(ADA, 100, NOW_S))
    assert await ada.write(UseStep(ADA, 100, NOW_S, confirms=True))
    assert (await kept(ada)).confirmed == replace(DRAFT, confirmed_s=NOW_S, last_step=100)


async def test_a_draft_gives_way_to_the_next_and_a_confirmed_one_to_none(ada: Records) -> None:
    await ada.write(BeginAuthenticator(DRAFT))
    assert await ada.write(BeginAuthenticator(replace(DRAFT, sealed_secret="another")))
    await ada.write(UseStep(ADA, 1, NOW_S, confirms=True))
    assert not await ada.write(BeginAuthenticator(DRAFT))
    confirmed = (await kept(ada)).confirmed
    assert confirmed is not None
    assert confirmed.sealed_secret == "another"


async def test_no_step_is_taken_twice_however_many_show_it_at_once(ada: Records) -> None:
    await ada.write(BeginAuthenticator(DRAFT))
    await ada.write(UseStep(ADA, 100, NOW_S, confirms=True))
    taken = await asyncio.gather(*(ada.write(UseStep(ADA, 101, NOW_S)) for _ in range(8)))
    assert sum(taken) == 1
    assert not await ada.write(UseStep(ADA, 100, NOW_S))
    assert await ada.write(UseStep(ADA, 102, NOW_S))


async def test_a_recovery_code_works_once_however_many_show_it_at_once(ada: Records) -> None:
    await ada.write(SetRecoveryCodes(ADA, ("a", "b")))
    used = await asyncio.gather(*(ada.write(UseRecoveryCode(ADA, "a", NOW_S)) for _ in range(8)))
    assert sum(used) == 1
    assert (await kept(ada)).codes_left == 1
    assert not await ada.write(UseRecoveryCode(ADA, "c", NOW_S))
    await ada.write(SetRecoveryCodes(ADA, ("c",)))
    assert not await ada.write(UseRecoveryCode(ADA, "b", NOW_S))
    assert await ada.write(UseRecoveryCode(ADA, "c", NOW_S))


async def test_a_passkey_is_one_accounts_alone_and_there_are_so_many_at_most(ada: Records) -> None:
    await ada.write(add_account("eve"))
    assert await ada.write(AddPasskey(a_passkey(), 2))
    with pytest.raises(RecordsConflict) as conflict:
        await ada.write(AddPasskey(a_passkey(account="eve"), 2))
    assert conflict.value.field == "passkey"
    assert await ada.write(AddPasskey(a_passkey("two"), 2))
    assert not await ada.write(AddPasskey(a_passkey("three"), 2))
    assert await ada.read(PasskeyById("passkey-one")) == (a_passkey(), an_account())
    assert await ada.read(PasskeyById("passkey-three")) is None
    assert (await kept(ada)).passkeys == (a_passkey(), a_passkey("two"))


@pytest.mark.parametrize(
    ("before", "now", "taken"), [(0, 0, True), (0, 1, True), (5, 6, True), (5, 5, False), (5, 4, False), (5, 0, False)]
)
async def test_a_counter_that_does_not_grow_is_not_taken(ada: Records, before: int, now: int, taken: bool) -> None:
    await ada.write(AddPasskey(a_passkey(sign_count=before), 9))
    assert await ada.write(UsePasskey("passkey-one", now, NOW_S + 1)) is taken
    (left,) = (await kept(ada)).passkeys
    assert left == (replace(a_passkey(), sign_count=now, last_used_s=NOW_S + 1) if taken else a_passkey(sign_count=5))


async def test_a_passkey_is_renamed_and_removed_by_its_account_alone(ada: Records) -> None:
    await ada.write(AddPasskey(a_passkey(), 9))
    assert not await ada.write(RenamePasskey("account-eve", "passkey-one", "hers"))
    assert await ada.write(RenamePasskey(ADA, "passkey-one", "my phone"))
    assert not await ada.write(RemovePasskey("account-eve", "passkey-one"))
    assert [passkey.name for passkey in (await kept(ada)).passkeys] == ["my phone"]
    assert await ada.write(RemovePasskey(ADA, "passkey-one"))
    assert not await ada.write(RemovePasskey(ADA, "passkey-one"))


async def test_recovery_codes_go_with_the_last_factor_they_stand_in_for(ada: Records) -> None:
    await ada.write(BeginAuthenticator(DRAFT))
    await ada.write(UseStep(ADA, 1, NOW_S, confirms=True))
    await ada.write(AddPasskey(a_passkey(), 9))
    await ada.write(SetRecoveryCodes(ADA, ("a",)))
    assert await ada.write(RemoveAuthenticator(ADA))
    assert (await kept(ada)).codes_left == 1
    await ada.write(RemovePasskey(ADA, "passkey-one"))
    assert await kept(ada) == KeptFactors()
    assert not await ada.write(RemoveAuthenticator(ADA))


async def test_a_reset_takes_all_factors_and_sessions_and_nobody_elses(ada: Records) -> None:
    await ada.write(add_account("eve"))
    await ada.write(BeginAuthenticator(DRAFT))
    await ada.write(UseStep(ADA, 1, NOW_S, confirms=True))
    await ada.write(SetRecoveryCodes(ADA, ("a",)))
    for name in ("ada", "eve"):
        await ada.write(AddPasskey(a_passkey(name, name), 9))
        await ada.write(AddSession(a_session(name, name)))
    assert await ada.write(ResetFactors(ADA))
    assert await kept(ada) == KeptFactors()
    assert await ada.read(SessionByHash("session-ada")) is None
    assert await ada.read(SessionByHash("session-eve")) is not None
    assert (await ada.read(FactorsOf("account-eve"))).passkeys == (a_passkey("eve", "eve"),)
    assert not await ada.write(ResetFactors(ADA))


async def test_an_identity_is_one_accounts_alone(ada: Records) -> None:
    await ada.write(add_account("eve"))
    await ada.write(LinkIdentity(an_identity()))
    with pytest.raises(RecordsConflict) as conflict:
        await ada.write(LinkIdentity(an_identity(account="eve")))
    assert conflict.value.field == "identity"
    assert await ada.read(AccountOfIdentity(ISSUER, "ada-there")) == an_account()
    assert await ada.read(AccountOfIdentity("https://other.example", "ada-there")) is None
    assert await ada.read(IdentitiesOf(ADA)) == (an_identity(),)
    assert not await ada.write(UnlinkIdentity("account-eve", ISSUER))
    assert await ada.write(UnlinkIdentity(ADA, ISSUER))
    assert await ada.read(AccountOfIdentity(ISSUER, "ada-there")) is None


async def test_an_account_and_its_identity_are_made_together_or_not_at_all(records: Records) -> None:
    await records.write(LinkIdentity(an_identity(), an_account()))
    assert await records.read(AccountOfIdentity(ISSUER, "ada-there")) == an_account()
    with pytest.raises(RecordsConflict) as taken:
        await records.write(LinkIdentity(an_identity("another"), replace(an_account(), id="account-ada")))
    assert taken.value.field in ("email", "id")
    with pytest.raises(RecordsConflict) as known:
        await records.write(LinkIdentity(an_identity(account="eve"), an_account("eve")))
    assert known.value.field == "identity"
    assert await records.read(AccountByEmail("eve@example.org")) is None
