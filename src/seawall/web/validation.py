"""What a request's fields did wrong, as one sentence. Knows pydantic's findings; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seawall.values.refusal import Reason, Refusal
from seawall.web.field_faults import fault_in_words, is_ours

_WHOLE = frozenset(("body", "query", "path"))


def explain(faults: Sequence[dict[str, Any]]) -> Refusal:
    """The first fault: one at a time reads better, and it often causes the others."""
    fault = faults[0]
    kind: str = fault["type"]
    if kind == "json_invalid":
        return Refusal(Reason.BROKEN_JSON, "The body is not valid JSON.")
    param = ".".join(str(part) for part in fault["loc"] if part not in _WHOLE and is_ours(part))[:200]
    if not param:
        return Refusal(Reason.INVALID_REQUEST, "The body must be a JSON object of the type application/json.")
    if kind == "extra_forbidden":
        return Refusal(Reason.UNKNOWN_FIELD, f"There is no field '{param}'. Leave it out.", param=param)
    if kind == "missing":
        return Refusal(Reason.INVALID_REQUEST, f"'{param}' is missing.", param=param)
    return Refusal(Reason.INVALID_REQUEST, f"'{param}' {fault_in_words(fault)}.", param=param)
