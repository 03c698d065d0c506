"""What a call is for, and who comes for nothing else."""

from __future__ import annotations

import pytest

from passers_by import BROWSER, Street
from seawall.verdict.errands import ERRANDS, OFTEN, errand_of
from seawall.verdict.manner import Circumstances, manner_of
from seawall.verdict.signals import Signals


@pytest.mark.parametrize(
    ("path", "errand"),
    [
        ("/api/auth/forgot", "letters"),
        ("/api/auth/oidc/somebody/begin", "providers"),
        ("/api/attachments", "uploads"),
        ("/api/conversations/c1/export", "exports"),
        ("/api/conversations/c1/share", "shares"),
        ("/api/conversations", "conversations"),
        ("/api/rooms/that/come", "elsewhere"),
        ("/v1/models", "models"),
        ("/api/shared/token", ""),
        ("/api/entrance/place/look", ""),
        ("/api", "elsewhere"),
        ("/", ""),
        ("", ""),
    ],
)
def test_a_call_is_for_the_room_behind_its_path(path: str, errand: str) -> None:
    assert errand_of(path) == errand
    assert errand in {"", *ERRANDS}


def manner_after(signals: Signals, paths: list[str]) -> dict[str, str]:
    number = 0
    for path in paths:
        number = signals.request("192.0.2.7", path, BROWSER, known=False)
    asker = signals.crowd.find(number)
    assert asker is not None
    return dict(manner_of(asker, Circumstances(now_s=1.0)))


def test_who_does_one_thing_again_and_again_and_nothing_else_came_for_it() -> None:
    assert "errand" not in manner_after(Street().signals, ["/api/search"] * (OFTEN["searches"] - 1))
    assert manner_after(Street().signals, ["/api/search"] * OFTEN["searches"])["errand"] == "searches"


def test_who_asks_may_search_as_well() -> None:
    assert "errand" not in manner_after(Street().signals, ["/api/search"] * 5 + ["/api/chat"])


def test_a_room_without_a_name_is_counted_too() -> None:
    assert manner_after(Street().signals, ["/api/something/new"] * 3)["errand"] == "elsewhere"


def test_who_waits_for_a_letter_has_not_signed_in_since() -> None:
    signals = Street().signals
    assert manner_after(signals, ["/api/auth/forgot"])["letter"] == "asked"
    number = signals.request("192.0.2.7", "/api/auth/login", BROWSER, known=False)
    signals.answered(number, "/api/auth/login", 200)
    assert "letter" not in manner_after(signals, ["/"])
