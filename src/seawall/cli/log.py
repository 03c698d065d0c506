"""The commands `seawall log ...`. Knows options and sentences; the audit decides."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from seawall.cli.invocation import Invocation
from seawall.cli.table import table

if TYPE_CHECKING:
    from seawall.records.port import Records
    from seawall.records.truth_entries import LogRow
    from seawall.safeguards.audit import Audit

T = TypeVar("T")
_WIDEST = 100


@click.group("log")
def log_group() -> None:
    """Check and read the public log. Works while the service runs, and without it."""


@log_group.command()
@click.option(
    "--against",
    "head_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed head that was kept outside: a note, or what /api/log/head told.",
)
@click.pass_obj
def verify(invocation: Invocation, head_file: Path | None) -> None:
    """Look at every entry, hash and signature; exit status 1 where one is wrong, which is named.

    What was cut off at the end leaves no trace within the log: keep a head elsewhere now and then, and check
    --against it.
    """
    from seawall.safeguards.audit import Audit
    from seawall.safeguards.book import look_through
    from seawall.safeguards.heads import against, kept_head

    audit = _on_log(invocation, lambda records: look_through(records, Audit()))
    if audit.fault is not None:
        raise click.ClickException(f"The public log is damaged: {audit.fault}. What is before it is whole.")
    if head_file is not None:
        trouble = against(audit, kept_head(head_file.read_text("utf-8", "replace")))
        if trouble is not None:
            raise click.ClickException(trouble)
    click.echo(_whole(audit))
    if head_file is not None:
        click.echo("It goes on where the kept head ended.")


@log_group.command()
@click.option("--from", "position", type=click.IntRange(0), help="The first entry; the newest ones without it.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The very texts of the entries, a line each.")
@click.pass_obj
def show(invocation: Invocation, position: int | None, limit: int, as_json: bool) -> None:
    """Show entries, oldest first."""
    from seawall.records.truth_entries import LogFrom, LogSize

    async def read(records: Records) -> tuple[LogRow, ...]:
        first = max(0, await records.read(LogSize()) - limit) if position is None else position
        return await records.read(LogFrom(first, limit))

    rows = _on_log(invocation, read)
    if as_json:
        click.echo("".join(f"{row.entry}\n" for row in rows), nl=False)
    elif rows:
        click.echo(table(("entry", "time", "kind", "facts"), [_line(row) for row in rows]))
    else:
        click.echo("The log has no such entries.", err=True)


def _whole(audit: Audit) -> str:
    if not audit.tree.size or audit.last_head is None:
        return "The public log is empty: a service that starts begins it."
    lines = [
        f"The public log is whole: {audit.tree.size} entries, the last head signed {_time(audit.last_head.at_s)}.",
        f"root {audit.tree.root().hex()}",
        *(f"key {verifier}" for verifier in audit.verifiers),
    ]
    if audit.turned_back:
        first = audit.turned_back[0]
        lines.append(
            f"The service's clock went back {len(audit.turned_back)} times, first at entry {first.position} by "
            f"{first.by_s:.0f} s: the order of the entries is proved, their times are what that clock said."
        )
    return "\n".join(lines)


def _line(row: LogRow) -> tuple[str, str, str, str]:
    try:
        facts = json.dumps(json.loads(row.entry)["facts"], ensure_ascii=False)
    except (ValueError, KeyError, TypeError):
        facts = row.entry
    return str(row.position), _time(row.at_s), row.kind, facts if len(facts) <= _WIDEST else facts[:_WIDEST] + "..."


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _on_log(invocation: Invocation, work: Callable[[Records], Coroutine[Any, Any, T]]) -> T:
    from seawall.log_work import LogUntold, on_records

    try:
        return on_records(invocation.settings, invocation.data, work)
    except LogUntold as error:
        raise click.ClickException(str(error)) from None
