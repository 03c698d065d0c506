"""Renders each snapshot into the answers that the gate gives. Knows pages and paths; knows no state and no socket."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seawall.edge.stills import Choice, Shown, Still, Stills, still
from seawall.records.status_entries import IncidentUpdateRow
from seawall.status.incidents import Incident
from seawall.status.snapshot import Snapshot
from seawall.web.pages import SECURITY_HEADERS
from seawall.web.status.badge import badge
from seawall.web.status.feed import feed
from seawall.web.status.page import StatusPage, Ways
from seawall.web.status.statuspage import Statuspage
from seawall.web.status.words import LANGUAGES

PAGE = "/status"
FEED = "/status/feed.atom"
BADGE = "/status/badge.svg"
API = "/api/v2/"
# As long as until the next look; a cache between may go on telling the last word while we cannot be reached.
_CACHED = (b"cache-control", b"public, max-age=5, stale-if-error=600")
_NOSNIFF = (b"x-content-type-options", b"nosniff")
# Other people's pages may read and show these.
_FOR_ALL = ((b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin"))
# Of each snapshot two pages and ten answers: level 6 would take three times as long for a twentieth less.
_PACKED = 4


@dataclass(frozen=True, slots=True)
class _Rendered:
    """An incident's page as of one edit."""

    row: Any
    updates: tuple[IncidentUpdateRow, ...]
    by_language: Mapping[bytes, Still]


class Board:
    """Puts up each snapshot. ``name`` is what the service is called, ``home`` where people reach it."""

    def __init__(self, stills: Stills, ways: Ways, *, name: str, home: str, began_s: float) -> None:
        self.pages = {lang: StatusPage(words, ways) for lang, words in LANGUAGES.items()}
        self.shapes = Statuspage(home, name, began_s)
        self._home = home
        self._stills = stills
        self._incidents: dict[str, _Rendered] = {}

    def put_up(self, snapshot: Snapshot) -> None:
        """All of it at once: no answer tells of another moment than its neighbours."""
        shown: dict[str, Shown] = {}
        self._put_pages(shown, {lang: page.page(snapshot) for lang, page in self.pages.items()}, "")
        shown[f"{PAGE}/"] = shown[PAGE]
        for incident in snapshot.incidents:
            self._put(shown, self._incident(incident, snapshot), f"/incidents/{incident.id}")
        shown[FEED] = self._still(feed(snapshot, self._home), b"application/atom+xml; charset=utf-8", _FOR_ALL)
        for lang, words in LANGUAGES.items():
            path = BADGE if lang == "en" else f"/status/badge-{lang}.svg"
            shown[path] = self._still(badge(snapshot, words), b"image/svg+xml; charset=utf-8", _FOR_ALL)
        for path, told in self.shapes.answers(snapshot).items():
            body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
            shown[API + path] = self._still(body, b"application/json; charset=utf-8", _FOR_ALL)
        self._stills.put(shown)
        known = {incident.id for incident in snapshot.incidents}
        self._incidents = {key: one for key, one in self._incidents.items() if key in known}

    def headers(self, lang: str) -> dict[str, str]:
        """What a page of these goes out with that is not put up here, such as the answer to a form."""
        policy = self.pages["zh" if lang == "zh" else "en"].policy
        return {**SECURITY_HEADERS, "content-security-policy": policy, "cache-control": "no-store"}

    def _incident(self, incident: Incident, snapshot: Snapshot) -> Mapping[bytes, Still]:
        """Anew only after an edit."""
        before = self._incidents.get(incident.id)
        if before is not None and (before.row, before.updates) == (incident.row, incident.updates):
            return before.by_language
        into = next((one for one in snapshot.incidents if one.id == incident.row.merged_into), None)
        told = {lang: page.incident(incident, into) for lang, page in self.pages.items()}
        rendered = _Rendered(incident.row, incident.updates, self._html(told))
        self._incidents[incident.id] = rendered
        return rendered.by_language

    def _put_pages(self, shown: dict[str, Shown], told: Mapping[str, str], path: str) -> None:
        self._put(shown, self._html(told), path)

    @staticmethod
    def _put(shown: dict[str, Shown], by_language: Mapping[bytes, Still], path: str) -> None:
        """Under one address for everybody's own language, and under one for each."""
        shown[PAGE + path] = Choice(by_language)
        for lang, each in by_language.items():
            shown[f"{PAGE}/{lang.decode()}{path}"] = each

    def _html(self, told: Mapping[str, str]) -> Mapping[bytes, Still]:
        return {
            lang.encode(): self._still(
                html.encode(),
                b"text/html; charset=utf-8",
                [
                    (name.encode(), value.encode())
                    for name, value in self.headers(lang).items()
                    if name not in ("cache-control", "x-content-type-options")
                ],
            )
            for lang, html in told.items()
        }

    @staticmethod
    def _still(body: bytes, media_type: bytes, more: Any) -> Still:
        packed = gzip.compress(body, _PACKED, mtime=0)
        return still(body, [(b"content-type", media_type), _CACHED, _NOSNIFF, *more], packed)
