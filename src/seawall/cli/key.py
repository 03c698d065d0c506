"""The commands `seawall key ...`. Knows options and sentences; decides nothing."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from seawall.cli.account_work import account_of, every_account, on_accounts
from seawall.cli.duration import Duration
from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.values.grant import Grant, KeyScope
from seawall.values.refusal import Reason, Refusal

if TYPE_CHECKING:
    from seawall.people import AccountRooms
    from seawall.records.entries import KeyRow


@click.group("key")
def key_group() -> None:
    """Make, list and revoke API keys. Works while the service runs."""


@key_group.command()
@click.argument("email")
@click.option("--name", default="", help="What the key is for.")
@click.option(
    "--front-end",
    is_flag=True,
    help="The key of a front end such as Open WebUI, trusted to name the users it asks for.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in KeyScope]),
    help="What it may do; may be given several times. All, without it.",
)
@click.option("--model", "models", multiple=True, metavar="NAME", help="A model that it may ask. All, without it.")
@click.option("--expires", "expires_s", type=Duration(), help="When it ends, from now: 30d, 12h. Never, without it.")
@click.pass_obj
def create(
    invocation: Invocation,
    email: str,
    name: str,
    front_end: bool,
    scopes: tuple[str, ...],
    models: tuple[str, ...],
    expires_s: float | None,
) -> None:
    """Make a key for an account and print it, and nothing else. It is shown this once."""
    if any(len(model.split()) != 1 for model in models):
        raise click.UsageError("A model's name has no spaces.")
    ends_s = None if expires_s is None else time.time() + expires_s
    grant = Grant(frozenset(map(KeyScope, scopes)), frozenset(models), ends_s)

    async def work(rooms: AccountRooms) -> str:
        account = await account_of(rooms.accounts, email)
        return (await rooms.keys.create(account.id, name, front_end=front_end, grant=grant)).secret

    click.echo(on_accounts(invocation, work))


@key_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_obj
def list_keys(invocation: Invocation, as_json: bool) -> None:
    """List every account's keys, newest first; never the keys themselves."""

    async def work(rooms: AccountRooms) -> tuple[tuple[KeyRow, ...], dict[str, str]]:
        accounts = await every_account(rooms.accounts)
        return await rooms.keys.of(None), {account.id: account.email for account in accounts}

    rows, emails = on_accounts(invocation, work)
    if as_json:
        told = [_as_json(row, emails.get(row.account_id, "")) for row in rows]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    elif rows:
        click.echo(table(_HEAD, [_as_line(row, emails.get(row.account_id, "")) for row in rows]))
    else:
        click.echo("There is no key yet. 'seawall key create EMAIL' makes one.", err=True)


@key_group.command()
@click.argument("key_id", metavar="ID")
@click.pass_obj
def revoke(invocation: Invocation, key_id: str) -> None:
    """End a key, by the id that `seawall key list` shows."""

    async def work(rooms: AccountRooms) -> str | Refusal:
        row = next((row for row in await rooms.keys.of(None) if row.id == key_id), None)
        if row is not None and await rooms.keys.revoke(key_id):
            rooms.accounts.forget(row.account_id)
            return key_id
        return Refusal(Reason.NOT_FOUND, f"There is no live key '{key_id}'. 'seawall key list' shows the ids.")

    click.echo(f"Revoked {on_accounts(invocation, work)}.")


_HEAD = ("id", "key", "account", "name", "made", "used", "may", "state")


def _as_line(row: KeyRow, email: str) -> tuple[str, ...]:
    used = "never" if row.last_used_s is None else _day(row.last_used_s)
    may = "; ".join(filter(None, (row.scopes, row.models))) or "all"
    return row.id, f"{row.hint}...", email, row.name, _day(row.created_s), used, may, _state(row)


def _state(row: KeyRow) -> str:
    if row.revoked_s is not None:
        return f"revoked {_day(row.revoked_s)}"
    if row.expires_s is not None:
        return f"{'expired' if row.expires_s <= time.time() else 'expires'} {_day(row.expires_s)}"
    return "front end" if row.front_end else "live"


def _as_json(row: KeyRow, email: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "hint": row.hint,
        "email": email,
        "name": row.name,
        "front_end": row.front_end,
        "created_at": row.created_s,
        "revoked_at": row.revoked_s,
        "scopes": row.scopes.split(),
        "models": row.models.split(),
        "expires_at": row.expires_s,
        "last_used_at": row.last_used_s,
    }


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
