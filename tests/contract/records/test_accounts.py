"""Accounts, sessions and keys on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from record_rows import NOW_S, a_key, a_session, add_account, an_account
from seawall.records.entries import (
    AccountByEmail,
    AccountById,
    Accounts,
    AddKey,
    AddSession,
    EndSession,
    KeyByHash,
    KeysOf,
    OwnerExists,
    RevokeKey,
    SessionByHash,
    SetDisabled,
    SetPassword,
    SetStanding,
    TrackRecord,
)
from seawall.records.port import Records, RecordsConflict
from seawall.records.register_entries import FindAccounts, Kind
from seawall.values.identity import Role


async def test_an_account_is_found_by_id_and_by_its_address_in_any_case(records: Records):
    await records.write(add_account("ada"))

    assert await records.read(AccountById("account-ada")) == an_account("ada")
    assert await records.read(AccountByEmail("ADA@EXAMPLE.ORG")) == an_account("ada")
    assert await records.read(AccountByEmail("bob@example.org")) is None


async def test_an_address_is_taken_in_any_case(records: Records):
    await records.write(add_account("ada"))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(replace(add_account("bob"), account=replace(an_account("bob"), email="aDA@example.org")))

    assert conflict.value.field == "email"
    assert await records.read(AccountById("account-bob")) is None


async def test_an_account_id_is_taken_once(records: Records):
    await records.write(add_account("ada"))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(replace(add_account("ada"), account=replace(an_account("ada"), email="other@example.org")))

    assert conflict.value.field == "id"


async def test_there_is_one_first_owner(records: Records):
    assert not await records.read(OwnerExists())
    await records.write(add_account("ada", Role.OWNER, first_owner=True))
    assert await records.read(OwnerExists())

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(add_account("eve", Role.OWNER, first_owner=True))

    assert conflict.value.field == "owner"


async def test_accounts_are_listed_oldest_first_and_by_pages(records: Records):
    for age, name in enumerate(("carol", "bob", "ada")):
        await records.write(replace(add_account(name), account=replace(an_account(name), created_s=NOW_S - age)))

    assert [row.email for row in await records.read(Accounts())] == [
        "Ada@Example.org",
        "Bob@Example.org",
        "Carol@Example.org",
    ]
    assert [row.id for row in await records.read(Accounts(limit=1, offset=1))] == ["account-bob"]


async def test_accounts_are_found_by_a_part_of_their_address_newest_first_and_counted(records: Records):
    for age, name in enumerate(("carol", "bob", "ada", "car_l")):
        await records.write(replace(add_account(name), account=replace(an_account(name), created_s=NOW_S - age)))
    await records.write(
        replace(add_account("carla"), account=replace(an_account("carla"), created_s=NOW_S, pending=True))
    )

    found = await records.read(FindAccounts("CAR"))
    assert ([row.id for row in found.rows], found.total) == (["account-carol", "account-car_l"], 2)
    second = await records.read(FindAccounts(limit=1, offset=1))
    assert ([row.id for row in second.rows], second.total) == (["account-bob"], 4)
    # What stands for any character elsewhere stands for itself here.
    assert [row.id for row in (await records.read(FindAccounts("car_l"))).rows] == ["account-car_l"]
    assert (await records.read(FindAccounts("%"))).total == 0
    assert (await records.read(FindAccounts("nobody"))).total == 0


async def test_accounts_are_found_by_their_kind(records: Records):
    for name, role in (("ada", Role.OWNER), ("bob", Role.MEMBER), ("carol", Role.OPERATOR), ("dan", Role.MEMBER)):
        await records.write(add_account(name, role))
    await records.write(SetStanding("account-bob", None, True))
    await records.write(SetDisabled("account-dan", True))

    found = {kind: {row.id[8:] for row in (await records.read(FindAccounts(kind=kind))).rows} for kind in Kind}
    assert found[Kind.ALL] == {"ada", "bob", "carol", "dan"}
    assert found[Kind.OPERATING] == {"ada", "carol"}
    assert (found[Kind.VOUCHED], found[Kind.DISABLED]) == ({"bob"}, {"dan"})


async def test_a_new_password_ends_the_other_sessions(records: Records):
    await records.write(add_account("ada"))
    await records.write(add_account("bob"))
    for session in (a_session("here"), a_session("there"), a_session("elsewhere", "bob")):
        await records.write(AddSession(session))

    assert await records.write(SetPassword("account-ada", "new hash", "session-here"))

    assert await records.read(SessionByHash("session-there")) is None
    assert await records.read(SessionByHash("session-elsewhere")) is not None
    found = await records.read(SessionByHash("session-here"))
    assert found is not None
    assert found[1].password_hash == "new hash"


async def test_disabling_ends_every_session_and_enabling_brings_none_back(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))

    assert await records.write(SetDisabled("account-ada", True))
    assert await records.read(SessionByHash("session-here")) is None
    assert await records.write(SetDisabled("account-ada", False))
    assert await records.read(SessionByHash("session-here")) is None
    assert await records.read(AccountById("account-ada")) == an_account("ada")


async def test_standing_changes_only_what_is_given(records: Records):
    await records.write(add_account("ada"))

    assert await records.write(SetStanding("account-ada", vouched=True))
    assert await records.write(SetStanding("account-ada", role=Role.OPERATOR))
    assert await records.write(SetStanding("account-ada"))

    expected = replace(an_account("ada"), vouched=True, role=Role.OPERATOR)
    assert await records.read(AccountById("account-ada")) == expected


async def test_changing_an_account_that_is_not_there_is_told(records: Records):
    assert not await records.write(SetPassword("account-nobody", "hash"))
    assert not await records.write(SetDisabled("account-nobody", True))
    assert not await records.write(SetStanding("account-nobody", vouched=True))


async def test_a_session_is_found_with_its_account_until_it_is_ended(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("here")))

    assert await records.read(SessionByHash("session-here")) == (a_session("here"), an_account("ada"), TrackRecord())
    await records.write(EndSession("session-here"))
    assert await records.read(SessionByHash("session-here")) is None


async def test_an_expired_session_is_still_told_until_the_account_signs_in_anew(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddSession(a_session("old", expires_s=NOW_S - 1)))
    assert await records.read(SessionByHash("session-old")) is not None

    await records.write(AddSession(a_session("new")))

    assert await records.read(SessionByHash("session-old")) is None
    assert await records.read(SessionByHash("session-new")) is not None


async def test_a_session_needs_its_account(records: Records):
    with pytest.raises(RecordsConflict) as conflict:
        await records.write(AddSession(a_session("here", "nobody")))

    assert conflict.value.field == "account"


async def test_a_key_is_found_by_its_hash_revoked_or_not(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddKey(a_key("laptop")))
    assert await records.read(KeyByHash("hash-laptop")) == (a_key("laptop"), an_account("ada"), TrackRecord())

    assert await records.write(RevokeKey("key-laptop", NOW_S + 9, "account-ada"))

    revoked = replace(a_key("laptop"), revoked_s=NOW_S + 9)
    assert await records.read(KeyByHash("hash-laptop")) == (revoked, an_account("ada"), TrackRecord())
    assert await records.read(KeyByHash("hash-other")) is None


async def test_a_key_is_revoked_once_and_by_its_account_or_an_operator(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddKey(a_key("laptop")))

    assert not await records.write(RevokeKey("key-laptop", NOW_S, "account-eve"))
    assert await records.write(RevokeKey("key-laptop", NOW_S))
    assert not await records.write(RevokeKey("key-laptop", NOW_S + 1))
    assert not await records.write(RevokeKey("key-none", NOW_S))


async def test_keys_are_listed_newest_first(records: Records):
    await records.write(add_account("ada"))
    await records.write(add_account("bob"))
    for key in (a_key("old"), a_key("new", created_s=NOW_S + 1), a_key("his", "bob", NOW_S + 2)):
        await records.write(AddKey(key))

    assert [key.name for key in await records.read(KeysOf("account-ada"))] == ["new", "old"]
    assert [key.name for key in await records.read(KeysOf())] == ["his", "new", "old"]


async def test_two_keys_do_not_share_a_secret(records: Records):
    await records.write(add_account("ada"))
    await records.write(AddKey(a_key("laptop")))

    with pytest.raises(RecordsConflict) as conflict:
        await records.write(AddKey(replace(a_key("laptop"), id="key-other")))

    assert conflict.value.field == "key"


@pytest.mark.parametrize("stray", ["a\0b", "half \ud83c"])
async def test_asking_for_what_no_record_can_hold_is_a_conflict_and_no_fault(records: Records, stray: str):
    with pytest.raises(RecordsConflict) as conflict:
        await records.read(AccountByEmail(stray))

    assert conflict.value.field == "text"
    assert records.report().healthy
