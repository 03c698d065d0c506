"""A week in the life of a service, rehearsed in virtual time: its bundle is checked by the stranger's own command.

Quiet days, a flood on the fourth with an incident that operators write to, a forced posture, another life after a
restart. Windows come every twenty minutes, and every ten seconds while something is going on.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from log_rooms import QUICK, SEED, audited
from patience import until
from record_rows import add_account
from sealed_reports import NOON_S, a_window
from seawall.cli.main import run
from seawall.observing.metrics import Totals
from seawall.records.port import Records
from seawall.safeguards.book import LogBook
from seawall.safeguards.operator_names import OperatorNames
from seawall.safeguards.public_log import LogState, PublicLog
from seawall.safeguards.report.gathering import Asked, around, report
from seawall.safeguards.windows import Windows
from seawall.status.components import Component
from seawall.status.edits_told import edit_told
from seawall.status.incidents import Draft, Edit, Incidents, Words
from seawall.values.identity import Role
from seawall.verdict.classify import State, classify
from settable_clock import SettableClock

DAY_S, QUIET_S, BUSY_S = 86_400.0, 1200.0, 10.0
FLOOD_FROM_S, FLOOD_TO_S = 3.5 * DAY_S, 3.5 * DAY_S + 1800
RESTARTED_S = 5 * DAY_S


class Life:
    """One process's: the log, windows and incidents of a service, with a clock that is moved."""

    def __init__(self, records: Records, clock: SettableClock) -> None:
        self.clock = clock
        book = LogBook(records, SEED, unix_time=clock, new_name=lambda: "seawall.log/week")
        self.log = PublicLog(book, name_of=OperatorNames(records).of, unix_time=clock, pace=QUICK)
        self.incidents = Incidents(records, unix_time=clock, new_id=lambda: "5ab01f9c72de", told=self._noted)
        self.state = State()
        self._before = self.state.told()
        self.windows = Windows(
            records,
            self.log.append,
            before=lambda: self._before,
            totals=lambda: Totals({}, {}, {}, {}),
            turned_away=dict,
            incidents=lambda: (),
        )

    async def start(self) -> None:
        self.log.start()
        self.windows.start()
        await until(lambda: self.windows.is_ready)

    async def close(self) -> None:
        await self.windows.close()
        await self.log.close()

    def window(self) -> None:
        """The one that closes now."""
        into_s = self.clock.now_s - NOON_S
        window = a_window(round(into_s / 10), hostile=FLOOD_FROM_S < into_s <= FLOOD_TO_S)
        self._before = self.state.told()
        self.state, verdict = classify(self.state, window)
        self.windows.on_window(window, verdict)

    def _noted(self, edit: Edit) -> None:
        kind, facts = edit_told(edit)
        self.log.append(kind, facts, by=edit.by)


def moments(from_s: float, to_s: float) -> Iterable[float]:
    """When windows close."""
    at_s = from_s
    while at_s < to_s:
        at_s += BUSY_S if FLOOD_FROM_S - 600 < at_s < FLOOD_TO_S + 600 else QUIET_S
        yield at_s


async def live(life: Life, from_s: float, to_s: float) -> None:
    for number, at_s in enumerate(moments(from_s, to_s)):
        life.clock.now_s = NOON_S + at_s
        life.window()
        if at_s == FLOOD_FROM_S + 60:
            words = Words("Strangers wait; registered users are served.", "陌生访客需等待；注册用户照常使用。")
            life.incidents.open(Draft(words, words, "minor", (Component.SIGN_UP,), cause="siege"))
            life.log.append("posture", {"posture": "siege", "before": "elevated", "why": "an attack is recognised"})
        if at_s == FLOOD_FROM_S + 300:
            words = Words("We slow the networks that take part.", "我们正在减慢相关网络。")
            life.incidents.write("5ab01f9c72de", "identified", words, by="account-ada")
        if at_s == FLOOD_TO_S + 60:
            life.incidents.write("5ab01f9c72de", "resolved", Words("It is over.", "已结束。"), by="account-ada")
        if not number % 100:  # A day passes in a second: let the records come along.
            await until(lambda: life.windows.is_kept)
    await until(lambda: life.windows.is_kept)


def verified(bundle: Path, head: Path, elsewhere: Path) -> tuple[int, str]:
    """The stranger's command: no data folder of a service, nothing but two files."""
    elsewhere.mkdir()
    with CliRunner().isolation() as (out, err, _):
        status = run(["--data", str(elsewhere), "incident", "verify", str(bundle), "--head", str(head)])
        return status, (out.getvalue() + err.getvalue()).decode()


async def test_a_week_is_lived_through_and_a_stranger_verifies_it(records: Records, tmp_path: Path):
    await records.write(add_account("ada", Role.OPERATOR))
    clock = SettableClock(NOON_S)
    for from_s, to_s in ((0.0, RESTARTED_S), (RESTARTED_S, 7 * DAY_S)):
        life = Life(records, clock)
        await life.start()
        await live(life, from_s, to_s)
        await life.close()
    assert (await audited(records)).fault is None

    book = LogBook(records, SEED, unix_time=clock)
    log = PublicLog(book, name_of=OperatorNames(records).of, unix_time=clock, pace=QUICK)
    log.start()
    await until(lambda: log.standing().state is LogState.OPEN)
    begins_s, ends_s = around(NOON_S + FLOOD_FROM_S + 60, NOON_S + FLOOD_TO_S + 60)
    for name, asked in (
        ("week", Asked(NOON_S, NOON_S + 7 * DAY_S)),
        ("incident", Asked(begins_s, ends_s, "5ab01f9c72de")),
    ):
        bundle, head = tmp_path / f"{name}.zip", tmp_path / f"{name}.json"
        bundle.write_bytes(await report(asked, records, book, log.append, clock()))
        head.write_text(json.dumps({"note": log.standing().note}), "utf-8")

        status, told = verified(bundle, head, tmp_path / name)

        assert status == 0, told
        assert "It is of the log that the head was signed over." in told
        found = findings_in(bundle)
        deeds = [one["facts"]["deed"] for one in found["timeline"] if one["kind"] == "incident"]
        assert deeds == ["opened", "updated", "closed"]
        assert [one["kind"] for one in found["verdicts"]][:1] != ["attack"]
        assert "attack" in [one["kind"] for one in found["verdicts"]]
        assert found["windows_missing"] == []
    await log.close()


def findings_in(bundle: Path) -> dict[str, Any]:
    with zipfile.ZipFile(bundle) as archive:
        return json.loads(archive.read("report.json"))
