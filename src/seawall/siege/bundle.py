"""The besieged service's own report of the siege, for strangers to check. Knows its command; knows no promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# The service reads back its log and draws plots, beside whatever the siege has left of the processor.
PATIENCE_S = 120.0


def keep_bundle(data: Path, config: Path, file: Path) -> str:
    """Asks the service of that data folder, which still runs; tells why there is none, empty where there is one."""
    command = [sys.executable, "-m", "seawall", "--data", str(data), "--config", str(config)]
    command += ["incident", "report", "--from", "1h", str(file)]
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Our own program with arguments of our own.
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"it took longer than {PATIENCE_S:g} s"
    return "" if done.returncode == 0 else done.stderr.strip().rpartition("\n")[2] or "it failed without a word"
