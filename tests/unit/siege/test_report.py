"""What is shown of a siege: a table and one page that needs nobody else."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser

from seawall.siege.mixes import all_mixes
from seawall.siege.page import page
from seawall.siege.results import Result, Results, postures_of
from seawall.siege.samples import Tally
from seawall.siege.table import HEAD, SHORT_HEAD, row, short_rows
from siege_runs import run_of, steady

VOID = {"meta", "link", "rect", "line", "circle", "path", "br"}


class Balanced(HTMLParser):
    """Fails where a closing tag closes another than the last that was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def results() -> Results:
    mixes = all_mixes()
    good = run_of(*steady(0, 10), *steady(10, 20), *steady(20, 30))
    bad = run_of(
        *steady(0, 10),
        *steady(10, 20, None),
        *steady(20, 30),
        postures=[(3.0, "normal"), (11.0, "siege"), (12.0, "siege")],
        tally=Tally({2: Counter(refused=4)}),
    )
    return Results(
        {"command": "seawall siege <now>"},
        [
            Result.of("Seawall", mixes["pulse"], [good]),
            Result.of("other", mixes["pulse"], [bad]),
            Result("third", mixes["pulse"], reason="It is not installed."),
        ],
    )


def test_the_page_asks_nobody_for_anything() -> None:
    shown = page(results())
    assert re.findall(r"""(?:src|href)=["']?(?!#|data:,)[^\s>]+""", shown) == []
    assert "url(" not in shown
    assert "<script" not in shown


def test_the_page_is_well_formed_and_escapes_what_it_is_told() -> None:
    reader = Balanced()
    reader.feed(page(results()))
    assert reader.open == []
    assert "siege &lt;now&gt;" in page(results())


def test_the_page_answers_first_and_hides_no_broken_promise() -> None:
    shown = page(results())
    assert re.search(r"<h1>Seawall kept every promise[^<]*</h1>", shown)
    assert "✗ not kept" in shown
    assert "<b>1 of 1 mixes</b>" in shown
    assert re.search(r"<b>0 of 1 mixes</b><span>\d of \d kept</span>", shown)
    assert "It is not installed." in shown


def test_every_row_of_the_table_has_every_column() -> None:
    short, lines = short_rows(results()), [row(one) for one in results().results]
    assert {len(line) for line in short} == {len(SHORT_HEAD)}
    assert short[1][2:4] == ("0.0% · 100%", "never · 1.00x")
    assert {len(line) for line in lines} == {len(HEAD)}
    assert "success, first minute 0.0 %" in lines[1][-1]
    assert lines[2][-1] == "skipped: It is not installed."


def test_an_interrupt_ends_a_siege_with_what_was_played_until_then() -> None:
    found = results()
    with found.until_interrupted():
        raise KeyboardInterrupt
    assert found.ended_early
    assert "It was interrupted" in page(found)


def test_the_file_is_json_without_endless_numbers() -> None:
    text = json.dumps(results().to_json(), allow_nan=False)
    found = json.loads(text)["results"][1]["runs"][0]
    assert found["measures"]["first_token_first"] == "never"
    assert found["registered_failures"] == {"503": 20}


def test_a_posture_is_told_when_it_changes() -> None:
    assert postures_of(results().results[1].runs[0]) == [(0.0, "normal"), (11.0, "siege")]
