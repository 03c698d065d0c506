"""The command `seawall serve`. Knows its options; the service is built and run by others."""

from __future__ import annotations

import sys
from typing import Any

import click

from seawall.cli.invocation import Invocation
from seawall.cli.progress import ProgressLine
from seawall.data_folder import DataFolderError


@click.command("serve")
@click.option("--host", help="The address to listen on (default: 127.0.0.1, this machine alone).")
@click.option("--port", type=click.IntRange(0, 65535), help="The port (default: 8080; 0 takes a free one).")
@click.option(
    "--engine",
    "engines",
    multiple=True,
    metavar="local|echo|URL",
    help="Which engine answers. URL is the base of any OpenAI-compatible server; give several for a pool.",
)
@click.option("--engine-key", help="The API key that those servers are sent (better: SEAWALL_ENGINE_KEY).")
@click.option("--model", metavar="NAME|PATH", help="The local engine's model.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.pass_obj
def serve_command(
    invocation: Invocation,
    host: str | None,
    port: int | None,
    engines: tuple[str, ...],
    engine_key: str | None,
    model: str | None,
    no_browser: bool,
) -> None:
    """Run the service until it is stopped."""
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "engine.use": engines or None,
        "engine.key": engine_key,
        "engine.model": model,
        "open_browser": False if no_browser else None,
    }
    invocation.overrides.update({path: value for path, value in options.items() if value is not None})
    settings = invocation.settings
    for warning in invocation.loaded.warnings:
        click.echo(f"seawall: {warning}", err=True)
    # Imported late: the other commands need no web server, and each import costs start-up time.
    from seawall.serving import ServingError, serve

    try:
        serve(
            settings,
            invocation.data,
            echo=click.echo,
            fetching=lambda label: ProgressLine(label, sys.stderr),
        )
    except (ServingError, DataFolderError) as error:
        raise click.ClickException(str(error)) from None
