"""The commands `seawall user approve` and `seawall user invite`. Knows options and sentences; decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seawall.cli.account_work import account_of, on_accounts
from seawall.cli.invocation import Invocation
from seawall.values.identity import Role
from seawall.values.refusal import Refusal

if TYPE_CHECKING:
    from seawall.people import AccountRooms
    from seawall.records.entries import AccountRow

_INVITED = [Role.MEMBER.value, Role.OPERATOR.value]


@click.command()
@click.argument("email")
@click.pass_obj
def approve(invocation: Invocation, email: str) -> None:
    """Let an account in that waits for it.

    Where mail is sent, its owner is told.
    """

    async def work(rooms: AccountRooms) -> AccountRow | Refusal:
        return await rooms.approvals.approve((await account_of(rooms.accounts, email)).id)

    click.echo(f"Let {on_accounts(invocation, work).email} in.")


@click.command()
@click.option("--email", default="", help="The one address that may use it; without: whoever holds the link.")
@click.option("--role", type=click.Choice(_INVITED), default=Role.MEMBER.value, show_default=True)
@click.option("--uses", type=click.IntRange(1), default=1, show_default=True, help="How many may register with it.")
@click.option("--days", type=click.FloatRange(0, min_open=True), default=7.0, show_default=True, help="How long.")
@click.option("--send", is_flag=True, help="Also mail it to that address, where the service sends mail.")
@click.pass_obj
def invite(invocation: Invocation, email: str, role: str, uses: int, days: float, send: bool) -> None:
    """Print a link to register with, and nothing else.

    It is shown this once. It lets people register where sign-up is by invite, by mail domain or by approval.
    """

    async def work(rooms: AccountRooms) -> str | Refusal:
        from seawall.accounts.joining.invites import Wanted

        made = await rooms.invites.make(Wanted(email, Role(role), uses, days, send))
        if isinstance(made, Refusal):
            return made
        if send and not made.sent:
            click.echo("The mail server did not take it. Hand the link over yourself.", err=True)
        return made.link(rooms.letters.home)

    click.echo(on_accounts(invocation, work))
