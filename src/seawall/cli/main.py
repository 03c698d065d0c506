"""The command `seawall`: its tree of commands and how it says that something is wrong. Knows every command's name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import copy
from functools import wraps
from pathlib import Path
from typing import Any

import click

from seawall import __version__
from seawall.cli.acts import tell_the_log
from seawall.cli.backup import backup_command, restore_command
from seawall.cli.block import block_command, unblock_command
from seawall.cli.budget import budget_group
from seawall.cli.config import config_group
from seawall.cli.incident import incident_group
from seawall.cli.invocation import Invocation
from seawall.cli.key import key_group
from seawall.cli.log import log_group
from seawall.cli.model import model_group
from seawall.cli.posture import posture_command
from seawall.cli.serve import serve_command
from seawall.cli.siege import siege_command
from seawall.cli.train import train_group
from seawall.cli.user import user_group


def build() -> click.Group:
    """The whole tree. Each command takes ``--data`` and ``--config``, before or after its name."""
    root = click.Group("seawall", help="The AI assistant that stays up.", context_settings={"max_content_width": 100})
    root.params.append(click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version))
    for command in (
        serve_command,
        model_group,
        user_group,
        key_group,
        budget_group,
        config_group,
        backup_command,
        restore_command,
        siege_command,
        posture_command,
        log_group,
        incident_group,
        block_command,
        unblock_command,
        train_group,
    ):
        root.add_command(_equipped(command))
    root.params.extend(_everywhere(environment=True))
    return root


def main() -> None:
    """Entry point. Errors are one sentence on standard error; status 2 for wrong use, 1 for failure."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit status."""
    root = build()
    try:
        status = root.main(arguments or ["--help"], prog_name="seawall", obj=Invocation(), standalone_mode=False)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "seawall"
        click.echo(f"seawall: {error.format_message()} See '{command} --help'.", err=True)
        return error.exit_code
    except click.ClickException as error:
        click.echo(f"seawall: {error.format_message()}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("seawall: stopped.", err=True)
        return 130
    return status if isinstance(status, int) else 0


def _equipped(command: click.Command) -> click.Command:
    """A copy that takes the options of all commands; the original is its module's, and is built upon twice."""
    own = copy(command)
    own.params = [*command.params, *_everywhere()]
    own.callback = command.callback and _told(command.callback)
    if isinstance(own, click.Group):
        own.commands = {name: _equipped(child) for name, child in own.commands.items()}
        own.no_args_is_help = False  # A missing word is told in a sentence, like every other mistake.
    return own


def _told(callback: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and what it has changed is told to the public log."""

    @wraps(callback)
    def run_and_tell(*arguments: Any, **options: Any) -> Any:
        result = callback(*arguments, **options)
        tell_the_log(click.get_current_context())
        return result

    return run_and_tell


def _everywhere(*, environment: bool = False) -> list[click.Parameter]:
    """The environment is read at the root alone: read again further down, it would win over an option before it."""
    return [
        click.Option(
            ["--data"],
            type=click.Path(file_okay=False, path_type=Path),
            envvar="SEAWALL_DATA" if environment else None,
            expose_value=False,
            callback=_take_data,
            help="The data folder (default: the platform's; SEAWALL_DATA).",
        ),
        click.Option(
            ["--config"],
            type=click.Path(dir_okay=False, path_type=Path),
            envvar="SEAWALL_CONFIG" if environment else None,
            expose_value=False,
            callback=_take_config,
            help="The settings file (default: seawall.toml in the data folder, if there; SEAWALL_CONFIG).",
        ),
    ]


def _take_data(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Invocation).data_option = value


def _take_config(context: click.Context, parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(Invocation).config_option = value


def _version(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"seawall {__version__}")
        context.exit()
