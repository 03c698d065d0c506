"""The shield without one of its parts, to see what the part buys. Knows settings; plays nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from seawall.settings.tree import Settings

HOME = "home"
"""Not a setting: without it, every account is at home wherever it asks from."""


def settings_without(parts: Iterable[str]) -> Settings:
    """The defaults, less these parts."""
    settings = Settings()
    for part in parts:
        if part != HOME:
            settings = ABLATIONS[part](settings)
    return settings


def _admission(**values: float | bool) -> Callable[[Settings], Settings]:
    return lambda all_: all_.model_copy(update={"admission": all_.admission.model_copy(update=values)})


def _queue(**values: float | bool) -> Callable[[Settings], Settings]:
    return lambda all_: all_.model_copy(update={"queue": all_.queue.model_copy(update=values)})


ABLATIONS: dict[str, Callable[[Settings], Settings]] = {
    HOME: lambda settings: settings,
    "entitlement": _admission(entitlement_factor=100.0, entitlement_burst=1000.0),
    "reserve": _queue(reserve=0.0, reserve_within=0.0, headroom=0.0, kv_share=1.0),
    "giving-way": _queue(giving_way=False),
    "deadline": _queue(deadline=False),
    "brownout": _admission(brownout_shorter=False, brownout_effort=False),
    "caps": _admission(
        elevated_tokens_c1b=0, elevated_tokens_c2=0, elevated_tokens_guest=0,
        siege_tokens_c1b=0, siege_tokens_c2=0, siege_tokens_guest=0,
    ),
}  # fmt: skip
