"""A report's findings as one page in two languages that needs nothing beside it. Knows HTML; finds and says nothing.

No script, no address outside: it opens from a mail or a disk, prints, and follows the reader's light or dark. Both
languages are in it, and two buttons of a form choose between them, as a reader may have the page alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, cast

from seawall.safeguards.report.plots import Line, plot
from seawall.safeguards.report.words import CHINESE, ENGLISH, Words
from seawall.safeguards.window_records import evidence_of, shares_of
from seawall.values.verdict import Kind
from seawall.values.window import K_ANONYMOUS
from seawall.verdict.weights import LEANING
from seawall.verdict.words import kind_sentence, manner_words, sentence, share_sentence, turning

Told = Mapping[str, Any]
_ROWS = 200
_LANGUAGES = (ENGLISH, CHINESE)


def page(found: Told) -> str:
    """The whole document."""
    style = (Path(__file__).parent / "style.css").read_text("utf-8")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(_title(found['about'], ENGLISH))}</title><style>{style}</style></head><body>{_choice()}"
        f"{''.join(_Page(words).of(found) for words in _LANGUAGES)}</body></html>\n"
    )


def _choice() -> str:
    """Beside the texts and not around them, so that a browser of any age hides the other one."""
    return "".join(
        f'<input type="radio" name="language" id="{words.language}"{" checked" if words is ENGLISH else ""}>'
        f'<label for="{words.language}" lang="{words.language}">{words.name}</label>'
        for words in _LANGUAGES
    )


def _title(about: Told, words: Words) -> str:
    return words.title.format(since=_time(about["from_s"]), until=_time(about["to_s"]))


class _Page:
    """The findings in one language."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def of(self, found: Told) -> str:
        about, points, words = found["about"], found["over_time"], self._words
        made = words.made.format(origin=about["origin"], when=_time(about["made_at_s"]), version=about["seawall"])
        of_incident = words.incident.format(id=about["incident_id"]) if about["incident_id"] else ""
        parts = (
            f"<h1>{escape(_title(about, words))}</h1>",
            f'<p class="muted">{escape(made + of_incident)}</p>',
            f'<section class="note"><p>{escape(words.introduction)}</p><p>{_code(words.check)}</p></section>',
            self._section("short", self._in_short(found)),
            self._section("verdicts", self._verdicts(found["verdicts"]) + self._traffic(points)),
            self._section("felt", self._felt(found["felt"]) + self._feeling(points)),
            self._section("clusters", self._clusters(found["clusters"])),
            self._section("refused", self._refused(found["refused"])),
            self._section("timeline", self._timeline(found["timeline"])),
            self._section("missing", self._missing(found["windows_missing"])),
        )
        return f'<main class="{words.language}" lang="{words.language}">{"".join(parts)}</main>'

    def _section(self, name: str, body: str) -> str:
        return f"<section><h2>{escape(self._words.sections[name])}</h2>{body}</section>" if body else ""

    def _in_short(self, found: Told) -> str:
        words, success = self._words, found["felt"]["success"]
        kinds = dict.fromkeys(one["kind"] for one in found["verdicts"])
        said = [kind_sentence(Kind(kind), words.language) for kind in kinds] or [words.no_window]
        if success is not None:
            said.append(words.served.format(success=f"{success:.2%}"))
        return f"<p>{escape(' '.join(said))}</p>"

    def _verdicts(self, changes: Sequence[Told]) -> str:
        return "".join(self._verdict(one) for one in changes[:_ROWS])

    def _verdict(self, told: Told) -> str:
        verdict, words = shares_of(told), self._words
        language = words.language
        reasons = [sentence(one, language) for one in evidence_of(told["evidence"])]
        turns = [turning(one, language) for one in evidence_of(told["would_change"])]
        turning_words = f"<p>{escape(words.would_change)}</p>{_list(turns)}" if turns else ""
        return (
            f"<h3>{_time(told['at_s'])}: {escape(words.kinds[told['kind']])}</h3><p>"
            f"{escape(kind_sentence(verdict.kind, language))} {escape(share_sentence(verdict, language))}</p>"
            f"{_list(reasons)}{turning_words}"
        )

    def _traffic(self, points: Sequence[Told]) -> str:
        at_s, names = [one["at_s"] for one in points], self._words.lines
        lines = [
            Line(
                names[name],
                name,
                [one[name]["middle"] * 100 for one in points],
                [one[name]["low"] * 100 for one in points],
                [one[name]["high"] * 100 for one in points],
            )
            for name in ("attack", "surge")
        ]
        requests = [Line(names["all"], "all", [one["requests"] for one in points])]
        return self._plot("requests", at_s, requests) + self._plot("shares", at_s, lines, unit="%", top=100.0)

    def _felt(self, felt: Told) -> str:
        words, worst = self._words, felt["worst_first_token_p95_s"]
        if felt["success"] is None:
            return f"<p>{escape(words.nobody)}</p>"
        said = [words.shown.format(served=felt["served"], asked=felt["asked"], success=f"{felt['success']:.2%}")]
        if worst is not None:
            said.append(words.slowest.format(s=worst))
        return f"<p>{escape(' '.join(said))}</p>"

    def _feeling(self, points: Sequence[Told]) -> str:
        if not any(one["registered"]["asked"] for one in points):
            return ""
        at_s, names = [one["at_s"] for one in points], self._words.lines
        registered = [one["registered"] for one in points]
        success = [100 * one["served"] / one["asked"] if one["asked"] else None for one in registered]
        times = [
            Line(names["half"], "all", [one["first_token_p50_s"] for one in registered]),
            Line(names["most"], "late", [one["first_token_p95_s"] for one in registered]),
        ]
        served = [Line(names["served"], "all", success)]
        return self._plot("success", at_s, served, unit="%", top=100.0) + self._plot("first_token", at_s, times)

    def _plot(
        self, name: str, at_s: list[float], lines: list[Line], *, unit: str = "", top: float | None = None
    ) -> str:
        plots = self._words.plots
        return plot(plots[name], at_s, lines, unit=unit, top=top, empty=plots["empty"])

    def _clusters(self, clusters: Sequence[Told]) -> str:
        words = self._words
        rows = [
            (
                one["network"] or words.others,
                self._manner(one["manner"]),
                f"{one['most_identities']:.0f}"
                if one["most_identities"] >= K_ANONYMOUS
                else words.under.format(n=K_ANONYMOUS),
                str(one["requests"]),
                f"{one['engine_ms'] / 1000:.1f}",
            )
            for one in clusters
        ]
        return self._table("clusters", rows, numbers=3)

    def _manner(self, manner: Told) -> str:
        """Groups too small to be told apart are told together, by how much their manner speaks for an attack."""
        if LEANING in manner:
            return self._words.together.format(leaning=manner[LEANING])
        return manner_words(manner, self._words.language)

    def _refused(self, refused: Told) -> str:
        who = self._words.who
        rows = [
            (f"{one}: {who.get(one, who[''])}", outcome, str(count))
            for one, outcomes in refused["classes"].items()
            for outcome, count in outcomes.items()
        ]
        for where, name in self._words.places.items():
            rows += [(name, reason, str(count)) for reason, count in refused[where].items()]
        return self._table("refused", rows, numbers=1)

    def _timeline(self, moments: Sequence[Told]) -> str:
        words = self._words
        rows = [
            (
                _time(one["at_s"]),
                str(one["position"]),
                words.entries.get(one["kind"], one["kind"].replace("_", " ")),
                self._facts(one["facts"]),
            )
            for one in moments[:_ROWS]
        ]
        return self._table("timeline", rows)

    def _facts(self, facts: Told) -> str:
        """The plain ones; the whole entry is in ``entries.jsonl``."""
        named = {
            name: ", ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else value
            for name, value in facts.items()
        }
        plain = [(name, value) for name, value in named.items() if isinstance(value, str | int | float) and value != ""]
        told = [
            f"{name.replace('_', ' ')}: {str(value).lower() if isinstance(value, bool) else value}"
            for name, value in plain
        ]
        texts = [facts[name] for name in ("title", "text") if isinstance(facts.get(name), Mapping)]
        words = [text.get(self._words.language) or text.get("en", "") for text in texts]
        return "; ".join([*filter(None, map(str, words)), *told])

    def _missing(self, positions: Sequence[int]) -> str:
        told = ", ".join(map(str, positions[:_ROWS]))
        return f"<p>{escape(self._words.missing.format(entries=told))}</p>" if positions else ""

    def _table(self, name: str, rows: Sequence[Sequence[str]], *, numbers: int = 0) -> str:
        """The last ``numbers`` columns are figures. One that scrolls is one that the keyboard reaches."""
        head = self._words.columns[name]
        if not rows:
            return f"<p>{escape(self._words.nothing)}</p>"
        first = len(head) - numbers
        label = escape(self._words.sections[name])
        body = "".join(f"<tr>{_line(row, 'td', first)}</tr>" for row in rows)
        return (
            f'<div class="scroll" role="region" aria-label="{label}" tabindex="0"><table><thead><tr>'
            f"{_line(head, 'th', first)}</tr></thead><tbody>{body}</tbody></table></div>"
        )


def _line(cells: Sequence[str], tag: str, first_number: int) -> str:
    """A row's cells."""
    marked = (' class="number"' if at >= first_number else "" for at in range(len(cells)))
    return "".join(f"<{tag}{mark}>{escape(cell)}</{tag}>" for cell, mark in zip(cells, marked, strict=True))


def _code(text: str) -> str:
    """What stands between backquotes is typed as it is."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _list(items: Iterable[str]) -> str:
    told = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{told}</ul>" if told else ""


def _time(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
