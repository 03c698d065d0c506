"""The command `seawall siege`. Knows its options and words; the siege itself is played by others."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.cli.table import table

if TYPE_CHECKING:
    from seawall.siege.mixes import Mix
    from seawall.siege.results import Result, Results
    from seawall.siege.run import Progress
    from seawall.siege.samples import Pace

INTERRUPTED = 130
"""As shells tell of a program that an interrupt ended."""
_SECRETS = ("--key", "--attacker-key")


@click.command("siege", short_help="Attack a service of your own, to see.")
@click.option("--target", metavar="URL", help="A service that runs already; default: one is started for the siege.")
@click.option("--key", "keys", multiple=True, metavar="sw-...", help="The target's API keys of registered test users.")
@click.option("--attacker-key", "attackers", multiple=True, metavar="sw-...", help="Keys of accounts that attack.")
@click.option("--i-own", metavar="HOST", help="Allow this host, which is yours, besides this machine.")
@click.option("--forwarded", is_flag=True, help="The target trusts this machine's X-Forwarded-For.")
@click.option("--slots", type=click.IntRange(1, 1024), default=16, show_default=True, help="The engine's slots.")
@click.option("--mix", "names", multiple=True, metavar="NAME", help="A mix of --list, or 'all'; several may be given.")
@click.option("--quick", is_flag=True, help="About a minute a mix, everything scaled down (the default).")
@click.option("--full", is_flag=True, help="Four minutes a mix: 60 s quiet, 120 s event, 60 s recovery.")
@click.option("--seconds", metavar="QUIET,EVENT,RECOVERY", help="How long each part takes, instead.")
@click.option("--seeds", type=click.IntRange(1, 20), default=1, show_default=True, help="How often, each drawn anew.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("siege"), show_default=True)
@click.option("--list", "lists", is_flag=True, help="Name the mixes and end.")
def siege_command(
    target: str | None,
    keys: tuple[str, ...],
    attackers: tuple[str, ...],
    i_own: str | None,
    forwarded: bool,
    slots: int,
    names: tuple[str, ...],
    quick: bool,
    full: bool,
    seconds: str | None,
    seeds: int,
    out: Path,
    lists: bool,
) -> int:
    """Attack a service of your own and see what its registered users feel.

    Without a target, a service with a stub engine is started on this machine for it, and its own report of the event is
    kept beside the results, for 'seawall incident verify'. Stops by itself.
    """
    # Imported late: the other commands need none of it, and each import costs start-up time.
    from seawall.siege.campaign import Plan, SeawallDoor, besiege, play, write
    from seawall.siege.lent import NotAllowed, lent_target
    from seawall.siege.mixes import all_mixes
    from seawall.siege.processes import end_when_told
    from seawall.siege.stub_engine import EngineSpec

    if lists:
        click.echo(table(("mix", "what happens"), [(mix.name, mix.sentence) for mix in all_mixes().values()]))
        return 0
    if quick and full:
        raise click.UsageError("Choose --quick or --full.")
    mixes = _chosen(names)
    plan = Plan([SeawallDoor()], mixes, seeds, _pace(full, seconds), EngineSpec(slots=slots), {}, bundles=out)
    command = " ".join(["seawall", "siege", *_without_keys(sys.argv[2:])])
    end_when_told()
    if target is None:
        results = play(plan, command, _progress, _tell)
    else:
        try:
            lent = lent_target(
                target, i_own=i_own, keys=keys, attackers=attackers, forwarded=forwarded, slots=slots, mixes=mixes
            )
        except NotAllowed as refused:
            raise click.UsageError(str(refused)) from None
        except OSError as fault:
            raise click.ClickException(f"{target} does not answer: {fault.strerror or fault}.") from None
        results = besiege(lent, plan, command, _progress, _tell)
    data, page = write(results, out)
    _sum_up(results, data, page)
    return INTERRUPTED if results.ended_early else 1 if results.broken else 0


def _chosen(names: tuple[str, ...]) -> list[Mix]:
    from seawall.siege.mixes import QUICK_MIXES, all_mixes

    known = all_mixes()
    if "all" in names:
        return list(known.values())
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"There is no mix '{unknown[0]}': 'seawall siege --list' names all.")
    return [known[name] for name in names or QUICK_MIXES]


def _pace(full: bool, seconds: str | None) -> Pace:
    from seawall.siege.samples import FULL, QUICK, Pace

    pace = FULL if full else QUICK
    if seconds is None:
        return pace
    try:
        quiet_s, event_s, recovery_s = map(float, seconds.split(","))
    except ValueError:
        raise click.UsageError("--seconds takes three numbers, such as 12,32,12.") from None
    if min(quiet_s, event_s, recovery_s) <= 0:
        raise click.UsageError("Each part of --seconds takes longer than nothing.")
    return Pace(quiet_s, event_s, recovery_s, pace.scale)


def _without_keys(arguments: list[str]) -> list[str]:
    """As it may stand in a report: keys are secrets."""
    told: list[str] = []
    for before, word in zip(["", *arguments], arguments, strict=False):
        name, equals, _ = word.partition("=")
        told.append("..." if before in _SECRETS else f"{name}=..." if equals and name in _SECRETS else word)
    return told


@contextmanager
def _progress(label: str) -> Generator[Progress]:
    """A line that is drawn over on a terminal; elsewhere one a run."""
    on_terminal = sys.stderr.isatty()

    def show(done_s: float, total_s: float) -> None:
        if on_terminal:
            full = round(30 * done_s / total_s)
            click.echo(
                f"\r{label} {'█' * full}{'░' * (30 - full)} {done_s:3.0f} of {total_s:.0f} s ", nl=False, err=True
            )

    if not on_terminal:
        click.echo(label, err=True)
    try:
        yield show
    finally:
        if on_terminal:
            click.echo(err=True)


def _tell(result: Result) -> None:
    """A mix's promises as soon as they are known."""
    from seawall.siege.table import promises

    click.echo(f"\n{result.mix.name}: {result.mix.sentence}")
    if result.reason:
        click.echo(f"skipped: {result.reason}")
        return
    click.echo(table(("promise to registered users", "limit", "reached", "verdict"), promises(result)))


def _sum_up(results: Results, data: Path, page: Path) -> None:
    from seawall.siege.table import SHORT_HEAD, short_rows

    click.echo("\n" + table(SHORT_HEAD, short_rows(results)))
    for note in results.notes:
        click.echo(note)
    click.echo(f"\nWritten: {page} (open it in a browser) and {data}.")
