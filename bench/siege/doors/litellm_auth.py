"""Who asks at LiteLLM's door: runs within its process. Knows the keys' file and the limit that it hands out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from fastapi import HTTPException, Request
from litellm.proxy._types import UserAPIKeyAuth  # pyright: ignore

RANKS: dict[str, int] = json.loads(Path(os.environ["SIEGE_KEYS"]).read_text(encoding="utf-8"))
RPM = int(os.environ["SIEGE_RPM"])


async def who(request: Request, api_key: str | None) -> Any:
    """Old accounts, new ones, and guests who bring no key; a key that nobody has is refused."""
    key = (api_key or "").removeprefix("Bearer ").strip()
    if key and key not in RANKS:
        raise HTTPException(401, "No such key.")
    priority = {1: "registered", 2: "new"}.get(RANKS.get(key, 9), "guest")
    name = key or f"guest {request.client.host if request.client else ''}"
    return UserAPIKeyAuth(api_key=name, rpm_limit=RPM, metadata={"priority": priority})
