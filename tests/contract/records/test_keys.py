"""What changes of a key after it was made, on both databases."""

from __future__ import annotations

from dataclasses import replace

from record_rows import NOW_S, a_key, add_account
from seawall.records.entries import AddKey, KeysOf, RevokeKey
from seawall.records.key_entries import ChangeKey, NoteKeyUses
from seawall.records.port import Records
from seawall.records.standing_entries import AllBudgets, SetBudget
from seawall.values.budget import Budget


async def test_a_key_is_given_a_name_and_bounds_anew_by_its_account_alone(records: Records):
    await records.write(add_account("ada"))
    await records.write(add_account("bob"))
    key = a_key("laptop")
    await records.write(AddKey(key))
    change = ChangeKey(key.id, key.account_id, "desk", "chat models", "echo", NOW_S + 9)

    assert not await records.write(replace(change, account_id="account-bob"))
    assert await records.write(change)
    (row,) = await records.read(KeysOf(key.account_id))
    assert row == replace(key, name="desk", scopes="chat models", models="echo", expires_s=NOW_S + 9)

    await records.write(RevokeKey(key.id, NOW_S))
    assert not await records.write(replace(change, name="back"))


async def test_uses_are_noted_for_the_keys_that_are_there(records: Records):
    await records.write(add_account("ada"))
    key = a_key("laptop")
    await records.write(AddKey(key))

    await records.write(NoteKeyUses(((key.id, NOW_S + 60.5), ("nobody", NOW_S))))
    await records.write(NoteKeyUses(()))
    (row,) = await records.read(KeysOf(key.account_id))
    assert row.last_used_s == NOW_S + 60.5


async def test_every_budget_of_ones_own_is_found_with_its_holder(records: Records):
    await records.write(add_account("ada"))
    await records.write(add_account("bob"))
    await records.write(SetBudget("account-bob", "", Budget(tokens_per_day=0)))
    await records.write(SetBudget("account-ada", "k", Budget(requests_per_month=5)))

    assert await records.read(AllBudgets()) == {
        ("account-ada", "k"): Budget(requests_per_month=5),
        ("account-bob", ""): Budget(tokens_per_day=0),
    }
