"""The commands `seawall budget ...`. Knows options and sentences; decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seawall.cli.account_work import account_of, on_accounts
from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.values.budget import NAMES, Budget, spoken
from seawall.values.refusal import Reason, Refusal

if TYPE_CHECKING:
    from seawall.people import AccountRooms

F = TypeVar("F", bound=Callable[..., Any])
_HEAD = ("whose", "bound", "value")


def _bounds(command: F) -> F:
    """An option for each bound, in the order in which they are told."""
    for name in reversed(NAMES):
        command = click.option(f"--{spoken(name)}", name, help="0: no bound; 'default': as the settings say.")(command)
    return command


@click.group("budget")
def budget_group() -> None:
    """Bound what accounts and keys may use of a day and a month (UTC). Works while the service runs."""


@budget_group.command()
@click.argument("email")
@click.pass_obj
def show(invocation: Invocation, email: str) -> None:
    """Show an account's budget and those of its keys, where they differ from the settings."""

    async def work(rooms: AccountRooms) -> dict[str, Budget]:
        return await rooms.accounts.budgets((await account_of(rooms.accounts, email)).id)

    rows = [
        (f"key {key_id}" if key_id else "account", spoken(name), f"{bound:g}")
        for key_id, budget in sorted(on_accounts(invocation, work).items())
        for name in NAMES
        if (bound := getattr(budget, name)) is not None
    ]
    if rows:
        click.echo(table(_HEAD, rows))
    else:
        click.echo("Its budget is the settings' ('seawall config show' tells budget.*).", err=True)


@budget_group.command("set")
@click.argument("email")
@click.option("--key", "key_id", default="", metavar="ID", help="Bound this key alone ('seawall key list' shows ids).")
@_bounds
@click.pass_obj
def set_budget(invocation: Invocation, email: str, key_id: str, **wished: str | None) -> None:
    """Set an account's bounds, or those of one of its keys; what is not named stays as it is."""
    bounds = {name: _bound(name, value) for name, value in wished.items() if value is not None}
    if not bounds:
        raise click.UsageError("Name a bound, such as '--requests-per-day 500'.")

    async def work(rooms: AccountRooms) -> str | Refusal:
        account = await account_of(rooms.accounts, email)
        if key_id and key_id not in {row.id for row in await rooms.keys.of(account.id)}:
            return Refusal(
                Reason.NOT_FOUND, f"{account.email} has no key '{key_id}'. 'seawall key list' shows the ids."
            )
        budget = (await rooms.accounts.budgets(account.id)).get(key_id, Budget())
        await rooms.accounts.set_budget(account.id, key_id, replace(budget, **bounds))
        return account.email

    whose = on_accounts(invocation, work)
    click.echo(f"Set the budget of {f'key {key_id} of ' if key_id else ''}{whose}.")


def _bound(name: str, value: str) -> float | None:
    if value == "default":
        return None
    try:
        bound = float(value)
    except ValueError:
        bound = -1.0
    if not 0 <= bound < float("inf"):
        raise click.UsageError(f"'{value}' is no bound for {spoken(name)}: give a number of 0 or more, or 'default'.")
    return bound
