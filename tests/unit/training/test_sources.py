"""What a recipe's names of data stand for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from seawall.training.data import sources
from seawall.training.data.countdown import Game
from seawall.training.data.example import END_OF_TEXT, DataError
from seawall.training.recipe import Material

GAME = Game(numbers=2, largest=9)


def material(*data: str, held_out: tuple[str, ...] = ("countdown",)) -> Material:
    return Material(data=data, examples=10, held_out=held_out, held_out_problems=5, countdown=GAME)


def test_each_generator_gives_as_many_as_are_wanted_and_a_file_all_it_has(tmp_path: Path):
    path = tmp_path / "team.jsonl"
    path.write_text("\n".join(json.dumps({"prompt": f"Question {n}?", "answer": "x"}) for n in range(3)))
    found = sources.lessons(material("countdown", "arithmetic", "help", str(path)), seed=1)
    assert len(found) == 33
    assert len({example.prompt for example in found}) == 33


def test_the_same_seed_gives_the_same_lessons_and_another_gives_others():
    one = material("countdown", "arithmetic")
    assert sources.lessons(one, seed=1) == sources.lessons(one, seed=1) != sources.lessons(one, seed=2)


def test_documents_are_files_as_they_are_and_examples_as_chats(tmp_path: Path):
    path = tmp_path / "notes.txt"
    path.write_text("Our own words.\n")
    chat, notes = sources.documents(
        Material(data=("countdown", str(path)), examples=1, countdown=GAME, held_out_problems=5), seed=1
    )
    assert notes == f"Our own words.\n{END_OF_TEXT}"
    assert chat.startswith("<|im_start|>user\nMake ")
    assert chat.endswith(f"<|im_end|>{END_OF_TEXT}")


def test_a_held_out_problem_within_a_text_file_is_found(tmp_path: Path):
    asked = sources.held_out(["countdown"], 5, GAME)[0].prompt
    path = tmp_path / "notes.txt"
    path.write_text(f"A puzzle of mine:\n{asked}\nHave fun.\n")
    with pytest.raises(DataError, match="Training is refused: the held-out problem"):
        sources.documents(material(str(path)), seed=1)


@pytest.mark.parametrize("name", ["nothing", "notes.txt", "/"])
def test_what_has_no_examples_is_refused_by_name(name: str):
    with pytest.raises(DataError, match=f"'{name}' has no examples"):
        sources.lessons(material(name), seed=1)


def test_a_recipe_without_data_is_refused():
    with pytest.raises(DataError, match="There are no examples"):
        sources.lessons(material(), seed=1)


@pytest.mark.parametrize("name", ["help", "notes.txt"])
def test_what_cannot_be_held_out_is_refused_by_name(name: str):
    with pytest.raises(DataError, match=f"'{name}' cannot be held out"):
        sources.lessons(material("countdown", held_out=(name,)), seed=1)


def test_arithmetic_is_held_out_too():
    trained = {example.prompt for example in sources.lessons(material("arithmetic", held_out=("arithmetic",)), seed=1)}
    assert not trained & {example.prompt for example in sources.held_out(["arithmetic"], 5, GAME)}
