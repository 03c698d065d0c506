"""The commands `seawall incident open|update|close`. Knows options and sentences; the running service does it."""

from __future__ import annotations

from typing import Any

import click

from seawall.cli.invocation import Invocation
from seawall.operating.control import ControlError, ask_service

_IMPACTS = click.Choice(["none", "minor", "major", "critical"])
_PHASES = click.Choice(["investigating", "identified", "monitoring", "resolved"])
_COMPONENTS = click.Choice(["chat", "api", "signup", "signin", "models"])
_CHINESE = click.option("--zh", "text_zh", default="", help="The text in Chinese; without it, this one is shown.")


@click.command("open")
@click.argument("title")
@click.argument("text")
@click.option("--title-zh", default="", help="The title in Chinese; without it, this one is shown.")
@_CHINESE
@click.option("--impact", type=_IMPACTS, default="minor", show_default=True, help="How bad it is.")
@click.option("--component", "components", type=_COMPONENTS, multiple=True, help="What it is about; may be repeated.")
@click.pass_obj
def open_incident(
    invocation: Invocation, title: str, text: str, title_zh: str, text_zh: str, impact: str, components: tuple[str, ...]
) -> None:
    """Open an incident on the running service's status page, and tell its subscribers. Prints its id."""
    told = _ask(
        invocation,
        title_en=title,
        title_zh=title_zh,
        text_en=text,
        text_zh=text_zh,
        impact=impact,
        components=list(components),
    )
    click.echo(told["id"])
    _say_what_is_not_saved(told)


@click.command("update")
@click.argument("incident_id", metavar="ID")
@click.argument("phase", type=_PHASES)
@click.argument("text")
@_CHINESE
@click.pass_obj
def update_incident(invocation: Invocation, incident_id: str, phase: str, text: str, text_zh: str) -> None:
    """Write to an incident: what is known, and what people can do."""
    told = _ask(invocation, id=incident_id, phase=phase, text_en=text, text_zh=text_zh)
    click.echo(f"Incident {told['id']} is {told['status']}.")
    _say_what_is_not_saved(told)


@click.command("close")
@click.argument("incident_id", metavar="ID")
@click.argument("text", default="This is over.")
@_CHINESE
@click.pass_obj
def close_incident(invocation: Invocation, incident_id: str, text: str, text_zh: str) -> None:
    """Close an incident, with a last word where there is more to say."""
    zh = text_zh or ("本次事件已结束。" if text == "This is over." else "")
    told = _ask(invocation, id=incident_id, phase="resolved", text_en=text, text_zh=zh)
    click.echo(f"Incident {told['id']} is closed.")
    _say_what_is_not_saved(told)


def _ask(invocation: Invocation, **request: Any) -> dict[str, Any]:
    from seawall.operating.notice_desk import VERB

    try:
        return ask_service(invocation.data, VERB, **request)
    except ControlError as error:
        raise click.ClickException(str(error)) from None


def _say_what_is_not_saved(told: dict[str, Any]) -> None:
    if not told["saved"]:
        click.echo("It is shown, but the database is away: it is saved as soon as that is back.", err=True)
