"""A small picture for other people's pages that says how the service is. Knows SVG; knows no state."""

from __future__ import annotations

from html import escape

from seawall.status.snapshot import Snapshot
from seawall.web.status.words import Words

# On white and on dark pages alike: white on the light theme's colours, at least 4.6:1.
_COLOURS = {"none": "#1f7a4d", "minor": "#8a5200", "major": "#b3261e", "critical": "#b3261e"}
_SAID = {
    "en": {"none": "works", "minor": "impaired", "major": "partly down", "critical": "down"},
    "zh": {"none": "正常", "minor": "受影响", "major": "部分中断", "critical": "中断"},
}
_NAME = "seawall"


def badge(snapshot: Snapshot, words: Words) -> bytes:
    """No script, no link, no font of ours: it is shown as an image."""
    said = _SAID[words.lang][snapshot.indicator]
    colour = _COLOURS[snapshot.indicator]
    left, right = _width(_NAME), _width(said)
    title = escape(f"Seawall: {words.overall[snapshot.overall].partition(':')[0]}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f'<title>{title}</title><rect width="{left + right}" height="20" rx="4" fill="#14212b"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-{right - 4}z" fill="{colour}"/>'
        f'<g fill="#fff" font-family="system-ui,Verdana,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14">{_NAME}</text><text x="{left + right / 2:g}" y="14">{escape(said)}</text>'
        "</g></svg>"
    ).encode()


def _width(text: str) -> int:
    """About what it takes at 11 px, with 8 px at either side."""
    return 16 + sum(11 if ord(one) > 0x2E7F else 7 for one in text)
