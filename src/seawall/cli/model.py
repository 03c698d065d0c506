"""The commands `seawall model list`, `pull` and `path`. Knows how models are told to people; fetches none itself."""

from __future__ import annotations

import json
import sys

import click

from seawall import models
from seawall.cli.invocation import Invocation
from seawall.cli.progress import ProgressLine
from seawall.cli.table import table


@click.group("model")
def model_group() -> None:
    """List the model catalogue, and fetch models."""


@model_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs; with hashes and sources.")
@click.pass_obj
def list_models(invocation: Invocation, as_json: bool) -> None:
    """The catalogue: licence, size, the most memory it takes, whether it is here, which one suits this machine."""
    advice = models.recommend(models.machine_memory_bytes(), models.hub_answers())
    told = [_told(entry, invocation, advice) for entry in models.CATALOGUE]
    if as_json:
        click.echo(json.dumps({"models": told, "advice": advice.sentence}, indent=2))
        return
    rows = [
        (
            str(one["name"]),
            str(one["licence"]),
            models.size_text(entry.size_bytes),
            models.size_text(entry.memory_bytes()),
            "present" if one["present"] else "absent",
            ", ".join(mark for mark in ("in use", "recommended") if one[mark.replace(" ", "_")]),
        )
        for entry, one in zip(models.CATALOGUE, told, strict=True)
    ]
    click.echo(table(("name", "licence", "size", "memory up to", "state", ""), rows))
    click.echo(f"\n{advice.sentence}")


@model_group.command()
@click.argument("name")
@click.pass_obj
def pull(invocation: Invocation, name: str) -> None:
    """Fetch NAME: a name of the catalogue, or hf:owner/repo/file.gguf. Goes on where an earlier try ended."""
    with ProgressLine(f"Fetching {name}", sys.stderr) as progress:
        found = models.ensure(name, invocation.data, progress)
    if isinstance(found, models.ModelProblem):
        raise click.ClickException(found.sentence)
    click.echo(f"{found.name} is at {found.path}", err=True)


@model_group.command()
@click.argument("name")
@click.pass_obj
def path(invocation: Invocation, name: str) -> None:
    """Print the path of NAME's checked file, and nothing else; exit status 1 when it is not here."""
    found = models.resolve(name, invocation.data)
    if isinstance(found, models.ModelProblem):
        raise click.ClickException(found.sentence)
    click.echo(str(found.path))


def _told(entry: models.CatalogueEntry, invocation: Invocation, advice: models.Recommendation) -> dict[str, object]:
    file = models.models_folder(invocation.data) / f"{entry.name}.gguf"
    return {
        "name": entry.name,
        "title": entry.title,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "parameters": entry.parameters,
        "quantisation": entry.quantisation,
        "size_bytes": entry.size_bytes,
        "memory_bytes": entry.memory_bytes(),
        "context_tokens": entry.context_tokens,
        "sha256": entry.sha256,
        "source": str(entry.source),
        "present": file.is_file() and file.stat().st_size == entry.size_bytes,
        "in_use": entry.name == invocation.settings.engine.model,
        "recommended": entry is advice.entry and not entry.demonstration,
    }
