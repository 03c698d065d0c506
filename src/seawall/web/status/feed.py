"""Incidents and maintenance as an Atom feed (RFC 4287). Knows XML; knows no state."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from seawall.status.announcements import Maintenance
from seawall.status.incidents import Incident
from seawall.status.snapshot import Snapshot
from seawall.web.status.page import iso
from seawall.web.status.words import CHINESE, ENGLISH, Words

MOST = 30


def feed(snapshot: Snapshot, home: str) -> bytes:
    """Both languages in each entry: a feed has one address, and a reader of it no headers."""
    entries = [(one.row.changed_s, _incident(one, home)) for one in snapshot.incidents]
    entries += [(one.row.changed_s, _maintenance(one, home)) for one in snapshot.maintenances]
    newest = sorted(entries, key=lambda entry: entry[0], reverse=True)[:MOST]
    updated_s = newest[0][0] if newest else snapshot.since_s
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>Seawall · {ENGLISH.title} · {CHINESE.title}</title><id>{escape(home)}/status</id>"
        f"<updated>{iso(updated_s)}</updated><author><name>Seawall</name></author>"
        f'<link rel="alternate" type="text/html" href={quoteattr(home + "/status")}/>'
        f'<link rel="self" href={quoteattr(home + "/status/feed.atom")}/>',
        *(entry for _, entry in newest),
        "</feed>",
    ]
    return "".join(parts).encode()


def _incident(incident: Incident, home: str) -> str:
    row = incident.row
    texts = [(update.text_en, update.text_zh) for update in incident.updates]
    told: list[str] = []
    for words in _languages((row.title_en, row.title_zh), *texts):
        told.append(f"<h2>{escape(words.text(row.title_en, row.title_zh))}</h2>")
        for update in reversed(incident.updates):
            text = escape(words.text(update.text_en, update.text_zh)).replace("\n", "<br/>")
            told.append(f"<p><b>{words.phase[update.status]}</b> {words.exact(update.at_s)}<br/>{text}</p>")
    title = f"{row.title_en or row.title_zh} ({ENGLISH.phase[row.status]})"
    return _entry(f"{home}/status/incidents/{row.id}", title, row.opened_s, row.changed_s, "".join(told))


def _maintenance(work: Maintenance, home: str) -> str:
    row = work.row
    told: list[str] = []
    for words in _languages((row.title_en, row.title_zh), (row.text_en, row.text_zh)):
        text = escape(words.text(row.text_en, row.text_zh)).replace("\n", "<br/>")
        told.append(f"<h2>{escape(words.text(row.title_en, row.title_zh))}</h2>")
        told.append(f"<p>{words.exact(row.begins_s)} – {words.exact(row.ends_s)}</p>")
        told.append(f"<p>{text}</p>" if text else "")
    title = f"{ENGLISH.maintenance}: {row.title_en or row.title_zh} ({ENGLISH.stage[work.stage]})"
    return _entry(f"{home}/status#{row.id}", title, row.created_s, row.changed_s, "".join(told))


def _languages(*texts: tuple[str, str]) -> list[Words]:
    """Those in which something is written, so that nothing is told twice in the same words."""
    return [words for words, place in ((ENGLISH, 0), (CHINESE, 1)) if any(text[place] for text in texts)]


def _entry(address: str, title: str, published_s: float, updated_s: float, html: str) -> str:
    return (
        f"<entry><id>{escape(address)}</id><title>{escape(title)}</title><link href={quoteattr(address)}/>"
        f"<published>{iso(published_s)}</published><updated>{iso(updated_s)}</updated>"
        f'<content type="html">{escape(html)}</content></entry>'
    )
