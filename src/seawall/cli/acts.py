"""Which commands change the service, and what the public log is told of each. Knows their names; knows no log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import click

from seawall.cli.invocation import Invocation
from seawall.values.network import as_published

Facts = dict[str, Any]


def _done(action: str, *shown: str) -> Callable[[Mapping[str, Any]], Facts]:
    """Of what was given to the command only what is ``shown``: the rest may say who somebody is."""
    return lambda given: {"action": action, **{name: given[name] for name in shown if given.get(name) is not None}}


def _posture(given: Mapping[str, Any]) -> Facts | None:
    if given["posture"] is None:
        return None  # It was only looked at.
    return _done("Pinned the posture, or gave it back", "posture", "for_s")(given)


def _blocked(given: Mapping[str, Any]) -> Facts | None:
    words = {"slow": "Slowed a network", "challenge": "Challenged a network"}
    return _network(words.get(given["treatment"], "Blocked a network"))(given) if given["network"] else None


def _network(action: str) -> Callable[[Mapping[str, Any]], Facts]:
    told = _done(action, "treat", "for_s")
    return lambda given: {**told(given), "within": as_published(str(given["network"]))}


CHANGING: Mapping[str, Callable[[Mapping[str, Any]], Facts | None]] = MappingProxyType(
    {
        "user add": _done("Made an account", "role", "vouch"),
        "user disable": _done("Disabled an account"),
        "user enable": _done("Enabled an account"),
        "user vouch": _done("Vouched for an account"),
        "user set-role": _done("Changed an account's role", "role"),
        "user set-password": _done("Set an account's password"),
        "user approve": _done("Let an account in that waited"),
        "user invite": _done("Made an invite", "role", "uses"),
        "user reset-factors": _done("Took an account's second factors away"),
        "key create": _done("Made a key"),
        "key revoke": _done("Revoked a key"),
        "budget set": _done("Changed a budget"),
        "posture": _posture,
        "block": _blocked,
        "unblock": _network("Unblocked a network"),
        "restore": _done("Restored a backup: the log is the backup's from here on"),
    }
)


def tell_the_log(context: click.Context) -> None:
    """Tells what the command has done, where it changes something. A log that cannot be told is a warning."""
    name = context.command_path.partition(" ")[2]
    facts = CHANGING[name](context.params) if name in CHANGING else None
    invocation = context.find_object(Invocation)
    if facts is None or invocation is None:
        return
    from seawall.log_work import LogUntold, tell

    try:
        tell(invocation.settings, invocation.data, facts, alone=name == "restore")
    except LogUntold as error:
        click.echo(f"Warning: the public log was not told of this: {error}", err=True)
