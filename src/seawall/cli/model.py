"""The commands `seawall model`: list, pull, path, add, remove. Knows how models are told to people; fetches none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from seawall import models
from seawall.accounts.secret_file import MODEL_KEY_FILE, SecretFileError, model_seed
from seawall.cli.invocation import Invocation
from seawall.cli.progress import ProgressLine
from seawall.cli.table import table
from seawall.safeguards.notes import BadNote, Verifier, verifier_of


@click.group("model")
def model_group() -> None:
    """List the model catalogue, and fetch models."""


@model_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs; with hashes and sources.")
@click.pass_obj
def list_models(invocation: Invocation, as_json: bool) -> None:
    """The catalogue: licence, size, the most memory it takes, whether it is here, which one suits this machine."""
    advice = models.recommend(models.machine_memory_bytes(), models.hub_answers())
    entries = (*models.CATALOGUE, *models.own_entries(models.models_folder(invocation.data)))
    told = [_told(entry, invocation, advice) for entry in entries]
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
        for entry, one in zip(entries, told, strict=True)
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


@model_group.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--card", type=click.Path(dir_okay=False, path_type=Path), help="Its card (default: the one beside it).")
@click.option("--key", metavar="KEY", help="Trust a card signed with this key; without, only this data folder's own.")
@click.pass_obj
def add(invocation: Invocation, model: Path, card: Path | None, key: str | None) -> None:
    """Take MODEL, a file of `seawall train export`, into the catalogue, once its signed card is checked."""
    card = card or model.with_suffix(models.CARD_SUFFIX)
    with ProgressLine(f"Adding {model.name}", sys.stderr) as progress:
        folder = models.models_folder(invocation.data)
        added = models.add(model, card, folder, _trusted(invocation, key, card), progress)
    if isinstance(added, models.ModelProblem):
        raise click.ClickException(added.sentence)
    name = added.entry.name
    click.echo(f"{name} is in the catalogue: `seawall serve --model {name}` answers with it.", err=True)


@model_group.command()
@click.argument("name")
@click.pass_obj
def remove(invocation: Invocation, name: str) -> None:
    """Take NAME, a model of your own, out of the catalogue: its file and its card."""
    problem = models.remove(name, models.models_folder(invocation.data))
    if problem is not None:
        raise click.ClickException(problem.sentence)


def _trusted(invocation: Invocation, key: str | None, card: Path) -> Verifier:
    """The key given, else this data folder's own. A card's word for its own key is worth nothing, but is told."""
    try:
        if key is not None:
            return verifier_of(key)
        if (invocation.data / MODEL_KEY_FILE).exists():
            return models.signer_of(model_seed(invocation.data)).verifier
        said = models.key_that_signed(card.read_text(encoding="utf-8"))
    except BadNote as fault:
        raise click.UsageError(str(fault)) from None
    except SecretFileError as fault:
        raise click.ClickException(str(fault)) from None
    except (OSError, UnicodeDecodeError):
        said = None
    whose = f" with --key {said}, if that is whom you expect" if said else " with --key"
    raise click.ClickException(f"No model was trained with this data folder: name the key that signed the card{whose}.")


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
