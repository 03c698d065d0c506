"""Who may change whom."""

from __future__ import annotations

import pytest

from account_house import House
from seawall.accounts.accounts import Standing
from seawall.records.entries import AccountRow
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal


async def an_account(house: House, role: Role) -> AccountRow:
    row = await house.accounts.add(f"{role}-{house.records.asked}@example.org", "a good password", role)
    assert isinstance(row, AccountRow)
    return row


def as_identity(row: AccountRow) -> Identity:
    return Identity(row.id, row.email, row.role, row.created_s, session_id="s")


ALLOWED = [
    (Role.OWNER, Role.MEMBER, Standing(disabled=True)),
    (Role.OWNER, Role.MEMBER, Standing(role=Role.OPERATOR)),
    (Role.OWNER, Role.OPERATOR, Standing(role=Role.MEMBER)),
    (Role.OWNER, Role.OWNER, Standing(role=Role.MEMBER)),
    (Role.OPERATOR, Role.MEMBER, Standing(disabled=True)),
    (Role.OPERATOR, Role.MEMBER, Standing(vouched=True)),
]
FORBIDDEN = [
    (Role.OPERATOR, Role.MEMBER, Standing(role=Role.OPERATOR)),
    (Role.OPERATOR, Role.OPERATOR, Standing(disabled=True)),
    (Role.OPERATOR, Role.OWNER, Standing(disabled=True)),
    (Role.MEMBER, Role.MEMBER, Standing(vouched=True)),
]


@pytest.mark.parametrize(("actor", "target", "standing"), ALLOWED)
async def test_what_a_role_may_change(house: House, actor: Role, target: Role, standing: Standing) -> None:
    who, whom = await an_account(house, actor), await an_account(house, target)
    changed = await house.accounts.change_as(as_identity(who), whom.id, standing)
    assert isinstance(changed, AccountRow)
    assert (changed.disabled, changed.vouched, changed.role) == (
        standing.disabled or False,
        standing.vouched or False,
        standing.role or target,
    )


@pytest.mark.parametrize(("actor", "target", "standing"), FORBIDDEN)
async def test_what_a_role_may_not_change(house: House, actor: Role, target: Role, standing: Standing) -> None:
    who, whom = await an_account(house, actor), await an_account(house, target)
    refusal = await house.accounts.change_as(as_identity(who), whom.id, standing)
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.NOT_ALLOWED
    assert await house.accounts.by_id(whom.id) == whom


async def test_the_owner_cannot_leave_the_service_without_one(house: House) -> None:
    owner = await an_account(house, Role.OWNER)
    for standing in (Standing(disabled=True), Standing(role=Role.MEMBER)):
        refusal = await house.accounts.change_as(as_identity(owner), owner.id, standing)
        assert isinstance(refusal, Refusal)
        assert refusal.reason is Reason.NOT_ALLOWED


async def test_an_account_that_is_not_there_is_not_found(house: House) -> None:
    owner = await an_account(house, Role.OWNER)
    for result in (
        await house.accounts.change_as(as_identity(owner), "nobody", Standing(disabled=True)),
        await house.accounts.change("nobody", Standing(vouched=True)),
        await house.accounts.set_password("nobody", "a good password"),
    ):
        assert isinstance(result, Refusal)
        assert result.reason is Reason.NOT_FOUND
