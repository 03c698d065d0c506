"""A run as one HTML page that asks nobody for anything. Knows a run's files and the ledger; trains nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from seawall.training.curves import Curve, curves, intervals
from seawall.training.ledger import Rates, Run, Spent, dollars, totals

STEPS, RECIPE, EVALUATION, REPORT = "steps.jsonl", "recipe.toml", "evaluation.json", "report.html"

# Title, columns with their names and styles, whether the axis begins at zero.
_PLOTS: tuple[tuple[str, tuple[tuple[str, str, str], ...], bool], ...] = (
    ("Reward: the share of answers that are right", (("reward", "reward", "main"),), True),
    ("Loss, nats a token", (("loss", "the next token", "main"), ("loss_ahead", "the one after it", "other")), False),
    ("Share of groups that teach: rewards within them differ", (("telling", "share", "main"),), True),
    ("Entropy, nats a token", (("entropy", "entropy", "main"),), True),
    ("Tokens an answer", (("length", "tokens", "main"),), True),
    ("Share of answers that came to their end", (("ended", "share", "main"),), True),
    ("Learning rate", (("learning_rate", "rate", "main"),), True),
    ("Length of the gradient", (("gradient_norm", "length", "main"),), True),
    ("Busiest expert over the mean", (("balance", "ratio", "main"),), False),
    ("Tokens a second", (("tokens_a_second", "tokens", "main"),), True),
)


def write_report(project: Path, name: str, runs: Sequence[Run], rates: Rates) -> Path:
    """Writes the page into the run's folder; ``runs`` are the ledger's."""
    folder = project / name
    path = folder / REPORT
    path.write_text(page(name, folder, runs, rates), encoding="utf-8")
    return path


def page(name: str, folder: Path, runs: Sequence[Run], rates: Rates) -> str:
    """The whole document."""
    steps = read_steps(folder / STEPS)
    style = files("seawall.training").joinpath("report.css").read_text(encoding="utf-8")
    body = "".join(
        (
            f"<h1>{escape(name)}: {escape(_headline(steps))}</h1>",
            _results(folder / EVALUATION),
            f'<div class="plots">{_plots(steps)}</div>',
            _ledger(runs, rates),
            _file("Recipe, as it was run", folder / RECIPE),
            _file("Shape of the model", folder / "final" / "config.json"),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<link rel=icon href=data:,><title>{escape(name)}: training</title>"
        f"<style>{style}</style></head><body><main>{body}</main></body></html>\n"
    )


def read_steps(path: Path) -> list[dict[str, Any]]:
    """A line a step; one that a kill tore is passed over."""
    steps: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            step = json.loads(line)
        except ValueError:
            continue
        step["tokens_a_second"] = step["tokens"] / step["seconds"] if step.get("seconds") else math.nan
        steps.append(step)
    return steps


def _headline(steps: Sequence[Mapping[str, Any]]) -> str:
    """The answer first."""
    if not steps:
        return "no step was made"
    key, unit = ("reward", "reward") if "reward" in steps[0] else ("loss", "loss")
    few = max(1, len(steps) // 20)
    first, last = (sum(step[key] for step in some) / few for some in (steps[:few], steps[-few:]))
    return f"{unit} from {first:.3g} to {last:.3g} in {steps[-1]['number']} steps"


def _plots(steps: Sequence[Mapping[str, Any]]) -> str:
    drawn: list[str] = []
    for title, columns, from_zero in _PLOTS:
        lines = [Curve(told, style, _points(steps, key)) for key, told, style in columns]
        drawn.append(curves(title, [line for line in lines if line.points], from_zero=from_zero))
    return "".join(drawn)


def _points(steps: Sequence[Mapping[str, Any]], key: str) -> list[tuple[float, float]]:
    """None where the run has no such thing; a model without further predictions has none of their loss."""
    points = [(step["number"], step[key]) for step in steps if key in step]
    return points if key != "loss_ahead" or any(value for _, value in points) else []


def _results(path: Path) -> str:
    if not path.exists():
        return ""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    names = (
        ("greedy", "likeliest answer", "interval"),
        ("sampled", "mean of drawn ones", "sampled_interval"),
        ("best_of_n", f"best of {found.get('samples', 'n')} drawn", "best_of_n_interval"),
    )
    shares = [(told, found[key], tuple(found[interval])) for key, told, interval in names if key in found]
    title = f"Solved of {found.get('problems', '?')} held-out problems, with 95 % intervals"
    return intervals(title, shares)


def _ledger(runs: Sequence[Run], rates: Rates) -> str:
    if not runs:
        return ""
    both = totals(runs)
    rows = [_row(run.id, run.outcome, run.spent, rates) for run in runs]
    sums = [
        _row("final run", ", ".join(both.final_runs) or "none yet", both.final_run, rates),
        _row("everything", f"{len(runs)} runs", both.everything, rates),
    ]
    energy = "measured" if both.everything.energy_measured else "estimated, at the watts that docs/training.md states"
    return (
        "<h2>What it cost</h2><table><thead><tr><th>run<th>outcome<th>time<th>core-s<th>GPU-s<th>most memory"
        f"<th>operations<th>energy<th>cost</thead><tbody>{''.join(rows)}</tbody><tfoot>{''.join(sums)}</tfoot></table>"
        f"<p>At ${rates.core_hour_usd:g} a core-hour and ${rates.gpu_hour_usd:g} a GPU-hour; energy is {energy}. "
        "Published figures usually tell of the final run alone.</p>"
    )


def _row(name: str, outcome: str, spent: Spent, rates: Rates) -> str:
    cells = (
        f"{spent.wall_s:,.0f} s",
        f"{spent.cpu_s:,.0f}",
        f"{spent.gpu_s:,.0f}",
        f"{spent.peak_bytes / 1e6:,.0f} MB",
        f"{spent.flops:.2e}",
        f"{spent.watt_hours:,.3g} Wh",
        dollars(spent.usd(rates)),
    )
    return f"<tr><th>{escape(name)}<td>{escape(outcome)}{''.join(f'<td class=n>{cell}' for cell in cells)}"


def _file(title: str, path: Path) -> str:
    if not path.exists():
        return ""
    return f"<details><summary>{title}</summary><pre>{escape(path.read_text(encoding='utf-8'))}</pre></details>"
