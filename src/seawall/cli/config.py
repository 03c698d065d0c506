"""The commands `seawall config check` and `show`. Knows how settings are told to people; knows not how they load."""

from __future__ import annotations

import json

import click

from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.settings.advice import advice
from seawall.settings.listing import all_settings, masked
from seawall.settings.loading import LoadedSettings
from seawall.settings.tree import SettingsError


@click.group("config")
def config_group() -> None:
    """Check and show the settings."""


@config_group.command()
@click.pass_obj
def check(invocation: Invocation) -> None:
    """Validate the settings; exit status 1 and one sentence if something is wrong."""
    loaded = _loaded(invocation)
    for sentence in advice(loaded.settings):
        click.echo(f"Warning: {sentence}", err=True)
    changed = sum(source != "default" for source in loaded.sources.values())
    click.echo(f"The settings are right: {len(loaded.sources)} keys, {changed} changed from their defaults.")


@config_group.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.pass_obj
def show(invocation: Invocation, as_json: bool) -> None:
    """Show each setting, its value and where it came from. Secrets are hidden."""
    loaded = _loaded(invocation)
    rows: list[tuple[str, str, str]] = []
    for setting in all_settings():
        value = _value(loaded, setting.path)
        rows.append((setting.path, masked(setting.path, value), loaded.sources[setting.path]))
    if as_json:
        told = {path: {"value": json.loads(value), "source": source} for path, value, source in rows}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        click.echo(table(("setting", "value", "where from"), rows))


def _loaded(invocation: Invocation) -> LoadedSettings:
    try:
        loaded = invocation.loaded
    except SettingsError as fault:
        raise click.ClickException(str(fault)) from None
    for warning in loaded.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return loaded


def _value(loaded: LoadedSettings, path: str) -> object:
    value: object = loaded.settings
    for name in path.split("."):
        value = getattr(value, name)
    return value
