"""The commands `seawall train cost` and `ledger`. Knows how costs are told; reckons none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.cli.table import table
from seawall.cli.train_options import json_option, project_option
from seawall.cli.train_sentences import told_in_sentences

if TYPE_CHECKING:
    from seawall.training.ledger import Rates

_NEVER_ZERO = frozenset(("params", "active", "tokens", "peak_tflops", "utilisation"))


@click.command()
@click.option("--params", type=float, required=True, metavar="N", help="All parameters, such as 671e9.")
@click.option("--active", type=float, metavar="N", help="Those that a token meets (default: all, a dense model).")
@click.option("--tokens", type=float, required=True, metavar="N", help="Tokens of the pre-training, such as 14.8e12.")
@click.option("--gpu-hour", type=float, metavar="$", help="Rent of a GPU (default: 2, V3's).")
@click.option("--peak-tflops", type=float, metavar="N", help="A GPU's peak (default: 989.4, an H800 in dense bf16).")
@click.option("--utilisation", type=float, metavar="SHARE", help="Share of the peak (default: what V3's hours imply).")
@click.option("--extension-share", type=float, metavar="SHARE", help="Context extension over pre-training.")
@click.option("--post-training-share", type=float, metavar="SHARE", help="Post-training over pre-training.")
@json_option
def cost(params: float, active: float | None, tokens: float, as_json: bool, **given: float | None) -> None:
    """What a training would cost, every assumption shown. The defaults are those that give V3's published figures."""
    from seawall.training.cost import Assumptions, with_given
    from seawall.training.cost import cost as reckon

    for name, value in {"params": params, "active": active, "tokens": tokens, **given}.items():
        if value is not None and not (0 <= value < float("inf") and (value or name not in _NEVER_ZERO)):
            raise click.UsageError(f"--{name.replace('_', '-')} cannot be {value:g}.")
    if active is not None and active > params:
        raise click.UsageError(f"--active cannot be more than --params, {params:g}.")
    if (given["utilisation"] or 0) > 1:
        raise click.UsageError("--utilisation cannot be more than 1: it is a share.")
    rent, peak = given.pop("gpu_hour"), given.pop("peak_tflops")
    chosen = given | {"gpu_hour_usd": rent, "peak_flops": None if peak is None else peak * 1e12}
    reckoned = reckon(params, active or params, tokens, with_given(Assumptions(), **chosen))
    if as_json:
        lines = [asdict(line) for line in reckoned.lines]
        click.echo(json.dumps({"gpu_hours": reckoned.gpu_hours, "usd": reckoned.usd, "lines": lines}, indent=2))
        return
    rows = [(line.what, _number(line.value, line.unit), line.basis, line.source) for line in reckoned.lines]
    click.echo(table(("", "", "", "from"), rows))
    click.echo(f"\n{_large(reckoned.gpu_hours)} GPU-hours, ${_large(reckoned.usd)}. {reckoned.caveat}")


@click.command()
@project_option
@click.option("--core-hour", type=click.FloatRange(min=0), metavar="$", help="Price of a core-hour (default: 0.04).")
@click.option("--gpu-hour", type=click.FloatRange(min=0), metavar="$", help="Price of a GPU-hour (default: 2).")
@json_option
def ledger(project: Path, core_hour: float | None, gpu_hour: float | None, as_json: bool) -> None:
    """What every run has cost, failed ones too, and the two totals."""
    with told_in_sentences():
        from seawall.training.ledger import CORE_HOUR_USD, GPU_HOUR_USD, Rates

        tell_ledger(
            project,
            Rates(
                CORE_HOUR_USD if core_hour is None else core_hour,
                GPU_HOUR_USD if gpu_hour is None else gpu_hour,
            ),
            as_json,
        )


def tell_ledger(project: Path, rates: Rates, as_json: bool) -> None:
    from seawall.training.card import told
    from seawall.training.ledger import dollars, totals
    from seawall.training.work import ledger_of

    runs = ledger_of(project).runs()
    both = totals(runs)
    if as_json:
        listed = [asdict(run) | {"spent": told(run.spent, rates)} for run in runs]
        sums = {"final_run": told(both.final_run, rates), "everything": told(both.everything, rates)}
        click.echo(json.dumps({"runs": listed, **sums, "rates": asdict(rates)}, indent=2))
        return
    named = [(run.id, run.outcome, run.spent) for run in runs]
    sums = [
        ("final run", " ".join(both.final_runs), both.final_run),
        ("everything", f"{len(runs)} runs", both.everything),
    ]
    rows = [
        (
            name,
            outcome if len(outcome) <= 48 else f"{outcome[:45]}...",
            f"{spent.wall_s:.0f} s",
            f"{spent.cpu_s:.0f}",
            f"{spent.gpu_s:.0f}",
            f"{spent.peak_bytes / 1e6:.0f} MB",
            f"{spent.flops:.1e}",
            f"{spent.watt_hours:.3g} Wh{'' if spent.energy_measured else ' est.'}",
            dollars(spent.usd(rates)),
        )
        for name, outcome, spent in [*named, *sums]
    ]
    click.echo(table(("run", "", "time", "core-s", "GPU-s", "memory", "FLOP", "energy", "cost"), rows))
    click.echo(f"\nAt ${rates.core_hour_usd:g} a core-hour and ${rates.gpu_hour_usd:g} a GPU-hour.")


def _large(value: float) -> str:
    """Millions as the report tells them, else what there is."""
    return f"{value / 1e6:.3f} M" if value >= 1e5 else f"{value:,.2f}"


def _number(value: float, unit: str) -> str:
    if unit == "$":
        return f"${value:,.0f}"
    if not unit and value < 1:
        return f"{value:.1%}"
    told = f"{value:,.0f}" if value < 1e7 else f"{value:.4g}"
    return f"{told} {unit}".strip()
