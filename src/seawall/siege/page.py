"""The results as one HTML page that asks nobody for anything. Knows words and markup; measures nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from math import inf

from seawall.siege import table
from seawall.siege.measures import PROMISE_S
from seawall.siege.plots import Axis, band_plot, first_token_plot, stacked_plot
from seawall.siege.promises import Judged, Verdict
from seawall.siege.results import Result, Results, buckets_of, first_tokens_of, postures_of
from seawall.siege.samples import Run

SERIES = ("registered served", "registered refused", "stranger served", "stranger refused")
HOSTILE = ("attacker served", "attacker refused")


def page(results: Results) -> str:
    """The whole document."""
    style = files("seawall.siege").joinpath("data/page.css").read_text(encoding="utf-8")
    body = "".join(
        (
            f"<h1>{escape(_headline(results))}</h1>",
            f"<p class=lead>{escape(_explained())}</p>",
            _overview(results),
            "".join(_mix(results, mix.name) for mix in results.mixes),
            _how(results),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        "<link rel=icon href=data:,><title>Under siege: who kept being served</title>"
        f"<style>{style}</style></head><body><main>{body}</main></body></html>\n"
    )


def _headline(results: Results) -> str:
    """The answer first."""
    ours = results.doors[0] if results.doors else "The door"
    promised = [one for one in results.results if one.door == ours and one.runs and one.mix.promised]
    kept = sum(not one.broken for one in promised)
    if not promised:
        return f"{ours}: what was reached where no promise holds"
    if kept == len(promised):
        return f"{ours} kept every promise that could be measured, in all {kept} mixes"
    return f"{ours} kept its promises in {kept} of {len(promised)} mixes"


def _explained() -> str:
    return (
        "The same engine, the same honest people, the same attackers; a different door in front, one after the other. "
        "Every ratio is to the same door's own quiet time just before. The promise is to registered users: what they "
        "asked for is answered, and as soon as on a quiet day."
    )


def _overview(results: Results) -> str:
    head = "".join(f"<th scope=col>{escape(door)}</th>" for door in results.doors)
    lines = "".join(
        f"<tr><th scope=row><a href=#{mix.name}>{mix.name}</a><small>{escape(mix.sentence)}</small></th>"
        + "".join(_glance(results.at(door, mix.name)) for door in results.doors)
        + "</tr>"
        for mix in results.mixes
    )
    lines += "<tr><th scope=row>All together</th>" + "".join(_sum(results, door) for door in results.doors) + "</tr>"
    caption = (
        "Promises kept; registered users answered in the event's first half and second half; "
        "their first token, p95, against quiet"
    )
    return (
        f"<section><h2>At a glance</h2><div class=wide><table><caption>{caption}</caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{lines}</tbody></table></div></section>"
    )


def _glance(result: Result | None) -> str:
    if result is None or result.reason:
        return f"<td class=none>{escape(result.reason if result else 'not run')}</td>"
    first, later = result.middle(lambda m: m.success_first), result.middle(lambda m: m.success_later)
    early, late = result.middle(lambda m: m.first_token_first), result.middle(lambda m: m.first_token_later)
    success = f"{table.cell(first, table.percent)} · {table.cell(later, table.percent)}"
    tokens = f"{table.cell(early, table.times)} · {table.cell(late, table.times)}"
    told = _badge(_standing(result), table.count_of([result]) if result.mix.promised or result.broken else "")
    return f"<td>{told}<b>{escape(success)}</b><span>{escape(tokens)}</span></td>"


def _sum(results: Results, door: str) -> str:
    """Of one door: counts alone, as nothing is averaged."""
    found = [one for one in results.results if one.door == door and one.runs and one.mix.promised]
    whole = sum(_standing(one) is Verdict.KEPT for one in found)
    return f"<td><b>{whole} of {len(found)} mixes</b><span>{table.count_of(found)}</span></td>"


def _standing(result: Result) -> Verdict:
    if result.broken:
        return Verdict.NOT_KEPT
    if not result.mix.promised:
        return Verdict.REACHED
    return Verdict.KEPT if any(one.verdict is Verdict.KEPT for one in result.judged) else Verdict.NOT_MEASURABLE


def _badge(verdict: Verdict, told: str = "") -> str:
    name = verdict.value.replace(" ", "-")
    return f"<em class={name}>{table.SIGNS[verdict]} {told or verdict.value}</em>"


def _mix(results: Results, name: str) -> str:
    found = [one for one in results.results if one.mix.name == name]
    doors = "".join(_door(one) for one in found if one.runs)
    skipped = "".join(f"<p>{escape(one.door)}: skipped. {escape(one.reason)}</p>" for one in found if not one.runs)
    return f"<section id={name}><h2>{name}</h2><p>{escape(found[0].mix.sentence)}</p>{doors}{skipped}</section>"


def _door(result: Result) -> str:
    run = result.runs[0]
    plots = "".join(f"<figure><figcaption>{words}</figcaption>{plot}</figure>" for words, plot in _plots(result, run))
    figures = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(table.cell(result.middle(read), figure))}</dd></div>"
        for name, read, figure in table.COLUMNS
    )
    return (
        f"<article><h3>{escape(result.door)} {_badge(_standing(result))}</h3><div class=plots>{plots}</div>"
        f"{_promises(result.judged)}<details><summary>All figures</summary><dl>{figures}</dl></details></article>"
    )


def _plots(result: Result, run: Run) -> list[tuple[str, str]]:
    axis = Axis(run.pace.total_s, (run.pace.quiet_s, run.pace.event_ends_s))
    quiet_s = result.measures[0].first_token_quiet_s
    limit_s = None if quiet_s is None or quiet_s == inf else quiet_s * result.mix.first_token_times
    buckets = buckets_of(run)
    at_s = [one.from_s for one in buckets]

    def stacked(names: Sequence[str], title: str) -> str:
        series = [(name.replace(" ", "-"), [one.counts.get(name, 0) for one in buckets]) for name in names]
        return stacked_plot(axis, at_s, series, title)

    first = first_token_plot(axis, first_tokens_of(run), limit_s, f"{result.door}: first token of registered users")
    limit = f"; dashed: {result.mix.first_token_times:g}x the quiet p95" if limit_s else ""
    plots = [
        (f"Registered users' first token, each request a dot; a cross got none{limit}", first),
        (_legend("Honest requests, ", SERIES), stacked(SERIES, f"{result.door}: honest requests served and refused")),
    ]
    if run.tally.waves:
        plots.append((_legend("Attackers' requests, ", HOSTILE), stacked(HOSTILE, f"{result.door}: attackers")))
    postures = postures_of(run)
    if postures:
        plots.append(("Posture", band_plot(axis, postures, f"{result.door}: posture over time")))
    return plots


def _legend(words: str, names: Sequence[str]) -> str:
    keys = " ".join(f"<i class=key><svg viewBox='0 0 9 9'><rect class={name.replace(' ', '-')} width=9 height=9 />"
                    f"</svg>{name}</i>" for name in names)  # fmt: skip
    return words + keys


def _promises(judged: Sequence[Judged]) -> str:
    lines = "".join(
        f"<tr><th scope=row>{escape(one.promise.name)}</th><td>{escape(one.promise.told)}</td>"
        f"<td>{escape(', '.join(map(one.promise.figure, one.values)))}</td><td>{_badge(one.verdict)}</td></tr>"
        for one in judged
    )
    head = "".join(f"<th scope=col>{word}</th>" for word in ("promise", "limit", "each seed", "verdict"))
    rows = f"<thead><tr>{head}</tr></thead><tbody>{lines}</tbody>"
    return f"<div class=wide><table class=promises>{rows}</table></div>"


def _how(results: Results) -> str:
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(told)}</dd></div>" for name, told in results.facts.items()
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in results.notes)
    general = (
        "<li>A registered user's refused or abandoned request counts as one whose first token never came, so that "
        "refusing people improves no figure.</li>"
        f"<li>“Within {PROMISE_S:g} s” is over the whole event. Plots are of the first seed.</li>"
        "<li>A promise counts as kept only where it was kept with every seed; a mix without a promise (all homes "
        "stolen, registered demand beyond the engine) tells what was reached.</li>"
        "<li>Conversation lengths: Azure LLM inference trace 2023, Microsoft, CC-BY-4.0; Patel et al., Splitwise, "
        "ISCA 2024.</li>"
    )
    return f"<section><h2>How it was measured</h2><dl>{facts}</dl><ul>{notes}{general}</ul></section>"
