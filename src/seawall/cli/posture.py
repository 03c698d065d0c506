"""The command `seawall posture`. Knows options and sentences; the running service decides."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from seawall.cli.duration import Duration
from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.operating.control import ControlError, ask_service

_PARTS: dict[str, str] = {
    "queue": "registered users' wait",
    "others": "the others' wait",
    "kv": "the model's memory, and what waits there",
    "loop": "the program's own lag",
    "refused": "registered users refused",
}


@click.command("posture", short_help="Show the posture, or pin it.")
@click.argument("posture", required=False, type=click.Choice(["normal", "elevated", "siege", "auto"]))
@click.option("--for", "for_s", type=Duration(), metavar="30m", help="How long it is pinned; without it, until 'auto'.")
@click.option("--verbose", is_flag=True, help="Also what presses, each class, and the prices.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_obj
def posture_command(
    invocation: Invocation, posture: str | None, for_s: float | None, verbose: bool, as_json: bool
) -> None:
    """Show the running service's posture, or pin it; 'auto' gives it back to the service's own judgement."""
    if for_s is not None and posture in (None, "auto"):
        raise click.UsageError("--for goes with a posture to pin: normal, elevated or siege.")
    try:
        told = ask_service(invocation.data, "posture", pin=posture, for_s=for_s)
    except ControlError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo("\n".join(_lines(told)))
    if verbose:
        click.echo("\n" + _verbose(told))


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['posture'].upper()} since {_time(told['since_unix_s'])}"]
    pin = told["pin"]
    if pin is not None:
        end = "'seawall posture auto'" if pin["until_unix_s"] is None else _time(pin["until_unix_s"])
        lines.append(f"pinned by {pin['by']} until {end}; by itself it would be {told['automatic'].upper()}")
    else:
        lines.append(f"because {told['why']}" if told["because"] else "nothing presses")
    if told["brownout"]:
        lines.append(f"eased for everybody: {', '.join(told['brownout'])}")
    return lines


def _verbose(told: dict[str, Any]) -> str:
    pressure = [(words, f"{told['pressure'][part]:.2f}") for part, words in _PARTS.items()]
    prices = [
        (name, *(f"{one[part]:.3g}" for part in ("request_ms", "prompt_ms", "output_ms", "kv_ms")))
        for name, one in told["prices"].items()
    ]
    parts = [
        table(("what presses (1: a promise is about to break)", "now"), pressure),
        table(("class", "held", "waiting", "wait s", "longest answer", "admitted", "refused"), _classes(told)),
        f"slots {told['slots']}, KV cache {told['kv_use']:.0%} used, entitlements at {told['entitlement_scale']:.0%}, "
        f"an ordinary question {told['ordinary_ms']:.0f} engine-ms",
    ]
    if prices:
        parts.append(table(("engine-ms by model", "request", "prompt token", "token", "1000 KV reads"), prices))
        parts.append(f"lately a price was {told['price_error']:.0%} off what was really held")
    return "\n\n".join(parts)


def _classes(told: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            one["class"],
            str(one["held"]),
            str(one["waiting"]),
            f"{one['expected_wait_s']:.1f}",
            str(one["longest_answer"] or "-"),
            str(one["admitted"]),
            str(one["refused"]),
        )
        for one in told["classes"]
    ]


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s).astimezone().strftime("%Y-%m-%d %H:%M:%S")
