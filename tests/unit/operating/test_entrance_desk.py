"""What an operator says of gate and waiting room outlives a restart, for as long as it was said for and no longer."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog

from seawall.admission.posture import Posture
from seawall.forecourt import Forecourt, open_forecourt
from seawall.operating.entrance_desk import FILE_NAME, EntranceDesk
from seawall.settings.entrance import EntranceSettings
from settable_clock import SettableClock

NOW_S = 1_790_000_000.0


class Life:
    """One life of the service in this folder."""

    def __init__(self, folder: Path, clock: SettableClock) -> None:
        self.forecourt: Forecourt = open_forecourt(
            EntranceSettings(),
            b"s" * 32,
            posture=lambda: Posture.NORMAL,
            spare=lambda: 1.0,
            random=Random(1),
            clock=clock,
            unix_time=clock,
        )
        self.desk = EntranceDesk(
            self.forecourt.word, self.forecourt.signup, self.forecourt.guests, folder / FILE_NAME, unix_time=clock
        )

    def say(self, **words: Any) -> None:
        nothing: dict[str, Any] = {
            "shut": False,
            "signups_per_min": None,
            "passes_per_min": None,
            "order": None,
            "for_s": None,
        }
        self.desk.say(**(nothing | words), by="ann")

    def end(self) -> None:
        self.forecourt.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW_S)


def test_a_word_stands_after_a_restart_until_its_end(tmp_path: Path, clock: SettableClock) -> None:
    first = Life(tmp_path, clock)
    first.say(shut=True, signups_per_min=12.0, order="by_lot", for_s=600.0)
    first.end()
    clock.advance(300)
    with structlog.testing.capture_logs() as lines:
        second = Life(tmp_path, clock)
    assert second.forecourt.word.now == first.forecourt.word.now
    assert (second.forecourt.word.now.signups_per_min, second.forecourt.word.now.until_unix_s) == (12.0, NOW_S + 600)
    assert [(line["event"], line["by"]) for line in lines] == [("entrance_restored", "ann")]
    clock.advance(300)
    assert not second.forecourt.word.stands
    second.end()


def test_a_word_whose_end_came_while_nobody_was_there_is_forgotten(tmp_path: Path, clock: SettableClock) -> None:
    first = Life(tmp_path, clock)
    first.say(shut=True, for_s=60.0)
    first.end()
    clock.advance(61)
    second = Life(tmp_path, clock)
    assert not second.forecourt.word.stands
    assert not (tmp_path / FILE_NAME).exists()
    second.end()


def test_what_was_given_back_does_not_come_back(tmp_path: Path, clock: SettableClock) -> None:
    first = Life(tmp_path, clock)
    first.say(shut=True)
    first.say()
    first.end()
    second = Life(tmp_path, clock)
    assert not second.forecourt.word.stands
    second.end()


@pytest.mark.parametrize(
    "damage",
    ["{", "[]", "{}", {"order": "by_turns"}, {"signups_per_min": "fast"}, {"shut": True, "until_unix_s": "soon"}],
)
def test_a_damaged_file_stops_no_start_and_is_told_of(
    tmp_path: Path, clock: SettableClock, damage: str | dict[str, object]
) -> None:
    first = Life(tmp_path, clock)
    first.say(shut=True)
    first.end()
    kept = json.loads((tmp_path / FILE_NAME).read_text("utf-8"))
    broken = damage if isinstance(damage, str) else json.dumps({**kept, **damage})
    (tmp_path / FILE_NAME).write_text(broken, "utf-8")
    with structlog.testing.capture_logs() as lines:
        second = Life(tmp_path, clock)
    assert not second.forecourt.word.stands
    assert [line["event"] for line in lines] == ["entrance_word_unreadable"]
    second.end()


def test_a_word_holds_where_it_cannot_be_kept_and_the_log_says_so(tmp_path: Path, clock: SettableClock) -> None:
    life = Life(tmp_path / "not there", clock)
    with structlog.testing.capture_logs() as lines:
        life.say(shut=True)
    assert life.forecourt.word.now.shut
    assert [line["event"] for line in lines] == ["entrance_unkept", "entrance_set"]
    life.end()
