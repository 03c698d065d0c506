"""A model of one's own enters the catalogue on a signed card, and nothing else does."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from seawall.models import (
    Added,
    Card,
    ModelFile,
    ModelProblem,
    add,
    ensure,
    own_entries,
    remove,
    resolve,
    signed,
    signer_of,
)
from seawall.models.card import key_that_signed, opened
from seawall.models.resolving import models_folder

OURS, THEIRS = signer_of(bytes(32)), signer_of(b"\1" * 32)
FILE = b"GGUF and what follows"
CARD = Card(
    name="counting",
    licence="Apache-2.0",
    parameters=250_000,
    active_parameters=120_000,
    precision="Q8_0",
    size_bytes=len(FILE),
    sha256=sha256(FILE).hexdigest(),
    context_tokens=256,
    kv_bytes=640,
    vocabulary=512,
    reasons=True,
    made_on="2026-11-22",
    recipes={"sft": "steps = 5\n\nseed = 1\n"},
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "export" / "counting.gguf"
    path.parent.mkdir()
    path.write_bytes(FILE)
    path.with_suffix(".card").write_text(signed(CARD, OURS))
    return path


def added(model: Path, data: Path) -> Added | ModelProblem:
    return add(model, model.with_suffix(".card"), models_folder(data), OURS.verifier, lambda done, total: None)


def sentence(outcome: object) -> str:
    assert isinstance(outcome, ModelProblem)
    return outcome.sentence


def test_a_model_with_a_card_that_we_signed_is_in_the_catalogue_under_its_name(model: Path, tmp_path: Path):
    data = tmp_path / "data"
    assert isinstance(added(model, data), Added)
    model.unlink()
    found = resolve("counting", data)
    assert isinstance(found, ModelFile)
    assert (found.path.read_bytes(), found.sha256) == (FILE, CARD.sha256)
    (entry,) = own_entries(models_folder(data))
    assert (entry.parameters, entry.licence, entry.reasons) == ("0.25M", "Apache-2.0", True)
    assert ensure("counting", data) == found


def test_a_card_comes_back_as_it_was_signed():
    assert opened(signed(CARD, OURS), OURS.verifier) == CARD


def test_a_card_that_somebody_else_signed_is_refused(model: Path, tmp_path: Path):
    model.with_suffix(".card").write_text(signed(CARD, THEIRS))
    assert "cannot be trusted" in sentence(added(model, tmp_path))
    assert own_entries(models_folder(tmp_path)) == []


def test_a_card_of_which_a_word_was_changed_is_refused(model: Path, tmp_path: Path):
    card = model.with_suffix(".card")
    card.write_text(card.read_text().replace("250000", "260000"))
    assert "cannot be trusted" in sentence(added(model, tmp_path))


def test_a_card_that_says_another_key_than_it_is_signed_with_is_nobodys():
    note = signed(CARD, OURS).replace(str(OURS.verifier), str(THEIRS.verifier))
    assert key_that_signed(note) is None
    assert key_that_signed(signed(CARD, THEIRS)) == THEIRS.verifier


def test_a_file_other_than_the_cards_is_refused_and_not_kept(model: Path, tmp_path: Path):
    model.write_bytes(FILE + b"!")
    assert "its SHA-256 is another" in sentence(added(model, tmp_path))
    assert not list(models_folder(tmp_path).glob("*.gguf"))


def test_a_card_that_is_changed_in_the_catalogue_takes_the_model_out_of_it(model: Path, tmp_path: Path):
    added(model, tmp_path)
    kept = models_folder(tmp_path) / "counting.card"
    kept.write_text(kept.read_text().replace("Apache", "Other"))
    assert "There is no model `counting`" in sentence(resolve("counting", tmp_path))


def test_a_model_whose_file_was_changed_in_the_catalogue_is_not_loaded(model: Path, tmp_path: Path):
    added(model, tmp_path)
    (models_folder(tmp_path) / "counting.gguf").write_bytes(b"GGUF and something else")
    assert "is not the file it should be" in sentence(resolve("counting", tmp_path))


def test_a_name_of_the_catalogue_or_of_another_model_is_not_given_twice(model: Path, tmp_path: Path):
    added(model, tmp_path)
    assert isinstance(added(model, tmp_path), Added)  # The same again is no clash.
    other = replace(CARD, sha256=sha256(b"GGUF two").hexdigest())
    model.with_suffix(".card").write_text(signed(other, OURS))
    assert "Another model was added as `counting`" in sentence(added(model, tmp_path))
    model.with_suffix(".card").write_text(signed(replace(CARD, name="smollm2-135m"), OURS))
    assert "The catalogue has a `smollm2-135m` already" in sentence(added(model, tmp_path))


@pytest.mark.parametrize("name", ["../out", "", "UPPER", "a/b", ".hidden"])
def test_a_name_that_is_no_files_is_refused(name: str):
    assert isinstance(opened(signed(replace(CARD, name=name), OURS), OURS.verifier), ModelProblem)


def test_a_model_that_is_removed_is_gone(model: Path, tmp_path: Path):
    added(model, tmp_path)
    assert remove("counting", models_folder(tmp_path)) is None
    assert list(models_folder(tmp_path).glob("counting*")) == []
    assert "There is no model `counting` of your own" in sentence(remove("counting", models_folder(tmp_path)))


def test_a_model_whose_file_is_gone_says_so(model: Path, tmp_path: Path):
    added(model, tmp_path)
    (models_folder(tmp_path) / "counting.gguf").unlink()
    assert "add it again" in sentence(resolve("counting", tmp_path))


@pytest.mark.parametrize("text", ["", "no note", "{}\n\n\u2014 a b\n", "x" * 300_000])
def test_what_is_no_card_is_told_of_in_a_sentence(model: Path, tmp_path: Path, text: str):
    model.with_suffix(".card").write_text(text)
    assert "card" in sentence(added(model, tmp_path))


def test_a_missing_card_is_told_of_in_a_sentence(model: Path, tmp_path: Path):
    model.with_suffix(".card").unlink()
    assert "There is no card" in sentence(added(model, tmp_path))
