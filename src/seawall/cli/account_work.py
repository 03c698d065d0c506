"""Runs one piece of work on the account services. Knows how they open and fail; knows no command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from seawall.cli.invocation import Invocation
from seawall.data_folder import DataFolderError, prepare
from seawall.values.refusal import Refusal

if TYPE_CHECKING:
    from seawall.accounts.accounts import Accounts
    from seawall.people import AccountRooms
    from seawall.records.entries import AccountRow

T = TypeVar("T")


def on_accounts(invocation: Invocation, work: Callable[[AccountRooms], Awaitable[T | Refusal]]) -> T:
    """What ``work`` tells; a refusal or a fault ends the command with its sentence. Works while the service runs."""
    # Imported late: `--help` needs none of it, and each import costs start-up time.
    from seawall.accounts.secret_file import SecretFileError
    from seawall.ground import StartError
    from seawall.people import open_accounts
    from seawall.records.port import RecordsError

    settings, command = invocation.settings, click.get_current_context().command_path

    async def run() -> T | Refusal:
        async with open_accounts(settings, invocation.data, command) as rooms:
            return await work(rooms)

    try:
        prepare(invocation.data)
        result = asyncio.run(run())
    except (StartError, DataFolderError, SecretFileError, RecordsError) as fault:
        raise click.ClickException(str(fault)) from None
    if isinstance(result, Refusal):
        raise click.ClickException(result.message)
    return result


async def account_of(accounts: Accounts, email: str) -> AccountRow:
    """The account of this address, or the command's end."""
    account = await accounts.by_email(email)
    if account is None:
        raise click.ClickException(f"There is no account '{email}'. 'seawall user list' shows all.")
    return account


async def every_account(accounts: Accounts) -> list[AccountRow]:
    """All of them, oldest first, however many there are."""
    rows: list[AccountRow] = []
    while page := await accounts.all(offset=len(rows)):
        rows.extend(page)
    return rows
