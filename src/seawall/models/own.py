"""Models of one's own in the catalogue: a file, and the signed card beside it. Knows cards; trains nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seawall.models.card import Card, opened
from seawall.models.catalogue import CatalogueEntry, OwnSource, entry_named
from seawall.models.incoming import AlreadyReceiving, Incoming
from seawall.models.model_file import ModelProblem, Progress, gguf_problem, storage_problem
from seawall.models.verified import VerifiedFiles
from seawall.safeguards.notes import Verifier

CARD_SUFFIX = ".card"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Added:
    """What the catalogue has now, and the card that it was taken on."""

    entry: CatalogueEntry
    card: Card


def own_entries(folder: Path) -> list[CatalogueEntry]:
    """What was added to ``folder``, by name. A card that was changed since is passed over."""
    notes = [(path, _read(path)) for path in sorted(folder.glob(f"*{CARD_SUFFIX}"))]
    cards = [opened(note, None) for _, note in notes if isinstance(note, str)]
    return [_entry(card) for card in cards if isinstance(card, Card)]


def own_entry(name: str, folder: Path) -> CatalogueEntry | None:
    return next((entry for entry in own_entries(folder) if entry.name == name), None)


def add(model: Path, card_file: Path, folder: Path, trusted: Verifier, progress: Progress) -> Added | ModelProblem:
    """Copies the model to ``folder`` once a ``trusted`` key's signature and the file's hash are right."""
    note = _read(card_file)
    if isinstance(note, ModelProblem):
        return note
    card = opened(note, trusted)
    problem = card if isinstance(card, ModelProblem) else (_clash(card, folder) or gguf_problem(model))
    if problem is not None:
        return problem
    assert isinstance(card, Card)
    try:
        return _copied(model, card, note, folder, progress)
    except AlreadyReceiving:
        return ModelProblem(f"Another Seawall is adding `{card.name}` now: wait until it is done.")
    except OSError as fault:
        return storage_problem(fault, folder)


def _copied(model: Path, card: Card, note: str, folder: Path, progress: Progress) -> Added | ModelProblem:
    final = folder / f"{card.name}.gguf"
    with Incoming(final, card.sha256) as incoming, model.open("rb") as file:
        incoming.restart()
        if (problem := incoming.room_problem(card.size_bytes)) is not None:
            return problem
        while chunk := file.read(_CHUNK_BYTES):
            incoming.write(chunk)
            progress(incoming.received_bytes, card.size_bytes)
        if not incoming.place():
            return ModelProblem(
                f"{model} is not the file that its card speaks of: its SHA-256 is another. Export it anew."
            )
    VerifiedFiles(folder).record(final, card.sha256)
    draft = final.with_suffix(f"{CARD_SUFFIX}.part")
    draft.write_text(note, encoding="utf-8")
    draft.replace(final.with_suffix(CARD_SUFFIX))
    return Added(_entry(card), card)


def _clash(card: Card, folder: Path) -> ModelProblem | None:
    if entry_named(card.name) is not None:
        return ModelProblem(f"The catalogue has a `{card.name}` already: export yours under another name, with --name.")
    own = own_entry(card.name, folder)
    if own is not None and own.sha256 != card.sha256 and (folder / f"{card.name}.gguf").is_file():
        return ModelProblem(
            f"Another model was added as `{card.name}`: remove it with `seawall model remove {card.name}`, "
            "or export yours under another name, with --name."
        )
    return None


def remove(name: str, folder: Path) -> ModelProblem | None:
    """Takes a model of one's own out of the catalogue, file and card."""
    if own_entry(name, folder) is None:
        return ModelProblem(f"There is no model `{name}` of your own here: see `seawall model list`.")
    try:
        for suffix in (CARD_SUFFIX, ".gguf"):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
    except OSError as fault:
        return storage_problem(fault, folder)
    return None


def _entry(card: Card) -> CatalogueEntry:
    return CatalogueEntry(
        name=card.name,
        title=card.name,
        publisher="trained here",
        licence=card.licence,
        parameters=f"{card.parameters / 1e6:.3g}M",
        quantisation=card.precision,
        size_bytes=card.size_bytes,
        sha256=card.sha256,
        context_tokens=card.context_tokens,
        kv_bytes=card.kv_bytes,
        vocabulary=card.vocabulary,
        source=OwnSource(card.made_on),
        reasons=card.reasons,
    )


def _read(path: Path) -> str | ModelProblem:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ModelProblem(f"There is no card {path}: `seawall train export` writes one beside the model.")
    except (OSError, UnicodeDecodeError) as fault:
        return ModelProblem(f"The card {path} cannot be read: {fault}.")
