"""The commands `seawall train eval, export, convert` and `demo`. Knows how models are told and asked; makes none."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from dataclasses import asdict
from pathlib import Path
from textwrap import shorten
from typing import Any

import click

from seawall.accounts.secret_file import model_seed
from seawall.cli.invocation import Invocation
from seawall.cli.table import table
from seawall.cli.train_costs import tell_ledger
from seawall.cli.train_options import json_option, project_option, recipe_option, seed_option
from seawall.cli.train_sentences import told_in_sentences
from seawall.engines.port import EngineError
from seawall.models import ModelFile, signer_of, size_text
from seawall.safeguards.notes import Signer
from seawall.values.question import Question

_LONGEST_ANSWER_TOKENS = 512
# Of a model that has learnt nothing, which goes on and on.
_SHOWN_LETTERS = 400
_LICENCE = "all rights reserved"


@click.command("eval")
@project_option
@seed_option
@recipe_option
@click.option("--run", metavar="RUN", help="Whose model (default: the last stage's).")
@json_option
def evaluate(project: Path, seed: int, recipe: Path | None, run: str | None, as_json: bool) -> None:
    """Answer held-out problems: likeliest answers, drawn ones and the best of them, with 95 % intervals."""
    with told_in_sentences():
        from seawall.training import recipe as recipes
        from seawall.training.work import judge, source_of

        name = source_of(project, "eval", run)
        assert name is not None
        scores = judge(recipes.load("eval", recipe), project, name, seed=seed)
    if as_json:
        click.echo(json.dumps(asdict(scores), indent=2))
        return
    rows = [
        ("likeliest answer", f"{scores.greedy:.1%}", _interval(scores.interval)),
        ("drawn answers, mean", f"{scores.sampled:.1%}", _interval(scores.sampled_interval)),
        (f"best of {scores.samples} drawn", f"{scores.best_of_n:.1%}", _interval(scores.best_of_n_interval)),
    ]
    click.echo(table((f"{name}, {scores.problems} held-out problems", "solved", "95 % interval"), rows))


@click.command()
@project_option
@recipe_option
@click.option("--run", metavar="RUN", help="Whose model (default: the last stage's).")
@click.option("--precision", type=click.Choice(("F32", "F16", "Q8_0")), help="Default: the recipe's.")
@click.option("--name", metavar="NAME", help="The model's name in the catalogue (default: the project folder's).")
@click.option("--licence", default=_LICENCE, show_default=True, help="Told on its card.")
@click.pass_obj
def export(
    invocation: Invocation,
    project: Path,
    recipe: Path | None,
    run: str | None,
    precision: Any,
    name: str | None,
    licence: str,
) -> None:
    """Write the model as a GGUF file that `seawall serve` runs, with a signed card of what it was made of."""
    with told_in_sentences():
        from seawall.training import recipe as recipes
        from seawall.training.ledger import Rates
        from seawall.training.work import pack, source_of

        source = source_of(project, "export", run)
        assert source is not None
        signer = _signer(invocation)
        exported, card, beside = pack(
            project,
            source,
            precision=precision or recipes.load("export", recipe).precision,
            name=name or _name_of(project),
            licence=licence,
            signer=signer,
            rates=Rates(),
        )
    if exported.kept_larger:
        click.echo(
            f"{len(exported.kept_larger)} tensors whose rows are no multiple of 32 wide are in F16 instead of "
            f"{exported.precision}: {', '.join(exported.kept_larger[:3])}...",
            err=True,
        )
    click.echo(
        f"{exported.path}: {size_text(exported.size_bytes)}, {exported.precision}, {card.parameters:,} parameters"
    )
    click.echo(f"{beside}: signed by {signer.verifier}")
    click.echo(f"Into the catalogue with it: seawall model add {exported.path}", err=True)


@click.command()
@click.argument("source", type=click.Path(file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option("--to", "kind", type=click.Choice(("dcp", "hf")), required=True, help="What TARGET is to be.")
@click.option("--without-ahead", is_flag=True, help="Leave out the modules that predict further tokens.")
def convert(source: Path, target: Path, kind: str, without_ahead: bool) -> None:
    """Take a finished model (RUN/final) to torch's distributed checkpoint, for other trainers, or one back."""
    with told_in_sentences():
        from seawall.training.convert import from_distributed, to_distributed

        if kind == "dcp":
            to_distributed(source, target, ahead=not without_ahead)
        else:
            from_distributed(source, target)
    click.echo(f"Written: {target}")


@click.command()
@project_option
@seed_option
@recipe_option
@click.pass_obj
def demo(invocation: Invocation, project: Path, seed: int, recipe: Path | None) -> None:
    """All stages in minutes: a cold start by SFT, GRPO, a control of equal compute, export, an answer in the chat."""
    with told_in_sentences():
        from seawall.training import recipe as recipes
        from seawall.training.demo import demo as play
        from seawall.training.ledger import Rates
        from seawall.training.live import watching_runs
        from seawall.training.work import pack

        read = recipes.load("demo", recipe)

        def serve(prompt: str) -> tuple[str, str]:
            exported, _, _ = pack(
                project,
                "rl",
                precision=read.export.precision,
                name=_name_of(project),
                licence=_LICENCE,
                signer=_signer(invocation),
                rates=Rates(),
            )
            return _answer(invocation, exported.path, prompt)

        with watching_runs(sys.stderr) as watch:
            report = play(read, project, seed=seed, watch=watch, serve=serve)
        _tell_demo(report)
        click.echo()
        tell_ledger(project, Rates(), as_json=False)
    click.echo(f"Into the catalogue with it: seawall model add {project / 'export' / _name_of(project)}.gguf", err=True)


def _tell_demo(report: dict[str, Any]) -> None:
    """What held, and what did not."""
    names = {"sft": "cold start (SFT)", "grpo": "GRPO by reward alone", "control": "control: SFT for as long"}
    rows = [(told, f"{report[key]['greedy']:.1%}", _interval(report[key]["interval"])) for key, told in names.items()]
    best = report["best_of_n"]
    rows.append((f"cold start, best of {best['n']}", f"{best['sampled']:.1%}", _interval(best["interval"])))
    click.echo("\n" + table((f"of {report['held_out']} held-out problems", "solved", "95 % interval"), rows))
    if served := report.get("served"):
        verdict = "right" if served["right"] else "wrong"
        click.echo(f"\nAsked in the chat: {served['question']}")
        click.echo(f"It thinks: {shorten(served['reasoning'], _SHOWN_LETTERS)}")
        click.echo(f"It says: {shorten(served['answer'], _SHOWN_LETTERS)} ({verdict})")


def _signer(invocation: Invocation) -> Signer:
    """The data folder's own, made at the first call. Raises SecretFileError, OSError."""
    invocation.data.mkdir(parents=True, exist_ok=True)
    return signer_of(model_seed(invocation.data))


def _answer(invocation: Invocation, model: Path, prompt: str) -> tuple[str, str]:
    """Reasoning and answer of the model as it is served."""
    from seawall.ground import one_answer

    file = ModelFile(model, model.stem, model.stat().st_size)
    question = Question(
        model=file.name,
        fields={"messages": [{"role": "user", "content": prompt}], "temperature": 0.0},
        max_tokens=_LONGEST_ANSWER_TOKENS,
    )
    try:
        return asyncio.run(one_answer(invocation.settings, file, question))
    except EngineError as fault:
        raise click.ClickException(f"The model was written, but the engine does not answer with it: {fault}") from None


def _interval(interval: tuple[float, float]) -> str:
    return f"{interval[0]:.1%} to {interval[1]:.1%}"


def _name_of(project: Path) -> str:
    """A name that a catalogue takes, after the folder."""
    return re.sub(r"[^a-z0-9._-]+", "-", project.resolve().name.lower()).strip("-._") or "model"
