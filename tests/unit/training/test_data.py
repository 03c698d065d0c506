"""What the generators make, what files are refused for, and what is kept out of training."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from random import Random

import pytest

from seawall.training.data import arithmetic, countdown, help, jsonl, text
from seawall.training.data.decontaminate import HeldOut
from seawall.training.data.example import END_OF_TURN, DataError, Example, as_reply
from seawall.training.rewards import reward

GAME = countdown.Game()


def demonstrations(count: int, seed: int = 1) -> list[Example]:
    random = Random(seed)
    found = countdown.distinct(countdown.problems(random, "train", GAME), count)
    return [countdown.demonstration(random, problem, GAME) for problem in found]


def test_every_demonstration_is_paid_in_full():
    for example in demonstrations(200):
        assert reward(example, as_reply(example).removesuffix(END_OF_TURN)) == 1.0, example


def test_every_step_of_a_demonstration_is_true():
    for example in demonstrations(50):
        for step in example.reasoning.replace("\n", ",").split(","):
            worked, _, result = step.strip().partition(" = ")
            one, sign, other = worked.split()
            assert countdown.problem_of(example.prompt) is not None
            assert {"+": int(one) + int(other), "-": int(one) - int(other), "*": int(one) * int(other)}.get(
                sign, int(one) // max(int(other), 1)
            ) == int(result)


def test_only_the_last_try_of_a_demonstration_reaches_the_target():
    for example in demonstrations(50):
        problem = countdown.problem_of(example.prompt)
        assert problem is not None
        results = [int(line.rpartition(" = ")[2]) for line in example.reasoning.splitlines()]
        assert results[-1] == problem.target
        assert problem.target not in results[:-1]


def test_the_same_seed_makes_the_same_demonstrations():
    assert demonstrations(20) == demonstrations(20)
    assert demonstrations(20) != demonstrations(20, seed=2)


def test_the_splits_are_disjoint_whatever_the_order_of_the_numbers():
    held_out = {problem.key for problem in countdown.distinct(countdown.problems(Random(1), "held_out", GAME), 100)}
    trained = {problem.key for problem in countdown.distinct(countdown.problems(Random(2), "train", GAME), 1_000)}
    assert not held_out & trained
    assert countdown.Problem((3, 7, 12), 33).split == countdown.Problem((12, 3, 7), 33).split


def test_held_out_problems_are_the_same_for_everybody_and_all_differ():
    problems = [countdown.problem_of(example.prompt) for example in countdown.held_out(300, GAME)]
    assert len({problem.key for problem in problems if problem}) == 300
    assert countdown.held_out(300, GAME)[:100] == countdown.held_out(100, GAME)


def test_more_problems_than_there_are_is_refused_and_not_waited_for():
    with pytest.raises(DataError, match="larger numbers"):
        countdown.held_out(50, countdown.Game(numbers=2, largest=4))


@pytest.mark.parametrize(
    "prompt", ["", "Make 3.", "Make 3 from 1.", "Make x from 1, 2.", "Make 3 from 1, 2", "Make ٣ from 1, 2."]
)
def test_other_prompts_state_no_problem(prompt: str):
    assert countdown.problem_of(prompt) is None


def test_sums_are_right_and_split_without_overlap():
    trained = list(islice(arithmetic.sums(Random(1), "train"), 300))
    held_out = {example.prompt for example in islice(arithmetic.sums(Random(2), "held_out"), 100)}
    for example in trained:
        one, sign, other = example.prompt.removeprefix("What is ").removesuffix("?").split()
        assert {"+": int(one) + int(other), "-": int(one) - int(other), "*": int(one) * int(other)}[sign] == int(
            example.answer
        )
        assert example.reasoning.endswith(".")
        assert example.prompt not in held_out


def test_every_question_about_the_service_has_one_answer():
    asked = list(help.questions(Random(1)))
    assert len({example.prompt for example in asked}) == len(asked) > 100
    assert all(reward(example, f"<think>{example.reasoning}</think>{example.answer}") == 1.0 for example in asked)


def written(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "team.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return path


def test_both_common_shapes_are_read(tmp_path: Path):
    path = written(
        tmp_path,
        '{"prompt": "Which port?", "answer": "8080"}',
        "",
        '{"messages": [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Who?"},'
        ' {"role": "assistant", "content": "We.", "reasoning_content": "All of us."}]}',
    )
    assert list(jsonl.examples(path)) == [Example("Which port?", "8080"), Example("Who?", "We.", "All of us.")]


GOOD = '{"prompt": "a", "answer": "b"}'
BAD_LINES = {
    "{": "not JSON",
    "[1]": "not an object",
    "null": "not an object",
    '{"prompt": "a"}': "'answer' is missing",
    '{"prompt": "", "answer": "b"}': "'prompt' is missing",
    '{"prompt": "a", "answer": 5}': "'answer' is missing, empty, or no text",
    '{"prompt": "a", "answer": "b", "reasoning": 1}': "all fields are to be text",
    '{"prompt": "a", "answer": "b", "anser": "c"}': "'anser' is not known",
    '{"prompt": "a", "answer": "b", "rule": "kindly"}': "'kindly' is no rule",
    '{"prompt": "a", "answer": "\\ud800"}': "half of a surrogate pair",
    '{"messages": []}': "one question of the user and one answer",
    '{"messages": "hello"}': "one question of the user and one answer",
    '{"messages": [1, 2]}': "a list of objects",
    "[" * 100_000: "nested too deeply",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_malformed_line_is_named_with_its_number_and_what_is_wrong(line: str, tmp_path: Path):
    with pytest.raises(DataError, match="line 3: .*" + BAD_LINES[line]):
        list(jsonl.examples(written(tmp_path, GOOD, GOOD, line)))


def test_a_line_that_is_not_utf8_or_far_too_long_is_named_too(tmp_path: Path):
    with pytest.raises(DataError, match=r"line 2: .*UTF-8"):
        list(jsonl.examples(written(tmp_path, GOOD, b'{"prompt": "\xff"}')))
    with pytest.raises(DataError, match=r"line 2: .*longer"):
        list(jsonl.examples(written(tmp_path, GOOD, b" " * 1_000_001)))


@pytest.mark.parametrize("lines", [(), ("", "  ")])
def test_an_empty_file_is_refused(lines: tuple[str, ...], tmp_path: Path):
    with pytest.raises(DataError, match="no examples"):
        list(jsonl.examples(written(tmp_path, *lines)))


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path):
    with pytest.raises(DataError, match="missing"):
        list(jsonl.examples(tmp_path / "missing.jsonl"))
    with pytest.raises(DataError, match="missing"):
        list(text.documents(tmp_path / "missing.txt"))


def test_a_folder_of_text_is_read_in_the_order_of_names(tmp_path: Path):
    for name, words in {"b.md": "second", "a.txt": "first", "c.bin": "never", "d.txt": " "}.items():
        (tmp_path / name).write_text(words)
    assert list(text.documents(tmp_path)) == ["first", "second"]


def test_no_text_and_no_utf8_are_refused(tmp_path: Path):
    with pytest.raises(DataError, match="no text"):
        list(text.documents(tmp_path))
    (tmp_path / "a.txt").write_bytes(b"ab\xff")
    with pytest.raises(DataError, match="not UTF-8"):
        list(text.documents(tmp_path / "a.txt"))


def test_a_held_out_problem_is_found_in_another_order_and_named():
    held_out = HeldOut([Example("Make 24 from 3, 4, 2.", "")])
    with pytest.raises(DataError, match=r"'Make 24 from 3, 4, 2.' stands in example 2, as 'Make 24 from 2, 3, 4.'"):
        held_out.refuse(["Make 25 from 2, 3, 4.", "Make 24 from 2, 3, 4."])


def test_a_held_out_question_is_found_in_other_letters_and_nearly_the_same_words():
    question = "What is the capital city of the country that has the largest lake in Africa?"
    found = HeldOut([Example(question, "Kampala")]).found_in(
        [
            question.upper(),
            "A document.\n" + question.replace("largest", "very largest") + "\nAnd more of it.",
            question.replace("lake in Africa", "lake of Europe"),
            "What is the capital of France?",
        ]
    )
    assert [one.position for one in found] == [0, 1]


def test_problems_of_other_numbers_are_other_problems():
    held_out = HeldOut([Example("What is 12 + 30?", "42"), Example("Make 24 from 3, 4, 2.", "")])
    held_out.refuse(["What is 12 + 31?", "Make 24 from 3, 4, 4.", "Make 23 from 3, 4, 2.", "", "?"])
    story = "A farmer buys 7 hens and 5 geese on one morning and sells 3 of them in the evening; how many are left?"
    HeldOut([Example(story, "9")]).refuse([story.replace("7", "8")])


def test_no_demonstration_is_a_held_out_problem():
    HeldOut(countdown.held_out(100, GAME)).refuse(example.prompt for example in demonstrations(200))
