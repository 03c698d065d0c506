"""One thread for torch in each test process. Knows the variable that says so; knows no test.

Tiny tensors gain nothing from a second thread, and where other processes want the cores, each waits for the other in a
busy loop: training's unit tests took 114 s of CPU time instead of 16, in the same minutes on the same two cores.
"""

from __future__ import annotations

import os

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Before a test is collected, and so before torch loads. Programs that tests start inherit it."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
