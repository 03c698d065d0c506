"""Tells the verdict's signals what a question is like. Knows classes and messages; keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from seawall.values.question import Question
from seawall.values.ticket import ServiceClass, Ticket
from seawall.verdict.signals import Signals

_STANDINGS: Mapping[ServiceClass, str] = {
    ServiceClass.C0: "home",
    ServiceClass.C1: "home",
    ServiceClass.C1B: "home",
    ServiceClass.C2: "away",
    ServiceClass.C3: "stranger",
    ServiceClass.C4: "stranger",
}


def tell_asked(signals: Signals, ticket: Ticket) -> None:
    """By the last thing said, as that is what its asker wrote: the rest may be a long conversation."""
    arrival = ticket.arrival
    standing = _STANDINGS[ticket.service_class]
    signals.asked(arrival.asker, last_said(arrival.question), ticket.price.engine_ms, standing)


def last_said(question: Question) -> str:
    """The text of the last message, or of what is embedded; empty where that is no text."""
    fields: Mapping[str, Any] = question.fields
    content = _last(fields.get("messages") or fields.get("input"))
    if isinstance(content, dict):
        content = cast("dict[str, Any]", content).get("content")
    if isinstance(content, list):
        parts = cast("list[Any]", content)
        content = next((part.get("text") for part in parts if isinstance(part, dict)), "")  # pyright: ignore
    return content if isinstance(content, str) else ""


def _last(said: Any) -> Any:
    if not isinstance(said, list):
        return said
    several = cast("list[Any]", said)
    return several[-1] if several else ""
