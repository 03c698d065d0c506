"""Markdown becomes the words of it, also where it is cut in the middle of a mark."""

from __future__ import annotations

import pytest

from seawall.conversations.plain_words import plain


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("The **high** tide and *the* _low_ one, ~~never~~", "The high tide and the low one, never"),
        ("Run `make **all**` now", "Run make **all** now"),
        ('See [the **chart**](https://example.org/a_(b)?c=1 "t") and ![a map](m.png).', "See the chart and a map."),
        ("# Tides\n> said\n- one\n2. two\n---\nend", "Tides\nsaid\none\ntwo\n\nend"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", " a b \n\n 1 2 "),
        ("```python\nx = a_b * c_d\n```", "\nx = a_b * c_d\n"),
        ("2 * 3 * 4, a*b, snake_case, 5 < 6, C#, \\*kept\\*", "2 * 3 * 4, a*b, snake_case, 5 < 6, C#, *kept*"),
        ("这是**重点**内容", "这是重点内容"),
        ("cut off **in the middle", "cut off in the middle"),
        ("in the middle** cut off", "in the middle cut off"),
        ("plain, and nothing else", "plain, and nothing else"),
    ],
)
def test_marks_go_and_words_stay(markdown: str, words: str):
    assert plain(markdown) == words


def test_marks_by_the_thousand_take_no_time():
    for hostile in ("*" * 50_000, "[" * 50_000, "`" * 50_000, "|-" * 25_000, "a_" * 25_000, "-" * 50_000 + "x"):
        assert len(plain(hostile)) <= len(hostile)
