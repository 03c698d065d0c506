"""Turns what an operator wrote into a checked file on disk. Knows names and folders; fetches nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from seawall.models.catalogue import CATALOGUE, CatalogueEntry, HubSource, OwnSource, PackageSource, entry_named
from seawall.models.hub_source import hub_source
from seawall.models.model_file import ModelFile, ModelProblem, Progress, gguf_problem, sha256_of
from seawall.models.own import own_entries, own_entry
from seawall.models.verified import VerifiedFiles

Hash = Callable[[Path, Progress | None], str]


@dataclass(frozen=True, slots=True)
class Fetchable:
    """A model that has a source: where its file belongs, and the hash it must have where that is known already."""

    name: str
    path: Path
    source: HubSource | PackageSource | OwnSource
    sha256: str | None
    entry: CatalogueEntry | None = None


def models_folder(data_folder: Path) -> Path:
    return data_folder / "models"


def wanted(text: str, data_folder: Path) -> Fetchable | Path | ModelProblem:
    """Reads a name of the catalogue, ``hf:owner/repo/file.gguf`` or a path."""
    folder = models_folder(data_folder)
    if (entry := entry_named(text) or own_entry(text, folder)) is not None:
        return Fetchable(entry.name, folder / f"{entry.name}.gguf", entry.source, entry.sha256, entry)
    if text.startswith("hf:"):
        source = hub_source(text)
        if isinstance(source, ModelProblem):
            return source
        path = folder / "hub" / source.repository / source.revision / source.file
        return Fetchable(path.stem, path, source, None)
    path = Path(text).expanduser()
    if path.exists() or "/" in text or text.endswith(".gguf"):
        return path
    close = get_close_matches(text, [one.name for one in (*CATALOGUE, *own_entries(folder))], n=1)
    guess = f"; did you mean `{close[0]}`?" if close else ": see `seawall model list`, or give a path to a GGUF file."
    return ModelProblem(f"There is no model `{text}` in the catalogue{guess}")


def resolve(
    text: str, data_folder: Path, progress: Progress | None = None, hash_file: Hash = sha256_of
) -> ModelFile | ModelProblem:
    """The model's file, checked. Hashes it once; later only looks whether it was changed since."""
    what = wanted(text, data_folder)
    if isinstance(what, ModelProblem):
        return what
    if isinstance(what, Path):
        return _own_file(what)
    if not what.path.is_file() and isinstance(what.source, OwnSource):
        return ModelProblem(f"The file of your model `{text}` is gone from {what.path}: add it again.")
    if not what.path.is_file():
        return ModelProblem(
            f"The model `{text}` is not here yet: fetch it with `seawall model pull {text}`.", absent=True
        )
    try:
        return _checked(what, text, VerifiedFiles(models_folder(data_folder)), progress, hash_file)
    except OSError as fault:
        return ModelProblem(f"The model file {what.path} cannot be read: {fault.strerror}.")


def as_model(what: Fetchable, sha256: str | None) -> ModelFile:
    demonstration = what.entry is not None and what.entry.demonstration
    return ModelFile(what.path, what.name, what.path.stat().st_size, sha256, demonstration)


def _own_file(path: Path) -> ModelFile | ModelProblem:
    if not path.exists():
        return ModelProblem(f"There is no model file {path}: check the path, or see `seawall model list`.")
    problem = gguf_problem(path)
    if problem is not None:
        return problem
    return ModelFile(path.absolute(), path.stem, path.stat().st_size)


def _checked(
    what: Fetchable, text: str, verified: VerifiedFiles, progress: Progress | None, hash_file: Hash
) -> ModelFile | ModelProblem:
    expected = what.sha256 or verified.recorded(what.path)
    found = verified.unchanged(what.path)
    if found is None:
        found = hash_file(what.path, progress)
    if expected is not None and found != expected:
        return ModelProblem(
            f"{what.path} is not the file it should be (its SHA-256 is {found[:12]}..., not {expected[:12]}...): "
            f"delete it and run `seawall model pull {text}`."
        )
    problem = gguf_problem(what.path)
    if problem is not None:
        return problem
    if verified.unchanged(what.path) is None:
        verified.record(what.path, found)
    return as_model(what, found)
