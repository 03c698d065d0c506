"""What the log is told of the parts' health."""

from __future__ import annotations

from typing import Any

from structlog.testing import capture_logs

from seawall.observing.watch import Condition, Watch

WELL = Condition("engine", None)
DEAD = Condition("engine", "It died.")


def told(*looks: Condition) -> list[dict[str, Any]]:
    """The log's lines after each look found this."""
    pending = list(looks)
    with capture_logs() as lines:
        watch = Watch(lambda: [pending.pop(0)])
        for _ in looks:
            watch.look()
    return [{name: value for name, value in line.items() if name != "room"} for line in lines]


def test_what_stays_well_is_not_told() -> None:
    assert told(WELL, WELL, WELL) == []


def test_what_begins_ill_is_told_once_and_without_alarm() -> None:
    assert told(DEAD, DEAD) == [{"event": "starting", "log_level": "info", "part": "engine", "trouble": "It died."}]


def test_falling_ill_is_told_once_with_its_reason_and_getting_well_too() -> None:
    assert told(WELL, DEAD, DEAD, WELL, WELL) == [
        {"event": "ill", "log_level": "warning", "part": "engine", "trouble": "It died."},
        {"event": "well", "log_level": "info", "part": "engine"},
    ]


def test_another_reason_is_told_too() -> None:
    lines = told(DEAD, Condition("engine", "It does not start."))
    assert [line["trouble"] for line in lines] == ["It died.", "It does not start."]


def test_a_restart_between_two_looks_is_told() -> None:
    lines = told(WELL, Condition("engine", None, restarts=1))
    assert [(line["event"], line["restarts"]) for line in lines] == [("restarted", 1)]
