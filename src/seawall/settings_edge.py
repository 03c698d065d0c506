"""The edge's settings: deadlines, caps and buckets before anything is parsed. Acts on none of them."""

from __future__ import annotations

from seawall.settings_section import Section


class EdgeSettings(Section):
    """Settings of connections and of the gate."""
