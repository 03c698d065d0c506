"""The entrance's settings: guests, challenge, sign-up gate, waiting room, mail. Acts on none of them."""

from __future__ import annotations

from seawall.settings_section import Section


class EntranceSettings(Section):
    """Settings of guests, of the challenge, of the sign-up gate and of the waiting room."""


class MailSettings(Section):
    """How the service sends mail; nothing is sent while no server is named."""
