"""Settings of what running the service costs. Acts on none of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from seawall.settings.section import Section

_Rate = Annotated[float, Field(ge=0, le=1e9)]


class CostSettings(Section):
    """What all machines of the service cost, for the operators' page. Nothing is told of what is left at 0."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """The three letters (ISO 4217) of the currency of the rates."""
    per_hour: _Rate = 0.0
    """Money an hour for all machines together, busy or idle: rent, or price over the years of use."""
    budget_per_month: _Rate = 0.0
    """Money a month that the service may cost; the operators' page tells the rest of it."""
    watts_idle: _Rate = 0.0
    """Watts drawn by all machines while nobody asks."""
    watts_busy: _Rate = 0.0
    """Watts drawn while every slot is held. Energy is estimated between the two by the slots held."""
