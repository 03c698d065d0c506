"""The tokenizer says the same words to us, to transformers and to an engine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from seawall.training import tokenizer
from seawall.training.data.example import DataError, Example, as_question, as_reply
from seawall.training.tokenizer import SPECIALS, Words

EXAMPLE = Example("Make 24 from 3, 4, 2.", "3 * 4 * 2", " 3 * 4 = 12, 12 * 2 = 24", "countdown")


@pytest.fixture(scope="module")
def words() -> Words:
    return tokenizer.train([as_question(EXAMPLE.prompt) + as_reply(EXAMPLE)] * 3, vocabulary=300)


def test_the_marks_are_the_first_tokens_and_each_is_one(words: Words):
    assert [words.encode(mark) for mark in SPECIALS] == [[number] for number in range(len(SPECIALS))]


@pytest.mark.parametrize("text", ["plain", " 12 * 3 = 36\n", "Grüße, 世界 🌊", "\x00\xff", ""])
def test_any_text_comes_back_byte_for_byte(words: Words, text: str):
    assert words.decode(words.encode(text)) == text


def test_reasoning_is_shown_and_turns_are_not(words: Words):
    told = words.decode(words.question("Hi?") + words.reply(EXAMPLE))
    assert told == f"user\nHi?\nassistant\n<think>{EXAMPLE.reasoning}</think>{EXAMPLE.answer}"


def test_no_token_crosses_from_a_number_into_its_sign(words: Words):
    assert words.decode_all([[token] for token in words.encode(" 24*3")]) == [" 24", "*", "3"]


def test_a_vocabulary_is_no_larger_than_wanted_and_the_same_each_time(words: Words, tmp_path: Path):
    again = tokenizer.train([as_question(EXAMPLE.prompt) + as_reply(EXAMPLE)] * 3, vocabulary=300)
    for name, one in (("a", words), ("b", again)):
        one.save(tmp_path / name)
    assert len(words) <= 300
    assert (tmp_path / "a" / "tokenizer.json").read_bytes() == (tmp_path / "b" / "tokenizer.json").read_bytes()


def test_a_saved_tokenizer_is_read_by_us_and_by_transformers_alike(words: Words, tmp_path: Path):
    words.save(tmp_path)
    text = as_question(EXAMPLE.prompt) + as_reply(EXAMPLE)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer.load(tmp_path).encode(text) == words.encode(text) == theirs.encode(text, add_special_tokens=False)
    assert theirs.eos_token_id == words.end_of_turn
    assert theirs.pad_token_id == words.pad


def test_the_template_writes_the_chat_that_the_model_was_trained_on(words: Words, tmp_path: Path):
    words.save(tmp_path)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    asked = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": EXAMPLE.prompt}]
    said = {"role": "assistant", "content": EXAMPLE.answer, "reasoning_content": EXAMPLE.reasoning}
    question = as_question(EXAMPLE.prompt)
    assert theirs.apply_chat_template(asked, tokenize=False, add_generation_prompt=True) == question
    assert theirs.apply_chat_template([*asked, said], tokenize=False) == question + as_reply(EXAMPLE) + "\n"


def test_only_the_reasoning_marks_are_not_special_to_an_engine(words: Words, tmp_path: Path):
    words.save(tmp_path)
    tokens = json.loads((tmp_path / "tokenizer.json").read_text())["added_tokens"]
    assert {token["content"] for token in tokens if not token["special"]} == {"<think>", "</think>"}


def test_a_vocabulary_without_room_for_bytes_and_marks_is_refused():
    with pytest.raises(DataError, match="at least 261"):
        tokenizer.train(["a"], vocabulary=260)


def test_a_folder_without_a_tokenizer_is_refused_with_the_command_that_makes_one(tmp_path: Path):
    with pytest.raises(DataError, match="seawall train tokenizer"):
        tokenizer.load(tmp_path)
