"""The commands `seawall user ...`. Knows options and sentences; decides nothing."""

from __future__ import annotations

import json
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from seawall.cli.account_work import account_of, every_account, on_accounts
from seawall.cli.invocation import Invocation
from seawall.cli.letting_in import approve, invite
from seawall.cli.lost_factors import reset_factors
from seawall.cli.table import table
from seawall.values.identity import Role
from seawall.values.refusal import Refusal

if TYPE_CHECKING:
    from seawall.accounts.accounts import Standing
    from seawall.people import AccountRooms
    from seawall.records.entries import AccountRow

_from_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


_ROLES = [role.value for role in Role if role is not Role.GUEST]


@click.group("user")
def user_group() -> None:
    """Make, list and change accounts. Works while the service runs."""


user_group.add_command(approve)
user_group.add_command(invite)
user_group.add_command(reset_factors)


@user_group.command()
@click.argument("email")
@click.option("--role", type=click.Choice(_ROLES), default=Role.MEMBER.value, show_default=True)
@click.option(
    "--vouch", is_flag=True, help="Put the account in good standing at once; its first day's places are homes."
)
@_from_stdin
@click.pass_obj
def add(invocation: Invocation, email: str, role: str, vouch: bool, password_stdin: bool) -> None:
    """Make an account.

    The password is asked for; where nobody can be asked, a strong one is made and printed.
    """
    password, made = _password(password_stdin)

    async def work(rooms: AccountRooms) -> AccountRow | Refusal:
        return await rooms.accounts.add(email, password, Role(role), vouched=vouch)

    account = on_accounts(invocation, work)
    click.echo(f"Added {account.email} as {account.role}.")
    _tell_made(password, made)


@user_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_obj
def list_users(invocation: Invocation, as_json: bool) -> None:
    """List the accounts, oldest first."""

    async def work(rooms: AccountRooms) -> list[AccountRow]:
        return await every_account(rooms.accounts)

    rows = on_accounts(invocation, work)
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in rows], indent=2, ensure_ascii=False))
    elif rows:
        head = ("email", "role", "since", "state")
        click.echo(table(head, [(row.email, row.role.value, _day(row.created_s), _state(row)) for row in rows]))
    else:
        click.echo("There is no account yet. 'seawall user add EMAIL --role owner' makes the owner.", err=True)


@user_group.command()
@click.argument("email")
@click.pass_obj
def disable(invocation: Invocation, email: str) -> None:
    """Shut an account out and end its sessions; its conversations stay."""
    _change(invocation, email, "Disabled", disabled=True)


@user_group.command()
@click.argument("email")
@click.pass_obj
def enable(invocation: Invocation, email: str) -> None:
    """Let a disabled account in again."""
    _change(invocation, email, "Enabled", disabled=False)


@user_group.command()
@click.argument("email")
@click.option("--for-place", is_flag=True, help="Take its places as homes, and leave its standing as it is.")
@click.pass_obj
def vouch(invocation: Invocation, email: str, for_place: bool) -> None:
    """Put an account in good standing, and make its places of this day homes.

    Those are the devices and networks that it used in the last 24 hours, and those that it uses in the 24 hours from
    its next question on. This is how somebody who is away from home is helped where no mail is sent.
    """
    if for_place:
        _change(invocation, email, "Took the places of", first_day=True)
    else:
        _change(invocation, email, "Vouched for", vouched=True)


@user_group.command("set-role")
@click.argument("email")
@click.argument("role", type=click.Choice(_ROLES))
@click.pass_obj
def set_role(invocation: Invocation, email: str, role: str) -> None:
    """Make an account owner, operator or member."""
    _change(invocation, email, f"Made {role}:", role=Role(role))


@user_group.command("set-password")
@click.argument("email")
@_from_stdin
@click.pass_obj
def set_password(invocation: Invocation, email: str, password_stdin: bool) -> None:
    """Give an account a new password and end its sessions."""
    password, made = _password(password_stdin)

    async def work(rooms: AccountRooms) -> str | Refusal:
        account = await account_of(rooms.accounts, email)
        refusal = await rooms.accounts.set_password(account.id, password)
        if refusal is None:
            rooms.accounts.forget(account.id)
            rooms.notices.password_changed(account.id)
        return refusal or account.email

    address = on_accounts(invocation, work)
    click.echo(f"Set the password of {address} and ended its sessions.")
    _tell_made(password, made)


def _change(invocation: Invocation, email: str, done: str, **standing: Any) -> None:
    from seawall.accounts.accounts import Standing

    wished: Standing = Standing(**standing)

    async def work(rooms: AccountRooms) -> AccountRow | Refusal:
        return await rooms.accounts.change((await account_of(rooms.accounts, email)).id, wished)

    click.echo(f"{done} {on_accounts(invocation, work).email}.")


def _password(from_stdin: bool) -> tuple[str, bool]:
    """The password, and whether it was made here."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(15), True


def _tell_made(password: str, made: bool) -> None:
    if made:
        click.echo(f"Its password is {password} (shown this once).")


def _as_json(row: AccountRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "email": row.email,
        "role": row.role.value,
        "disabled": row.disabled,
        "vouched": row.vouched,
        "pending": row.pending,
        "created_at": row.created_s,
    }


def _state(row: AccountRow) -> str:
    if row.disabled:
        return "disabled"
    return "waits for approval" if row.pending else "vouched for" if row.vouched else "enabled"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
