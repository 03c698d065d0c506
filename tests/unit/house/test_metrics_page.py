"""docs/metrics.md tells every metric that the service really shows, with its kind and labels."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from seawall.app import start_service
from seawall.settings.tree import EngineSettings, Settings

ROW = re.compile(r"^\| `(?P<name>seawall_\w+)` \| (?P<kind>\w+) \| (?P<labels>[^|]*)\|", re.MULTILINE)
TYPE = re.compile(r"^# TYPE (seawall_\w+) (\w+)$", re.MULTILINE)


async def test_every_metric_is_on_the_page_with_its_kind(root: Path, tmp_path: Path) -> None:
    page = (root / "docs" / "metrics.md").read_text(encoding="utf-8")
    told = {row["name"]: row["kind"] for row in ROW.finditer(page)}
    shown = {name: kind for name, kind in TYPE.findall(await _scrape(tmp_path)) if not name.endswith("_created")}
    assert told == shown


async def _scrape(data: Path) -> str:
    service = await start_service(Settings(engine=EngineSettings(use=("echo",))), data, None)
    parts: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        parts.append(message.get("body", b""))

    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/metrics",
        "raw_path": b"/metrics",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await service.asgi(scope, receive, send)
    await service.close()
    return b"".join(parts).decode()
