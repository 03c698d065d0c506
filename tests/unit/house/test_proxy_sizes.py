"""The proxy that we hand out lets through as much as the service takes: else its own page answers, not ours."""

from __future__ import annotations

import re
from pathlib import Path

from seawall.settings.files import FileSettings
from seawall.settings.tree import Settings

NGINX = (Path(__file__).parents[3] / "deploy" / "nginx.conf").read_text(encoding="utf-8")
MIB = 1024 * 1024


def sizes() -> dict[str, int]:
    """By address; the server's own has none."""
    found = re.findall(r"(?:location = (\S+) \{\s*)?client_max_body_size (\d+)m;", NGINX)
    return {address: int(size) * MIB for address, size in found}


def test_what_the_service_takes_comes_through_the_proxy():
    files = FileSettings()
    assert sizes() == {
        "": Settings().limits.body_bytes,
        "/api/attachments": files.file_bytes,
        "/api/import": files.import_bytes,
    }


def test_an_export_with_all_the_files_of_an_account_can_be_imported():
    files = FileSettings()
    assert files.import_bytes >= files.account_bytes + 64 * MIB
