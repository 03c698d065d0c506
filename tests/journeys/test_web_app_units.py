"""The web app's own checks: types and unit tests, run by the Node that builds it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_web_apps_types_and_unit_tests_pass(web_app: None) -> None:
    done = subprocess.run(
        [sys.executable, "build_ui.py", "check"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
