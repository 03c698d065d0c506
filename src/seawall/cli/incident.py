"""The commands `seawall incident ...`. Knows options and sentences; the report's room makes and checks."""

from __future__ import annotations

import json
import math
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.cli.incident_writing import close_incident, open_incident, update_incident
from seawall.cli.invocation import Invocation
from seawall.cli.moment import Moment
from seawall.cli.table import table

if TYPE_CHECKING:
    from seawall.records.port import Records
    from seawall.records.status_entries import IncidentRow
    from seawall.safeguards.report.checking import Checked

_THE_SAME = "Check it with the same Seawall, {}, to be sure of that too."
_HOUR_S = 3600.0
_FILE = click.Path(dir_okay=False, path_type=Path)
_FILE_THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("incident")
def incident_group() -> None:
    """Write to incidents, report them, check reports."""


for _command in (open_incident, update_incident, close_incident):
    incident_group.add_command(_command)


@incident_group.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.pass_obj
def list_incidents(invocation: Invocation, limit: int) -> None:
    """List incidents, newest first, by the ids that a report is asked with."""
    from seawall.log_work import LogUntold, on_records
    from seawall.records.status_entries import LatestIncidents

    try:
        found = on_records(invocation.settings, invocation.data, lambda records: records.read(LatestIncidents(limit)))
    except LogUntold as error:
        raise click.ClickException(str(error)) from None
    if found:
        click.echo(table(("id", "opened", "status", "title"), [_line(row) for row, _ in found[:limit]]))
    else:
        click.echo("There was no incident yet.", err=True)


@incident_group.command()
@click.option("--from", "from_s", type=Moment(), metavar="WHEN", help="Where it begins; without it, an hour ago.")
@click.option("--to", "to_s", type=Moment(), metavar="WHEN", help="Where it ends; without it, now.")
@click.option("--incident", "incident_id", metavar="ID", help="Of this incident, with half an hour before and after.")
@click.argument("file", metavar="OUT.zip", type=_FILE)
@click.pass_obj
def report(
    invocation: Invocation, from_s: float | None, to_s: float | None, incident_id: str | None, file: Path
) -> None:
    """Write a report that anybody can check: a page with plots, its data, and proofs that all of it was in the log.

    Works while the service runs, and without it. WHEN is a time such as '2026-11-22 14:05' (UTC), or how long ago: 2h.
    """
    if incident_id is not None and (from_s is not None or to_s is not None):
        raise click.UsageError("Either --incident or --from and --to: an incident has its own time.")
    now_s = time.time()
    begins_s, ends_s = now_s - _HOUR_S if from_s is None else from_s, math.inf if to_s is None else to_s
    if begins_s >= ends_s:
        raise click.UsageError("--from must be before --to.")
    from seawall.log_work import LogUntold, make_report, on_records

    async def work(records: Records) -> bytes:
        return await make_report(records, invocation.data, begins_s, ends_s, incident_id)

    try:
        bundle = on_records(invocation.settings, invocation.data, work)
        _write(file, bundle)
    except LogUntold as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{file} could not be written: {error.strerror or error}.") from None
    click.echo(f"Wrote {file} ({len(bundle) / 1e6:.1f} MB). Anybody can check it: seawall incident verify {file.name}")


@incident_group.command()
@click.argument("bundle", type=_FILE_THERE)
@click.option("--head", "head_file", type=_FILE_THERE, help="A signed head from the status page or /api/log/head.")
@click.option("--consistency", "proof_file", type=_FILE_THERE, help="The service's proof up to a head that is newer.")
def verify(bundle: Path, head_file: Path | None, proof_file: Path | None) -> None:
    """Check a report without the service: exit status 1 where a byte was changed, or anything does not follow.

    Its verdicts are found again from its windows. --head shows that the report is of the log that everybody saw.
    """
    from seawall.safeguards.heads import kept_head
    from seawall.safeguards.report.checking import BadBundle, check, held_against

    try:
        checked = check(bundle.read_bytes())
    except BadBundle as error:
        raise click.ClickException(f"{bundle} does not hold: {error}") from None
    click.echo("\n".join(_holds(checked)))
    if head_file is None:
        click.echo(
            "Not checked: whether others saw this log. Take a head from the status page and give it with --head."
        )
        return
    trouble = held_against(checked, kept_head(head_file.read_text("utf-8", "replace")), _hashes(proof_file))
    if trouble is not None:
        raise click.ClickException(trouble)
    click.echo("It is of the log that the head was signed over.")


def _hashes(file: Path | None) -> list[str] | None:
    if file is None:
        return None
    try:
        return [str(one) for one in json.loads(file.read_text("utf-8"))["hashes"]]
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"{file} is no proof as /api/log/proof/consistency tells it.") from None


def _holds(checked: Checked) -> list[str]:
    about, found = checked.material.about, checked.replayed
    lines = [
        f"The report of {_time(about.from_s)} to {_time(about.to_s)} holds: no byte was changed since it was made.",
        f"{len(checked.material.entries)} entries were in the log {about.origin} word by word.",
        f"{found.verdicts} of {found.windows} verdicts were found again from their windows.",
        f"Signed by {checked.verifiers[-1]}",
    ]
    if found.missing:
        told = ", ".join(map(str, found.missing[:10]))
        lines.append(f"Not found again: the verdicts of entries {told}, whose windows are not kept any more.")
    if found.otherwise:
        lines.append(
            f"Not found again: {found.otherwise} verdicts of another program. {_THE_SAME.format(about.seawall)}"
        )
    if checked.drawn_anew is None:
        lines.append(f"Not drawn anew: the page is of another program. {_THE_SAME.format(about.seawall)}")
    return lines


def _line(row: IncidentRow) -> tuple[str, str, str, str]:
    return row.id, _time(row.opened_s), row.status, row.title_en


def _write(file: Path, bundle: bytes) -> None:
    """Whole or not at all."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(bundle)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
