"""Runs the quick benchmarks one after the other (`make bench`). Knows their names; measures nothing itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
QUICK: tuple[tuple[str, ...], ...] = (
    ("stages.py",),
    ("decision.py",),
    ("records.py",),
    ("identity.py",),
    ("gateway.py", "--quick"),
    ("footprint.py", "--no-clone"),
    ("siege", "--doors", "seawall,bare", "--mixes", "stolen-100", "--quick"),
)


def main() -> int:
    """The number of benchmarks that could not run; their figures are theirs to judge."""
    failed = 0
    for script, *arguments in QUICK:
        done = subprocess.run([sys.executable, str(HERE / script), *arguments], check=False)
        failed += done.returncode != 0
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
