"""Which engine the settings make."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import pytest

from seawall.engines.building import engine_from_settings
from seawall.engines.port import Engine, EngineError
from seawall.settings.tree import EngineSettings


def built(*use: str, model_path: Path | None = None, slots: int = 0) -> Engine:
    settings = EngineSettings(use=use, slots=slots)
    return engine_from_settings(settings, model_path=model_path, model_name="m", clock=time.monotonic, random=Random(1))


@pytest.mark.parametrize(
    ("use", "kind"),
    [
        (("local",), "Embedded"),
        (("echo",), "Echo"),
        (("echo:slots=3",), "Echo"),
        (("http://127.0.0.1:9000/v1",), "OpenAICompatible"),
        (("http://a/v1", "https://b/v1"), "Pool"),
        (("http://a/v1", "http://a/v1"), "OpenAICompatible"),
    ],
)
def test_each_use_makes_its_engine(use: tuple[str, ...], kind: str) -> None:
    assert type(built(*use, model_path=Path("m.gguf"))).__name__ == kind


@pytest.mark.parametrize("use", ["", "locale", "ftp://a/v1", "http://", "127.0.0.1:9000", "http://a:b:c/"])
def test_what_is_no_engine_is_refused_with_what_would_be(use: str) -> None:
    with pytest.raises(EngineError, match="use local, echo"):
        built(use)


def test_the_local_engine_needs_a_model() -> None:
    with pytest.raises(EngineError, match=r"engine\.model"):
        built("local")


def test_slots_are_as_set_or_to_be_learned_for_an_upstream() -> None:
    learned = built("http://a/v1").report()
    assert (learned.slots, learned.slots_fixed) == (256, False)
    assert built("http://a/v1", slots=3).report().slots == 3
