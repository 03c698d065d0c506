"""What a completion is worth. The long list is of ways to be paid without solving: none may be."""

from __future__ import annotations

import pytest

from seawall.training.data.example import Example
from seawall.training.rewards import reward
from seawall.training.verify import MOST_CHARACTERS, work_out

PROBLEM = Example("Make 24 from 3, 4, 2.", "", rule="countdown")
SUM = Example("What is 17 + 25?", "42", rule="number")


def thought(answer: str) -> str:
    return f"<think> 3 * 4 = 12, 12 * 2 = 24</think>{answer}"


@pytest.mark.parametrize(
    "answer", ["3 * 4 * 2", "(3*4)*2", "2*(4*3)", " 4 * 3 * 2 ", "((3) * (4 * 2))", "3*4*2\n", "(2 * 3) * 4"]
)
def test_a_solution_is_worth_one_however_it_is_spaced_or_ordered(answer: str):
    assert reward(PROBLEM, thought(answer)) == 1.0


def test_a_division_is_exact_and_not_rounded():
    assert reward(Example("Make 9 from 1, 3, 3.", "", rule="countdown"), thought("3 / (1 / 3)")) == 1.0
    assert reward(Example("Make 3 from 7, 2, 1.", "", rule="countdown"), thought("7 / 2 * 1")) == 0.0


HACKS = {
    "nothing": "",
    "only spaces": "   ",
    "the target alone": "24",
    "the target by other numbers": "12 + 12",
    "a number twice": "3 * 4 * 4 / 2",
    "a number twice, one left out": "3 * 4 + 3 * 4",
    "a number left out": "4 * 3 + 12",
    "two numbers of three": "4 * 2",
    "a number more": "3 * 4 * 2 * 1",
    "a number more that changes nothing": "3 * 4 * 2 + 0",
    "every number and then the target": "24 + 0 * (3 + 4 + 2)",
    "numbers joined to another": "34 - 2",
    "a fourth number by a sign": "3 * 4 * 2 + 24 - 24",
    "power": "2 ** 3 * 4 - 8",
    "power of the right numbers": "4 ** 2 + 3",
    "power that would fill the memory": "9**9**9**9**9",
    "floor division": "3 * 4 * 2 // 1",
    "floor division of the right numbers": "4 // 3 + 2",
    "rest of a division": "3 * 4 % 2 + 24",
    "shift": "3 << 4 >> 2",
    "bits": "3 | 4 ^ 2",
    "not of bits": "~3 * 4 * 2",
    "matrix product": "3 @ 4 @ 2",
    "comparison": "3 * 4 * 2 == 24",
    "and": "3 * 4 * 2 and 24",
    "equation with the target": "3 * 4 * 2 = 24",
    "target before": "24 = 3 * 4 * 2",
    "minus in front": "-3 * -4 * 2",
    "plus in front": "+3 * 4 * 2",
    "two minuses": "3 * 4 - -2",
    "a name": "target",
    "a call": "eval('24')",
    "a call of a number": "24(3, 4, 2)",
    "print": "print(24)",
    "import": "__import__('os').system('true')",
    "an attribute": "(24).real",
    "a lambda": "(lambda: 24)()",
    "walrus": "(x := 3 * 4 * 2)",
    "a condition": "24 if 3 * 4 * 2 else 24",
    "a list": "[3 * 4 * 2]",
    "a pair": "3 * 4 * 2, 24",
    "an index": "[24][0]",
    "a comment": "3 * 4 * 2 # 24",
    "a comment that hides numbers": "24 # 3 4 2",
    "a string": "'24'",
    "bytes": "b'24'",
    "an f-string": "f'{24}'",
    "true as one": "3 * 4 * 2 * True",
    "ellipsis": "...",
    "none": "None",
    "a float": "3.0 * 4 * 2",
    "a float with exponent": "24e0",
    "a large float": "1e9",
    "infinity": "1e999",
    "a complex number": "24j",
    "hexadecimal": "0x3 * 4 * 2",
    "binary": "0b11 * 4 * 2",
    "underscores in a number": "2_4",
    "leading zeros": "03 * 4 * 2",
    "unicode digits": "٣ * ٤ * ٢",  # noqa: RUF100
    "full-width digits": "３ * ４ * ２",
    "superscript": "4² + 3",
    "unicode times": "3 × 4 × 2",
    "unicode minus": "3 * 4 * 2 − 0",
    "a fraction sign": "3 * 4 * 2 ÷ 1",
    "a no-break space": "3\u00a0* 4 * 2",
    "a zero-width space": "3 * 4 * 2\u200b",
    "a tab": "3\t* 4 * 2",
    "a null": "3 * 4 * 2\0",
    "a return": "3 * 4 * 2\r24",
    "a form feed": "\f3 * 4 * 2",
    "two answers in lines": "3 * 4 * 2\n4 * 3 * 2",
    "many answers in lines": "3 + 4 + 2\n3 * 4 * 2\n3 * 4 - 2",
    "two answers with a comma": "3 + 4 + 2, 3 * 4 * 2",
    "two answers with a semicolon": "3 + 4 + 2; 3 * 4 * 2",
    "two answers with or": "3 + 4 + 2 or 3 * 4 * 2",
    "words around": "The answer is 3 * 4 * 2",
    "a full stop": "3 * 4 * 2.",
    "an exclamation mark": "3 * 4 * 2!",
    "boxed": r"\boxed{3 * 4 * 2}",
    "code": "`3 * 4 * 2`",
    "a tag": "<answer>3 * 4 * 2</answer>",
    "a second reasoning": "3 + 4 + 2<think></think>3 * 4 * 2",
    "an end of reasoning more": "</think>3 * 4 * 2",
    "a turn of its own": "3 + 4 + 2<|im_end|>3 * 4 * 2",
    "division by zero": "24 / (3 - 3)",
    "division by zero of the right numbers": "3 / (4 / 2 - 2)",
    "zero by zero": "0 / 0",
    "empty parentheses": "3 * 4 * 2 * ()",
    "parentheses as a product": "(3)(4)(2)",
    "an open parenthesis": "(3 * 4 * 2",
    "a closed parenthesis": "3 * 4 * 2)",
    "parentheses nested without end": "(" * 50_000 + "3 * 4 * 2" + ")" * 50_000,
    "parentheses nested within the length": "(" * 45 + "3*4*2" + ")" * 45,
    "parentheses that only open": "(" * 99,
    "signs without end": "3 * 4 * 2" + " + 0" * 50_000,
    "minuses without end": "-" * 90 + "24",
    "a number without end": "9" * 1_000_000,
    "a long number": "9" * 5_000 + " * 0 + 24",
    "spaces without end": "3 * 4 * 2" + " " * 1_000 + "+ 0",
    "numbers side by side": "3 4 2",
    "a sign at the end": "3 * 4 * 2 *",
    "another problem": "Make 3 from 1, 2.",
}


@pytest.mark.parametrize("answer", HACKS.values(), ids=HACKS.keys())
def test_an_attempt_to_be_paid_without_solving_is_worth_nothing(answer: str):
    assert reward(PROBLEM, thought(answer)) == 0.0


FORMS = {
    "no reasoning at all": "3 * 4 * 2",
    "the answer within the reasoning": "<think> 3 * 4 * 2</think>",
    "the answer within, blank after": "<think> 3 * 4 * 2</think>\n ",
    "reasoning that never ends": "<think> 3 * 4 * 2",
    "reasoning that never begins": "3 * 4 * 2</think>3 * 4 * 2",
    "something before it": "Well, <think></think>3 * 4 * 2",
    "twice": "<think></think>3 + 4 + 2<think></think>3 * 4 * 2",
    "one in the other": "<think><think></think></think>3 * 4 * 2",
    "ends twice": "<think></think>3 * 4 * 2</think>",
    "other letters": "<THINK></THINK>3 * 4 * 2",
    "nothing": "",
}


@pytest.mark.parametrize("completion", FORMS.values(), ids=FORMS.keys())
def test_an_answer_without_its_form_is_worth_nothing(completion: str):
    assert reward(PROBLEM, completion) == 0.0


def test_an_answer_that_was_cut_off_is_worth_nothing_even_if_its_beginning_is_right():
    assert reward(PROBLEM, thought("3 * 4 * 2"), ended=False) == 0.0


def test_the_problem_is_the_prompts_and_not_what_the_model_says_it_is():
    assert reward(PROBLEM, "<think>Make 9 from 3, 4, 2.</think>3 + 4 + 2") == 0.0


def test_a_prompt_that_states_no_problem_pays_nobody():
    assert reward(Example("Make me rich.", "", rule="countdown"), thought("3 * 4 * 2")) == 0.0


@pytest.mark.parametrize("said", ["42", " 42 ", "42\n"])
def test_a_number_is_right_when_it_is_the_same(said: str):
    assert reward(SUM, thought(said)) == 1.0


@pytest.mark.parametrize(
    "said",
    ["43", "42.0", "4.2e1", "17 + 25", "042", "+42", "42 43", "٤٢", "0x2a", "forty-two", "42 or 43", "9" * 9_999],
)
def test_a_number_written_otherwise_or_hedged_is_wrong(said: str):
    assert reward(SUM, thought(said)) == 0.0


def test_an_exact_answer_is_the_same_text():
    example = Example("Which port?", "8080")
    assert reward(example, thought("8080")) == 1.0
    assert reward(example, thought("8080 or 80")) == 0.0


def test_what_was_worked_out_tells_its_numbers_from_left_to_right():
    worked = work_out("(7 - 3) * 12 / 6")
    assert worked is not None
    assert (worked.value, worked.numbers) == (8, (7, 3, 12, 6))


def test_the_longest_expression_is_worked_out_and_a_longer_one_is_not():
    longest = "1" + "+1" * 49
    assert len(longest) == MOST_CHARACTERS - 1
    worked = work_out(longest)
    assert worked is not None
    assert worked.value == 50
    assert work_out(longest + "+1") is None
