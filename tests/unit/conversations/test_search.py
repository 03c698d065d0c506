"""Hits in the order of their worth, each with the words around its match."""

from __future__ import annotations

from record_rows import NOW_S, a_conversation
from seawall.conversations.search import AFTER, BEFORE, Hit, ranked
from seawall.records.library_entries import FoundRow
from seawall.values.search_words import wanted_by

DAY_S = 86_400.0


def a_message(text: str, days_ago: float = 0.0, name: str = "message") -> FoundRow:
    return FoundRow(a_conversation(), name, "user", text, NOW_S - days_ago * DAY_S)


def a_title(text: str, days_ago: float = 0.0) -> FoundRow:
    return FoundRow(a_conversation(), None, None, text, NOW_S - days_ago * DAY_S)


def hits(query: str, *rows: FoundRow, limit: int = 20) -> tuple[Hit, ...]:
    return ranked(rows, wanted_by(query), NOW_S, limit)


def around(query: str, text: str) -> tuple[str, str, str]:
    (hit,) = hits(query, a_message(text))
    return hit.before, hit.match, hit.after


def test_a_newer_hit_comes_first_and_no_more_than_are_asked_for():
    old, new = a_message("the tide", days_ago=9, name="old"), a_message("the tide", name="new")

    assert [hit.message_id for hit in hits("tide", old, new)] == ["new", "old"]
    assert [hit.message_id for hit in hits("tide", old, new, limit=1)] == ["new"]


def test_a_title_comes_before_messages_of_its_time_and_after_much_newer_ones():
    assert [hit.message_id for hit in hits("tide", a_message("tide"), a_title("tide", days_ago=7))] == [None, "message"]
    assert [hit.message_id for hit in hits("tide", a_title("tide", days_ago=60), a_message("tide"))] == [
        "message",
        None,
    ]


def test_words_as_they_were_typed_come_before_words_here_and_there():
    apart = a_message("the tide is high", name="apart")
    together = a_message("a high tide", days_ago=3, name="together")

    assert [hit.message_id for hit in hits("high tide", apart, together)] == ["together", "apart"]


def test_what_is_quoted_or_chinese_has_to_stand_together():
    assert hits('"high tide"', a_message("the tide is high")) == ()
    assert len(hits('"high tide"', a_message("A **High**\n  tide!"))) == 1
    assert hits("潮汐表", a_message("潮汐，汐表")) == ()
    assert len(hits("潮汐表", a_message("看潮汐表"))) == 1


def test_a_match_is_shown_with_what_stands_around_it():
    assert around("tide", "When is high tide today?") == ("When is high ", "tide", " today?")
    assert around("tide when", "When is  high\ntide?") == ("", "When", " is high tide?")
    assert around("tid", "ebb-tides") == ("ebb-", "tid", "es")


def test_a_long_text_is_cut_on_both_sides():
    before, match, after = around("tide", "x" * 500 + " tide " + "y" * 500)

    assert (match, before[0], after[-1]) == ("tide", "…", "…")
    assert (len(before), len(after)) == (BEFORE + 1, AFTER + 1)


def test_the_match_is_where_it_is_though_folding_changes_lengths():
    assert around("tide", "ﬀﬀ Straße é 潮 tide!") == ("ﬀﬀ Straße é 潮 ", "tide", "!")
    assert around("strasse", "Die Straße da") == ("Die ", "Straße", " da")
    assert around("cafe", "un cafe\u0301 noir") == ("un ", "cafe\u0301", " noir")
    assert around("만조", "간조와 만조!") == ("간조와 ", "만조", "!")


def test_a_match_that_cannot_be_shown_shows_how_the_text_begins():
    assert around("tide", "no such word") == ("", "", "no such word")


def test_markup_stays_plain_text():
    assert around("tide", "<b>tide</b>") == ("<b>", "tide", "</b>")


def test_marks_of_markdown_are_not_shown_around_a_match_nor_in_it():
    text = "## Tides\n\n- **High tide** at `noon`, see [the tide table](https://example.org/tide_table)"
    assert around("noon", text) == ("Tides High tide at ", "noon", ", see the tide table")
    assert around("high", text) == ("Tides ", "High", " tide at noon, see the tide table")
    assert around("table", text)[0].endswith("see the tide ")


def test_a_match_within_an_address_is_shown_with_the_address():
    assert around("example", "see [it](https://example.org/tides)") == ("see [it](https://", "example", ".org/tides)")


def test_a_title_is_shown_as_it_is():
    (hit,) = hits("tide", a_title("**tide** tables"))
    assert (hit.before, hit.after) == ("**", "** tables")
