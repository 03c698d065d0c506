"""Makes names in a folder outlive a power cut. Knows the file system; knows nothing of what the files hold."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """A file's content may be on the disk while its name is not: that is the folder's to keep."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
