"""The commands `seawall backup` and `seawall restore`. Knows how they are told to people; knows no database.

The ground is imported late: it brings SQL and engines with it, and every command pays for what this module imports.
"""

from __future__ import annotations

from pathlib import Path

import click

from seawall.cli.invocation import Invocation
from seawall.records.port import RecordsError

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup", short_help="Save all accounts and conversations to FILE.")
@click.argument("file", type=_FILE)
@click.pass_obj
def backup_command(invocation: Invocation, file: Path) -> None:
    """Write all accounts and conversations to FILE; works while the service runs.

    FILE holds password hashes and what people wrote: it is made readable by you alone.
    """
    from seawall import ground

    try:
        written = ground.backup_records(invocation.settings, invocation.data, file)
    except RecordsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Backed up {written} to {file}.", err=True)


@click.command("restore", short_help="Put a backup FILE in place.")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace everything that is there now.")
@click.pass_obj
def restore_command(invocation: Invocation, file: Path, force: bool) -> None:
    """Put the backup FILE in place, for SQLite and PostgreSQL alike; works while the service runs.

    Everything is replaced at once or, should anything fail, nothing is.
    """
    from seawall import ground

    try:
        restored = ground.restore_records(invocation.settings, invocation.data, file, force)
    except RecordsError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored {restored} from {file}.", err=True)
