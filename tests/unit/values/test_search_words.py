"""What a text is found by, and what a query asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.values.search_words import LONGEST_WORD, MOST_WORDS, Wanted, Word, folded, pattern_of, wanted_by, words_of


def test_a_text_is_found_by_each_of_its_words_once_without_capitals_and_accents():
    assert words_of("The café, the CAFÉ_house.") == ["the", "cafe", "house"]


def test_a_script_without_spaces_is_found_by_neighbours():
    assert words_of("潮汐表") == ["潮汐", "汐表", "表"]
    assert words_of("用Python") == ["python", "用"]


def test_an_ascii_text_has_the_words_that_it_has_beside_others():
    text = "Snake_case, camelCase; 3.14 -> 'quoted' & more"

    assert words_of(text) == words_of(f"{text} é")[:-1]


def test_a_long_word_is_found_by_its_beginning():
    (word,) = words_of("x" * 1000)

    assert len(word) == LONGEST_WORD
    assert wanted_by("x" * 1000).words == (Word(word, is_beginning=True),)


def test_a_query_wants_all_its_words_and_longer_ones():
    assert wanted_by("High tide, c") == Wanted(
        words=(Word("high", is_beginning=True), Word("tide", is_beginning=True), Word("c", is_beginning=False)),
        together=(),
        parts=("high", "tide", "c"),
    )


def test_one_character_of_a_script_without_spaces_is_wanted_as_a_beginning_and_more_as_neighbours():
    assert wanted_by("潮").words == (Word("潮", is_beginning=True),)
    assert wanted_by("潮汐") == Wanted((Word("潮汐", is_beginning=False),), (), ("潮汐",))
    assert wanted_by("潮汐表").together == (("潮汐表",),)


@pytest.mark.parametrize("query", ['say "high tide" now', "say “high tide” now", "say 「high tide」 now"])
def test_what_is_quoted_is_wanted_in_one_piece(query: str):
    wanted = wanted_by(query)

    assert wanted.together == (("high", "tide"),)
    assert [word.text for word in wanted.words] == ["say", "high", "tide", "now"]


def test_a_long_query_is_cut():
    assert len(wanted_by(" ".join(str(number) for number in range(1000))).words) == MOST_WORDS


@given(st.text())
def test_the_words_of_any_text_are_letters_and_figures_alone(text: str):
    for word in (*words_of(text), *(one.text for one in wanted_by(text).words)):
        assert word
        assert all(character.isalnum() or not character.isascii() for character in word)
        assert not word.isspace()


@given(st.text(min_size=1, max_size=30))
def test_a_text_that_is_asked_for_whole_has_what_is_wanted(text: str):
    words, wanted = words_of(text), wanted_by(text)

    for one in wanted.words:
        assert any(word.startswith(one.text) if one.is_beginning else word == one.text for word in words)
    for together in wanted.together:
        if len(together) == 1:
            assert pattern_of(together).search(folded(text))


@given(st.text())
def test_a_text_is_folded_character_by_character(text: str):
    assert folded(text) == "".join(folded(character) for character in text)
