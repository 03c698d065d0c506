"""Invites, registrations, mailed links and the end of accounts, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from record_rows import NOW_S, a_count, a_key, a_session, a_turn, add_account, an_account, the_end_of
from seawall.records.conversation_entries import ConversationWithMessages
from seawall.records.entrance_entries import (
    AddInvite,
    AddMailedLink,
    AddRegistration,
    Approve,
    DeleteAccount,
    EndOneSession,
    EndOtherSessions,
    InviteByHash,
    InviteRow,
    Invites,
    MailedLinkByHash,
    MailedLinkRow,
    PendingAccounts,
    RegistrationByHash,
    RegistrationRow,
    ResetByLink,
    RevokeInvite,
    SessionsOf,
    SetPreferences,
    StillIn,
    UseSession,
)
from seawall.records.entries import (
    AccountByEmail,
    AccountById,
    AddAccount,
    AddKey,
    AddSession,
    AddUsage,
    KeyByHash,
    RevokeKey,
    SessionByHash,
    SetDisabled,
)
from seawall.records.port import Records, RecordsConflict
from seawall.values.identity import Role


def an_invite(name: str = "one", uses: int = 1, expires_s: float = NOW_S + 60) -> InviteRow:
    return InviteRow(f"invite-{name}", f"hash-{name}", "", Role.OPERATOR, "account-eve", NOW_S, expires_s, uses)


def a_registration(name: str = "one", email: str = "ada@example.org") -> RegistrationRow:
    return RegistrationRow(f"hash-{name}", email, "$argon2id$...", Role.MEMBER, "", "zh", "1", NOW_S, NOW_S + 60)


def a_link(name: str = "one", account: str = "ada") -> MailedLinkRow:
    return MailedLinkRow(f"hash-{name}", f"account-{account}", "reset", "Ada@Example.org", NOW_S, NOW_S + 60)


async def field_of(records: Records, change: AddAccount | DeleteAccount) -> str:
    with pytest.raises(RecordsConflict) as conflict:
        await records.write(change)
    return conflict.value.field


async def test_an_invite_is_found_by_its_hash_listed_and_revoked(records: Records):
    await records.write(AddInvite(an_invite()))
    await records.write(AddInvite(replace(an_invite("two"), created_s=NOW_S + 1)))

    assert await records.read(InviteByHash("hash-one")) == an_invite()
    assert [row.id for row in await records.read(Invites())] == ["invite-two", "invite-one"]
    assert await records.write(RevokeInvite("invite-one"))
    assert not await records.write(RevokeInvite("invite-one"))
    assert await records.read(InviteByHash("hash-one")) is None


async def test_an_invite_of_two_uses_lets_two_of_ten_in(records: Records):
    await records.write(AddInvite(an_invite(uses=2)))
    wanted = [replace(add_account(f"n{number}"), invite_id="invite-one") for number in range(10)]

    told = await asyncio.gather(*map(records.write, wanted), return_exceptions=True)

    assert sum(one is None for one in told) == 2
    assert {one.field for one in told if isinstance(one, RecordsConflict)} == {"invite"}
    invite = await records.read(InviteByHash("hash-one"))
    assert invite is not None
    assert invite.uses_left == 0


async def test_an_address_that_is_taken_uses_no_invite_up(records: Records):
    await records.write(AddInvite(an_invite()))
    await records.write(add_account("ada"))

    again = replace(add_account("ada"), account=replace(an_account("ada"), id="other"), invite_id="invite-one")

    assert await field_of(records, again) == "email"
    assert await records.read(InviteByHash("hash-one")) == an_invite()


async def test_an_invite_that_is_over_lets_nobody_in_and_is_forgotten_after_a_month(records: Records):
    await records.write(AddInvite(an_invite(expires_s=NOW_S)))

    assert await field_of(records, replace(add_account("ada"), invite_id="invite-one")) == "invite"
    assert await records.read(AccountById("account-ada")) is None
    await records.write(AddInvite(replace(an_invite("two"), created_s=NOW_S + 31 * 86_400)))
    assert [row.id for row in await records.read(Invites())] == ["invite-two"]


async def test_a_registration_becomes_an_account_once_and_takes_the_others_of_its_address_along(records: Records):
    for row in (a_registration(), a_registration("two"), a_registration("three", "bob@example.org")):
        await records.write(AddRegistration(row))
    assert await records.read(RegistrationByHash("hash-one", NOW_S)) == a_registration()
    assert await records.read(RegistrationByHash("hash-one", NOW_S + 60)) is None

    await records.write(replace(add_account("ada"), registration_hash="hash-one"))

    assert await records.read(RegistrationByHash("hash-two", NOW_S)) is None
    assert await records.read(RegistrationByHash("hash-three", NOW_S)) is not None
    assert await field_of(records, replace(add_account("bob"), registration_hash="hash-one")) == "link"
    assert await records.read(AccountById("account-bob")) is None


async def test_expired_registrations_go_with_the_next(records: Records):
    await records.write(AddRegistration(a_registration()))
    await records.write(AddRegistration(replace(a_registration("two"), created_s=NOW_S + 61, expires_s=NOW_S + 99)))

    assert await records.read(RegistrationByHash("hash-one", NOW_S)) is None
    assert await records.read(RegistrationByHash("hash-two", NOW_S)) is not None


async def test_a_link_sets_the_password_once_and_ends_every_session(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))
    for name in ("one", "two"):
        await records.write(AddMailedLink(a_link(name)))
    assert await records.read(MailedLinkByHash("hash-one", NOW_S)) == a_link()

    assert await records.write(ResetByLink("hash-one", "reset", "new hash", NOW_S + 1)) == "account-ada"

    found = await records.read(AccountById("account-ada"))
    assert found is not None
    assert (found.password_hash, found.verified_s) == ("new hash", NOW_S + 1)
    assert await records.read(SessionByHash("session-here")) is None
    for name in ("one", "two"):
        assert await records.write(ResetByLink(f"hash-{name}", "reset", "newer hash", NOW_S + 2)) is None
    assert await records.read(AccountById("account-ada")) == found


@pytest.mark.parametrize(("purpose", "at_s"), [("other", NOW_S + 1), ("reset", NOW_S + 60)])
async def test_a_link_of_another_purpose_or_time_changes_nothing(records: Records, purpose: str, at_s: float):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))
    await records.write(AddMailedLink(a_link()))

    assert await records.write(ResetByLink("hash-one", purpose, "new hash", at_s)) is None

    assert await records.read(AccountById("account-ada")) == an_account("ada")
    assert await records.read(SessionByHash("session-here")) is not None


async def test_who_waits_for_a_word_is_listed_and_let_in_or_turned_away(records: Records):
    for name in ("ada", "bob"):
        await records.write(AddAccount(replace(an_account(name), pending=True)))
    await records.write(add_account("carol"))
    assert [row.id for row in await records.read(PendingAccounts())] == ["account-ada", "account-bob"]

    assert await records.write(Approve("account-ada"))
    assert not await records.write(Approve("account-ada"))
    assert await records.write(DeleteAccount("account-bob", pending=True))
    assert not await records.write(DeleteAccount("account-ada", pending=True))

    assert await records.read(PendingAccounts()) == ()
    assert await records.read(AccountById("account-ada")) == an_account("ada")
    assert await records.read(AccountById("account-bob")) is None


async def test_preferences_change_only_what_is_given(records: Records):
    await records.write(add_account("ada"))

    assert await records.write(SetPreferences("account-ada", language="zh"))
    assert await records.write(SetPreferences("account-ada", theme="dark", terms_accepted="2"))
    assert not await records.write(SetPreferences("account-nobody", theme="dark"))

    expected = replace(an_account("ada"), language="zh", theme="dark", terms_accepted="2")
    assert await records.read(AccountById("account-ada")) == expected


async def test_an_account_goes_with_all_that_is_its_own(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))
    await records.write(AddKey(a_key("laptop")))
    await records.write(AddUsage((a_count(),)))
    await records.write(AddMailedLink(a_link()))
    await records.write(a_turn())
    await records.write(the_end_of(a_turn()))

    assert await records.write(DeleteAccount("account-ada"))

    assert await records.read(AccountByEmail("ada@example.org")) is None
    assert await records.read(SessionByHash("session-here")) is None
    assert await records.read(KeyByHash("hash-laptop")) is None
    assert await records.read(ConversationWithMessages("account-ada", "conversation-tides")) is None
    assert await records.read(MailedLinkByHash("hash-one", NOW_S)) is None
    assert not await records.write(DeleteAccount("account-ada"))


async def test_the_last_owner_who_can_sign_in_stays(records: Records):
    await records.write(add_account("ada", Role.OWNER))
    assert await field_of(records, DeleteAccount("account-ada")) == "owner"

    await records.write(add_account("bob", Role.OWNER))
    await records.write(SetDisabled("account-bob", True))
    assert await field_of(records, DeleteAccount("account-ada")) == "owner"

    await records.write(SetDisabled("account-bob", False))
    told = await asyncio.gather(
        *(records.write(DeleteAccount(f"account-{name}")) for name in ("ada", "bob")), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in told) == ["RecordsConflict", "bool"]


async def test_sessions_are_listed_last_used_first_and_ended_one_by_one_or_all_others(records: Records):
    for name in ("ada", "bob"):
        await records.write(add_account(name))
    for name in ("one", "two", "three"):
        await records.write(AddSession(a_session(name)))
    await records.write(AddSession(a_session("elsewhere", "bob")))
    await records.write(UseSession("session-two", NOW_S + 5))
    await records.write(UseSession("session-two", NOW_S + 4))

    listed = await records.read(SessionsOf("account-ada", NOW_S))
    assert [row.id_hash for row in listed] == ["session-two", "session-one", "session-three"]
    assert listed[0].last_used_s == NOW_S + 5
    assert await records.read(SessionsOf("account-ada", NOW_S + 60)) == ()

    assert not await records.write(EndOneSession("account-ada", "session-elsewhere"))
    assert await records.write(EndOneSession("account-ada", "session-one"))
    assert await records.write(EndOtherSessions("account-ada", "session-two")) == 1
    assert [row.id_hash for row in await records.read(SessionsOf("account-ada", NOW_S))] == ["session-two"]
    assert await records.read(SessionByHash("session-elsewhere")) is not None


async def test_of_many_accounts_and_keys_those_are_told_that_are_still_let_in(records: Records) -> None:
    for name in ("ada", "eve"):
        await records.write(add_account(name))
    for key in ("laptop", "stolen"):
        await records.write(AddKey(a_key(key)))
    await records.write(SetDisabled("account-eve", True))
    await records.write(RevokeKey("key-stolen", NOW_S))

    accounts = ("account-ada", "account-eve", "account-nobody")
    assert await records.read(StillIn(accounts=accounts)) == {"account-ada"}
    assert await records.read(StillIn(keys=("key-laptop", "key-stolen", "key-none"))) == {"key-laptop"}
