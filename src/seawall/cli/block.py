"""The commands `seawall block` and `seawall unblock`. Knows options and sentences; the block list decides."""

from __future__ import annotations

import json
import time
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

import click

from seawall.cli.duration import Duration
from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.operating.control import ControlError, NobodyServes, ask_service

# At 3 a.m. all that comes through a proxy that nobody named looks like one flooding address: the proxy's.
_THIS_MACHINE = (
    "This machine is in it, its probes too. If a proxy here is not in trusted_proxies, everybody comes from it: then"
    " 'seawall unblock {}'."
)
_DONE = {"block": "Blocked", "challenge": "Challenged", "slow": "Slowed"}


@click.command("block", short_help="Shut a network out, or show which are.")
@click.argument("network", required=False)
@click.option(
    "--treat",
    "treatment",
    type=click.Choice(["block", "challenge", "slow"]),
    help="What to do: shut it out (the default), ask a puzzle of who is new there, or slow those down.",
)
@click.option("--for", "for_s", type=Duration(), metavar="1h", help="How long; without it, until 'seawall unblock'.")
@click.option("--reason", default="", help="Why, for whoever reads the list later.")
@click.option("--list", "only_list", is_flag=True, help="Show the list.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON, for programs.")
@click.pass_obj
def block_command(
    invocation: Invocation,
    network: str | None,
    treatment: str | None,
    for_s: float | None,
    reason: str,
    only_list: bool,
    as_json: bool,
) -> None:
    """Shut NETWORK out of the running service at once, or treat it apart, or show what is.

    Operators still get in from a blocked network. Slowing and challenging touch strangers, and accounts that are new
    or away from home there; registered users at home are touched by neither.
    """
    if network is None and (for_s is not None or reason or treatment):
        raise click.UsageError("--treat, --for and --reason go with a network to block, such as 203.0.113.0/24.")
    if network is not None and only_list:
        raise click.UsageError("Either block a network or show the list.")
    treatment = treatment or "block"
    request: dict[str, Any] = {}
    if network is not None:
        request = {"add": network, "for_s": for_s, "reason": reason, "treatment": treatment}
    told = _ask(invocation, request)
    if as_json:
        click.echo(json.dumps(told["blocks"], indent=2, ensure_ascii=False))
    elif network is not None:
        # As it is kept: 203.0.113.7/24 is all of 203.0.113.0/24.
        click.echo(f"{_DONE[treatment]} {told['network']}.")
        if treatment == "block" and _holds_this_machine(told["network"]):
            click.echo(_THIS_MACHINE.format(told["network"]), err=True)
    elif told["blocks"]:
        rows = [
            (one["network"], one["treatment"], _until(one["until_unix_s"]), one["reason"]) for one in told["blocks"]
        ]
        click.echo(table(("network", "treatment", "until", "reason"), rows))
    else:
        click.echo("No network is blocked.", err=True)


@click.command("unblock")
@click.argument("network")
@click.pass_obj
def unblock_command(invocation: Invocation, network: str) -> None:
    """Let NETWORK in again."""
    told = _ask(invocation, {"remove": network})
    if not told["changed"]:
        raise click.ClickException(f"'{network}' is not blocked. 'seawall block --list' shows what is.")
    click.echo(f"Unblocked {told['network']}.")


def _ask(invocation: Invocation, request: dict[str, Any]) -> dict[str, Any]:
    """The running service, whose list holds at once; where none runs, the file that the next one reads."""
    from seawall.edge.block_list import FILE_NAME, BlockList, BlockListError
    from seawall.operating.block_desk import VERB, BlockDesk

    try:
        try:
            return ask_service(invocation.data, VERB, **request)
        except NobodyServes:
            if not invocation.data.is_dir():
                raise
            return BlockDesk(BlockList(invocation.data / FILE_NAME, unix_time=time.time)).do(request)
    except (ControlError, BlockListError) as error:
        raise click.ClickException(str(error)) from None


def _holds_this_machine(network: str) -> bool:
    return any(ip_address(one) in ip_network(network) for one in ("127.0.0.1", "::1"))


def _until(unix_s: float | None) -> str:
    return "no end" if unix_s is None else datetime.fromtimestamp(unix_s).astimezone().strftime("%Y-%m-%d %H:%M:%S")
