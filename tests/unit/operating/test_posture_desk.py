"""The operator's pin is kept over a restart until it ends, and a broken file stops nobody."""

from __future__ import annotations

from pathlib import Path
from random import Random

from structlog.testing import capture_logs

from seawall.admission.admission import Admission
from seawall.admission.budget import Budgets
from seawall.admission.posture import Posture
from seawall.operating.posture_desk import FILE_NAME, LONGEST_S, PostureDesk
from seawall.settings.shield import AdmissionSettings, BudgetSettings
from seawall.values.load import Load
from settable_clock import SettableClock


class Life:
    """One life of the service on a data folder."""

    def __init__(self, folder: Path, clock: SettableClock) -> None:
        self.door = Admission(
            AdmissionSettings(),
            patience_s=60,
            random=Random(1),
            clock=clock,
            unix_time=clock,
            budgets=Budgets(BudgetSettings(), unix_time=clock),
        )
        self.desk = PostureDesk(self.door, Load, folder / FILE_NAME, unix_time=clock)

    @property
    def posture(self) -> Posture:
        self.door.look()
        return self.door.posture


def test_a_pin_outlives_a_restart_but_not_its_end(tmp_path: Path):
    clock = SettableClock()
    Life(tmp_path, clock).desk.pin(Posture.SIEGE, 600, by="ann")
    restarted = Life(tmp_path, clock)
    assert restarted.posture is Posture.SIEGE
    assert restarted.desk.show()["pin"] == {"posture": "siege", "until_unix_s": clock() + 600, "by": "ann"}
    clock.advance(601)
    assert restarted.posture is Posture.NORMAL
    assert Life(tmp_path, clock).posture is Posture.NORMAL


def test_a_pin_with_an_end_ends_within_a_month(tmp_path: Path):
    clock = SettableClock()
    life = Life(tmp_path, clock)
    life.desk.pin(Posture.SIEGE, LONGEST_S * 12, by="ann")
    assert life.posture is Posture.SIEGE
    clock.advance(LONGEST_S + 1)
    assert life.posture is Posture.NORMAL


def test_a_pinned_posture_is_told_to_be_the_operators_will_and_not_nothings(tmp_path: Path):
    life = Life(tmp_path, SettableClock())
    assert life.desk.show()["why"] == "nothing presses"
    life.desk.pin(Posture.SIEGE, 600, by="ann")
    life.door.look()
    assert life.desk.show()["why"] == "an operator has set it"


def test_a_pin_that_is_given_back_does_not_return(tmp_path: Path):
    clock = SettableClock()
    life = Life(tmp_path, clock)
    life.desk.pin(Posture.SIEGE, None, by="ann")
    life.desk.release(by="ben")
    assert life.posture is Posture.NORMAL
    assert Life(tmp_path, clock).posture is Posture.NORMAL


def test_each_word_of_an_operator_is_in_the_log(tmp_path: Path):
    life = Life(tmp_path, SettableClock())
    with capture_logs() as lines:
        life.desk.pin(Posture.ELEVATED, 60, by="ann")
        life.desk.release(by="ben")
    assert [(line["event"], line["by"]) for line in lines] == [("posture_pinned", "ann"), ("posture_released", "ben")]


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path):
    (tmp_path / FILE_NAME).write_text("{")
    assert Life(tmp_path, SettableClock()).posture is Posture.NORMAL


async def test_the_command_lines_wish_is_taken_and_answered(tmp_path: Path):
    desk = Life(tmp_path, SettableClock()).desk
    assert (await desk.answer({"verb": "posture"}))["posture"] == "normal"
    assert (await desk.answer({"verb": "posture", "pin": "elevated", "for_s": 60.0}))["posture"] == "elevated"
    assert (await desk.answer({"verb": "posture", "pin": "auto"}))["pin"] is None
