"""The commands `seawall train`. Knows options; what a stage does is known in training, which is imported late.

The other commands must not wait for torch, nor need it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from seawall.cli.train_costs import cost, ledger
from seawall.cli.train_models import convert, demo, evaluate, export
from seawall.cli.train_options import project_option, recipe_option, seed_option
from seawall.cli.train_sentences import told_in_sentences

_TAKEN = ("tokenizer", "export")


@click.group("train")
def train_group() -> None:
    """Train a small model of the V3 architecture, and say what it cost."""
    # Before torch loads: idle threads sleep instead of spinning. Beside other work on two cores a small run took five
    # times the processor time of one thread, and a result that is the same to the bit.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


train_group.add_command(evaluate)
train_group.add_command(export)
train_group.add_command(convert)
train_group.add_command(demo)
train_group.add_command(cost)
train_group.add_command(ledger)


@train_group.command()
@project_option
@seed_option
@recipe_option
def tokenizer(project: Path, seed: int, recipe: Path | None) -> None:
    """Learn the tokens: byte-level BPE of the recipe's texts."""
    with told_in_sentences():
        from seawall.training import recipe as recipes
        from seawall.training.work import build_tokenizer

        count = build_tokenizer(recipes.load("tokenizer", recipe), project, seed=seed)
    click.echo(f"{count} tokens are in {project / 'tokenizer'}.")


def _run_name(_: click.Context, __: click.Parameter, name: str | None) -> str | None:
    """A run is a folder of the project, and none of those that other things have."""
    if name is not None and (name in _TAKEN or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name)):
        raise click.BadParameter(
            f"'{name}' is no name for a run: use letters, digits, dots and dashes, not {_TAKEN[0]}."
        )
    return name


def _run_options(command: Callable[..., None]) -> Callable[..., None]:
    """What all stages with steps take."""
    for option in (
        click.option("--ablation", is_flag=True, help="Count it in the ledger's `everything` alone."),
        click.option(
            "--from",
            "source",
            metavar="RUN",
            help="Start from this run's model, or a folder's (default: the stage before).",
        ),
        click.option(
            "--name", metavar="RUN", callback=_run_name, help="The run's name and folder (default: the stage's)."
        ),
        recipe_option,
        seed_option,
        project_option,
    ):
        command = option(command)
    return command


@train_group.command()
@_run_options
def pretrain(**options: Any) -> None:
    """Learn the next token of texts. An interrupted run goes on where it was."""
    _run("pretrain", **options)


@train_group.command()
@_run_options
def sft(**options: Any) -> None:
    """Learn to answer, from examples of questions and answers. An interrupted run goes on where it was."""
    _run("sft", **options)


@train_group.command()
@_run_options
@click.option("--model", metavar="hf:PATH", help="Train another model of transformers instead, through TRL's trainer.")
def rl(model: str | None, **options: Any) -> None:
    """Learn from rewards alone (GRPO): rules judge the model's own answers. An interrupted run goes on where it was."""
    _run("rl", model=model, **options)


def _run(
    stage: str,
    *,
    project: Path,
    seed: int,
    recipe: Path | None,
    name: str | None,
    source: str | None,
    ablation: bool,
    model: str | None = None,
) -> None:
    """One run of a stage that has steps, with its progress shown."""
    if model and source:
        raise click.UsageError("--model and --from are two answers to what to start from: give one.")
    with told_in_sentences():
        from seawall.training import recipe as recipes
        from seawall.training.live import watching
        from seawall.training.work import leads, recorded, stage_named, start_of

        read, run = recipes.load("rl-hf" if model else stage, recipe), name or stage
        parent, start = (None, None) if model else start_of(project, stage, source)
        work = stage_named(stage, model)
        with (
            watching(run, sys.stderr) as watch,
            recorded(
                project, stage, run, parent=parent or "tokenizer", seed=seed, ablation=ablation, watch=watch
            ) as recording,
        ):
            result = work(read, project, seed=seed, name=run, source=start, watch=recording)
    if leads():
        click.echo(f"{run} is done: {result.final}. Its page: {project / run / 'report.html'}")
