"""What a call is for, by the room behind its path. Knows rooms by name; knows no asker and no weight.

What attackers cost a service with is more than questions and passwords: letters, codes, searches, uploads, exports. A
room that is added here is counted, learned as usual and held against what newcomers do, with no further line of code
but its sentence.
"""

from __future__ import annotations

from collections.abc import Mapping

# By the first two parts of a path behind /api/, else by the first.
_ROOMS: Mapping[str, str] = {
    "auth/forgot": "letters",
    "auth/reset": "codes",
    "auth/verify": "codes",
    "auth/second": "codes",
    "auth/recovery": "codes",
    "auth/oidc": "providers",
    "auth/passkey": "passkeys",
    "account": "account",
    "keys": "account",
    "attachments": "uploads",
    "search": "searches",
    "export": "exports",
    "import": "imports",
    "conversations": "conversations",
    "folders": "conversations",
    "prompts": "conversations",
}
_ENDINGS: Mapping[str, str] = {"export": "exports", "share": "shares"}
MODELS, ELSEWHERE = "models", "elsewhere"
# What a page asks again and again by itself, and what readers of a shared conversation fetch, is nobody's errand.
_NONE = frozenset({"entrance", "status", "shared", "shares", "terms", "bootstrap", "answers"})
ERRANDS = (*dict.fromkeys((*_ROOMS.values(), *_ENDINGS.values())), MODELS, ELSEWHERE)
# So often before it is an errand: one letter is asked for by whoever has forgotten a password, some things twice.
OFTEN: Mapping[str, int] = dict.fromkeys(ERRANDS, 3) | {"letters": 2}


def errand_of(path: str) -> str:
    """The name of the room that a call goes to; empty for what nobody comes for. Cheap, by the path alone."""
    parts = path.split("/", 4)
    if parts[1:2] != ["api"]:
        return MODELS if parts[1:2] == ["v1"] else ""
    room = parts[2] if len(parts) > 2 else ""
    if room in _NONE:
        return ""
    deed = parts[3] if len(parts) > 3 else ""
    ending = _ENDINGS.get(path.rpartition("/")[2])
    return ending or _ROOMS.get(f"{room}/{deed}") or _ROOMS.get(room, ELSEWHERE)
