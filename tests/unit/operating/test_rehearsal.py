"""Rehearsals by small programs instead of the siege: when one may begin, and that each comes to an end."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from patience import until
from seawall.operating.rehearsal import MIXES, Rehearsals, Rehearsed
from seawall.siege.mixes import all_mixes
from seawall.values.refusal import Reason, Refusal

PROMISE = {"promise": "success", "limit": "at least 0.99", "values": [1.0], "verdict": "kept"}
WRITES = (
    "import json, pathlib, sys; folder = pathlib.Path(sys.argv[-1]);"
    f"(folder / 'siege.json').write_text(json.dumps({{'results': [{{'promises': [{PROMISE!r}]}}]}}));"
    "(folder / 'siege.html').write_text('<p>the report</p>');"
    "(folder / f'{sys.argv[-3]}.zip').write_text(' '.join(sys.argv[1:-1])); sys.exit(1)"
)
HANGS = "import time; time.sleep(600)"
FAILS = "import sys; sys.stderr.write('Error: no port is free.'); sys.exit(2)"


def rehearsals(data: Path | None, program: str, *, calm: bool = True, longest_s: float = 60.0) -> Rehearsals:
    return Rehearsals(
        data,
        is_calm=lambda: calm,
        unix_time=lambda: 1000.0,
        command=(sys.executable, "-c", program),
        longest_s=longest_s,
    )


async def over(of: Rehearsals) -> Rehearsed:
    await until(lambda: of.last.state != "running")
    return of.last


async def test_a_rehearsal_tells_what_became_of_each_promise_and_has_a_report(tmp_path: Path):
    played = rehearsals(tmp_path, WRITES)
    begun = played.begin("fame", "full")
    assert isinstance(begun, Rehearsed)
    assert begun.state == "running"
    ended = await over(played)
    assert (ended.state, ended.mix, ended.length, ended.promises) == ("ended", "fame", "full", (PROMISE,))
    assert await played.read_page() == b"<p>the report</p>"
    assert await played.read_bundle() == b"--full --mix fame --out"
    assert json.loads((tmp_path / "rehearsal" / "siege.json").read_text())


async def test_only_one_goes_on_and_it_can_be_stopped(tmp_path: Path):
    played = rehearsals(tmp_path, HANGS)
    played.begin("fame")
    second = played.begin("week")
    assert isinstance(second, Refusal)
    assert second.reason is Reason.CONFLICT
    assert (await played.stop()).state == "stopped"
    assert (await played.stop()).state == "stopped"
    assert await played.read_page() is None


async def test_one_that_takes_too_long_is_ended_and_one_that_fails_says_why(tmp_path: Path):
    late = rehearsals(tmp_path, HANGS, longest_s=0.2)
    late.begin("fame")
    assert "longer than" in (await over(late)).why
    failing = rehearsals(tmp_path, FAILS)
    failing.begin("fame")
    ended = await over(failing)
    assert (ended.state, ended.why) == ("failed", "Error: no port is free.")


async def test_none_begins_under_pressure_or_without_a_place_for_its_report(tmp_path: Path):
    assert isinstance(rehearsals(tmp_path, WRITES, calm=False).begin("fame"), Refusal)
    assert isinstance(rehearsals(None, WRITES).begin("fame"), Refusal)


def test_the_mixes_to_choose_from_are_the_sieges():
    assert set(MIXES) <= set(all_mixes())
