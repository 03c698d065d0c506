"""What an honest stranger does who is asked for a pass: takes a place, waits, comes back. Knows the entrance's API.

Browsers solve the entrance's puzzle; one generator could not solve it for hundreds of people, so here they take the way
without one, which is to wait. ``entrance.ticket_s`` is set to about what a browser's solving takes.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from seawall.siege.talk import json_of, talk
from seawall.siege.target import Target

ASKED_TO = ("challenge_required", "challenge_failed", "waiting_room", "place_lost")
_PATH = "/api/entrance"
_PATIENCE_S = 10.0
_LOOK_AGAIN_S = 5.0


async def pass_for(target: Target, address: str, patience_s: float) -> str:
    """A guest's pass; empty where none came in time."""
    gives_up_s = time.perf_counter() + patience_s
    place = await _post(target, address, "/place", {"action": "chat"})
    while place.get("state") == "waiting":
        wait_s = float(place.get("look_again_s") or _LOOK_AGAIN_S)
        if time.perf_counter() + wait_s > gives_up_s:
            return ""
        await asyncio.sleep(wait_s)
        place = await _post(target, address, "/place/look", {"action": "chat", "place": place["place"]})
    if place.get("state") != "released":
        return ""
    return str((await _post(target, address, "/pass", {"place": place["place"]})).get("pass", ""))


async def _post(target: Target, address: str, path: str, content: dict[str, str]) -> dict[str, Any]:
    request = target.request("POST", _PATH + path, address, json.dumps(content).encode())
    return json_of(await talk(target, request, address, _PATIENCE_S))
