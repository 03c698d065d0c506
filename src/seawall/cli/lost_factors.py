"""The command `seawall user reset-factors`. Knows its sentences; decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seawall.cli.account_work import account_of, on_accounts
from seawall.cli.invocation import Invocation
from seawall.values.refusal import Refusal

if TYPE_CHECKING:
    from seawall.people import AccountRooms


@click.command("reset-factors")
@click.argument("email")
@click.pass_obj
def reset_factors(invocation: Invocation, email: str) -> None:
    """Take an account's second factors and passkeys away, and end its sessions.

    For somebody who lost the phone and the recovery codes: the password alone opens the account then, so be sure who
    asks.
    """

    async def work(rooms: AccountRooms) -> str | Refusal:
        account = await account_of(rooms.accounts, email)
        return await rooms.own_factors.reset(account.id) or account.email

    click.echo(f"Took all second factors of {on_accounts(invocation, work)} away and ended its sessions.")
