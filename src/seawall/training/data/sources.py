"""What a recipe's names of data stand for. Knows generators and files; knows no tokenizer and no model.

A name is ``countdown``, ``arithmetic``, ``help``, a ``.jsonl`` file, or, for text alone, a text file or a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random

from seawall.training.data import arithmetic, countdown, help, jsonl, text
from seawall.training.data.countdown import Game
from seawall.training.data.decontaminate import HeldOut
from seawall.training.data.example import END_OF_TEXT, DataError, Example, as_question, as_reply
from seawall.training.recipe import Material

GENERATORS = ("countdown", "arithmetic", "help")


def lessons(material: Material, *, seed: int) -> list[Example]:
    """Examples to train on: so many of each generator (of help what there is), all of each file.

    Raises DataError, which names the held-out problem where one is among them.
    """
    found = [example for source in material.data for example in _examples(source, material, seed)]
    if not found:
        raise DataError("There are no examples: the recipe's 'data' names none.")
    _held_out(material).refuse(example.prompt for example in found)
    return found


def documents(material: Material, *, seed: int) -> list[str]:
    """Texts to pretrain on, each with its end: files as they are, examples as chats. Raises DataError."""
    found = [document for source in material.data for document in _documents(source, material, seed)]
    _held_out(material).refuse(found)
    return found


def held_out(sources: Sequence[str], count: int, game: Game) -> list[Example]:
    """Examples to be judged by, the same whatever the seed. Raises DataError."""
    return [example for source in sources for example in _kept(source, count, game)]


def _held_out(material: Material) -> HeldOut:
    return HeldOut(held_out(material.held_out, material.held_out_problems, material.countdown))


def _kept(source: str, count: int, game: Game) -> Iterator[Example]:
    if source == "countdown":
        yield from countdown.held_out(count, game)
    elif source == "arithmetic":
        yield from islice(_distinct(arithmetic.sums(Random("held out"), "held_out")), count)
    elif source.endswith(".jsonl"):
        yield from jsonl.examples(Path(source))
    else:
        raise DataError(f"'{source}' cannot be held out: hold out 'countdown', 'arithmetic' or a .jsonl file.")


def _documents(source: str, material: Material, seed: int) -> Iterator[str]:
    if source in GENERATORS or source.endswith(".jsonl"):
        for example in _examples(source, material, seed):
            yield as_question(example.prompt) + as_reply(example) + END_OF_TEXT
    else:
        yield from (document + END_OF_TEXT for document in text.documents(Path(source)))


def _examples(source: str, material: Material, seed: int) -> Iterator[Example]:
    count, game, random = material.examples, material.countdown, Random(f"{source} {seed}")
    if source == "countdown":
        for problem in countdown.distinct(countdown.problems(random, "train", game), count):
            yield countdown.demonstration(random, problem, game)
    elif source == "arithmetic":
        yield from islice(_distinct(arithmetic.sums(random, "train")), count)
    elif source == "help":
        yield from islice(help.questions(random), count)
    elif source.endswith(".jsonl"):
        yield from jsonl.examples(Path(source))
    else:
        raise DataError(f"'{source}' has no examples: data is {', '.join(GENERATORS)}, or a .jsonl file.")


def _distinct(found: Iterator[Example]) -> Iterator[Example]:
    seen: set[str] = set()
    for example in found:
        if example.prompt not in seen:
            seen.add(example.prompt)
            yield example
