"""A report's findings as one page that needs nothing beside it. Knows HTML and words; finds nothing.

No script, no address outside: it opens from a mail or a disk, prints, and follows the reader's light or dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from seawall.safeguards.report.plots import Line, plot
from seawall.safeguards.window_records import evidence_of, shares_of
from seawall.values.verdict import Kind
from seawall.values.window import K_ANONYMOUS
from seawall.verdict.words import kind_sentence, sentence, share_sentence, turning

Told = Mapping[str, Any]
_ROWS = 200

_WHO = {
    "C0": "operators",
    "C1": "registered, at home, within their share",
    "C1b": "registered, beyond their share",
    "C2": "registered, new or away from home",
    "C3": "no account, a puzzle solved",
    "C4": "no account",
}

_INTRODUCTION = (
    "<p>This report was made from the public log of the service and from the windows of ten seconds that its verdicts "
    "were found from. Nobody stands alone in it: networks are cut to a /16 or /32 and named only where at least twenty "
    "identities came from there.</p><p>It can be checked without the service: <code>seawall incident verify "
    "FILE</code> finds a single changed byte, and finds each verdict again from the windows.</p>"
)


def page(found: Told) -> str:
    """The whole document."""
    about, points = found["about"], found["over_time"]
    title = f"What happened, {_time(about['from_s'])} to {_time(about['to_s'])}"
    style = (Path(__file__).parent / "style.css").read_text("utf-8")
    parts = (
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">Log {escape(about["origin"])} &middot; made {_time(about["made_at_s"])} by Seawall '
        f"{escape(about['seawall'])}{_of_incident(about)}</p>",
        f'<section class="note">{_INTRODUCTION}</section>',
        _section("In short", _in_short(found)),
        _section("Attack or surge", _verdicts(found["verdicts"]) + _traffic(points)),
        _section("What registered users felt", _felt(found["felt"]) + _feeling(points)),
        _section("Who came", _clusters(found["clusters"])),
        _section("What was served and refused, to whom", _refused(found["refused"])),
        _section("Timeline", _timeline(found["timeline"])),
        _section("What is missing", _missing(found["windows_missing"])),
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        f'initial-scale=1"><meta name="color-scheme" content="light dark"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _of_incident(about: Told) -> str:
    return f" &middot; incident {escape(about['incident_id'])}" if about["incident_id"] else ""


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>" if body else ""


def _in_short(found: Told) -> str:
    kinds = [one["kind"] for one in found["verdicts"]]
    felt = found["felt"]
    said = " ".join(kind_sentence(Kind(kind)) for kind in dict.fromkeys(kinds)) or "No window of this time is here."
    success = "" if felt["success"] is None else f" {felt['success']:.2%} of registered users' questions were served."
    return f"<p>{escape(said)}{success}</p>"


def _verdicts(changes: Sequence[Told]) -> str:
    return "".join(_verdict(one) for one in changes[:_ROWS])


def _verdict(told: Told) -> str:
    verdict = shares_of(told)
    reasons = [sentence(one) for one in evidence_of(told["evidence"])]
    turns = [turning(one) for one in evidence_of(told["would_change"])]
    turning_words = f"<p>What would change this:</p>{_list(turns)}" if turns else ""
    return (
        f"<h3>{_time(told['at_s'])}: {escape(told['kind'])}</h3><p>{escape(kind_sentence(verdict.kind))} "
        f"{escape(share_sentence(verdict))}</p>{_list(reasons)}{turning_words}"
    )


def _traffic(points: Sequence[Told]) -> str:
    at_s = [one["at_s"] for one in points]
    lines = [
        Line(
            name,
            name,
            [one[name]["middle"] * 100 for one in points],
            [one[name]["low"] * 100 for one in points],
            [one[name]["high"] * 100 for one in points],
        )
        for name in ("attack", "surge")
    ]
    return plot("Requests in ten seconds", at_s, [Line("all", "all", [one["requests"] for one in points])]) + plot(
        "Estimated part of all requests, with 90 % intervals", at_s, lines, unit="%", top=100.0
    )


def _felt(felt: Told) -> str:
    if felt["success"] is None:
        return "<p>No registered user asked anything.</p>"
    worst = felt["worst_first_token_p95_s"]
    slowest = "" if worst is None else f" In the worst window 19 of 20 first tokens came within {worst:g} s."
    return f"<p>{felt['served']} of {felt['asked']} questions were served ({felt['success']:.2%}).{slowest}</p>"


def _feeling(points: Sequence[Told]) -> str:
    if not any(one["registered"]["asked"] for one in points):
        return ""
    at_s = [one["at_s"] for one in points]
    registered = [one["registered"] for one in points]
    success = [100 * one["served"] / one["asked"] if one["asked"] else None for one in registered]
    times = [
        Line("half of them within", "all", [one["first_token_p50_s"] for one in registered]),
        Line("19 of 20 within", "late", [one["first_token_p95_s"] for one in registered]),
    ]
    return plot(
        "Registered users' questions served", at_s, [Line("served", "all", success)], unit="%", top=100.0
    ) + plot("Registered users' first token, seconds", at_s, times)


def _clusters(clusters: Sequence[Told]) -> str:
    rows = [
        (
            one["network"] or "many networks",
            ", ".join(f"{trait}: {level}" for trait, level in one["manner"].items()),
            f"{one['most_identities']:.0f}" if one["most_identities"] >= K_ANONYMOUS else f"under {K_ANONYMOUS}",
            str(one["requests"]),
            f"{one['engine_ms'] / 1000:.1f}",
        )
        for one in clusters
    ]
    return _table(("from", "manner", "identities at most", "requests", "engine seconds"), rows, numbers=3)


def _refused(refused: Told) -> str:
    rows = [
        (f"{one}: {_WHO.get(one, 'others')}", outcome, str(count))
        for one, outcomes in refused["classes"].items()
        for outcome, count in outcomes.items()
    ]
    for where, name in (("gate", "at the gate"), ("elsewhere", "on other pages")):
        rows += [(name, reason, str(count)) for reason, count in refused[where].items()]
    return _table(("who", "what became of it", "times"), rows, numbers=1)


def _timeline(moments: Sequence[Told]) -> str:
    rows = [
        (_time(one["at_s"]), str(one["position"]), one["kind"].replace("_", " "), _facts(one["facts"]))
        for one in moments[:_ROWS]
    ]
    return _table(("when", "entry", "what", "facts"), rows)


def _facts(facts: Told) -> str:
    """The plain ones; the whole entry is in ``entries.jsonl``."""
    plain = [(name, value) for name, value in facts.items() if isinstance(value, str | int | float) and value != ""]
    told = [
        f"{name.replace('_', ' ')}: {str(value).lower() if isinstance(value, bool) else value}" for name, value in plain
    ]
    words = [facts[name]["en"] for name in ("title", "text") if isinstance(facts.get(name), Mapping)]
    return "; ".join([*map(str, words), *told])


def _missing(positions: Sequence[int]) -> str:
    if not positions:
        return ""
    told = ", ".join(map(str, positions[:_ROWS]))
    why = "are not kept any more as they were, so these cannot be found again."
    return f"<p>The windows of these verdicts (entries {told}) {why}</p>"


def _list(items: Iterable[str]) -> str:
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{told}</ul>" if told else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int = 0) -> str:
    """The last ``numbers`` columns are figures."""
    if not rows:
        return "<p>Nothing.</p>"
    first = len(head) - numbers

    def line(cells: Sequence[str], tag: str) -> str:
        marked = (' class="number"' if at >= first else "" for at in range(len(cells)))
        return "".join(f"<{tag}{mark}>{escape(cell)}</{tag}>" for cell, mark in zip(cells, marked, strict=True))

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{line(head, "th")}</tr></thead><tbody>{body}</tbody></table></div>'


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
