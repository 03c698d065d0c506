"""The shield's settings: posture, entitlement, budgets, brownout. Acts on none of them."""

from __future__ import annotations

from seawall.settings_section import Section


class AdmissionSettings(Section):
    """Settings of posture, price, entitlement, brownout and retries."""


class BudgetSettings(Section):
    """What an account and a key may use a day and a month."""
