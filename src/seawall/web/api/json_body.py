"""Bytes of a request to a JSON object, or the refusal that says what they are instead. Knows JSON; knows no field."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn, cast

from seawall.values.refusal import Reason, Refusal

Json = dict[str, Any]

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class _NotJson(ValueError):
    pass


def read_json_object(body: bytes) -> Json | Refusal:
    """A JSON object of well-formed Unicode and finite numbers."""
    try:
        value = json.loads(body.decode(), parse_constant=_no_constant)
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError:
        return Refusal(Reason.BROKEN_JSON, "The body is not UTF-8. Send JSON in UTF-8.")
    except UnicodeEncodeError:
        return Refusal(
            Reason.INVALID_REQUEST,
            "A text holds half of a surrogate pair (such as \\ud800), which is no character. Send whole characters.",
        )
    except RecursionError:
        return Refusal(Reason.BROKEN_JSON, "The JSON is nested too deep. Send a flatter body.")
    except _NotJson as error:
        return Refusal(Reason.BROKEN_JSON, f"The body holds {error}, which is not JSON. Send finite numbers.")
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        return Refusal(Reason.BROKEN_JSON, f"The body is not valid JSON: {error.msg} at {where}.")
    except ValueError:
        # Python's bound on the digits of an integer, against quadratic conversion.
        return Refusal(Reason.BROKEN_JSON, "The body holds a number of thousands of digits. Send a shorter one.")
    if not isinstance(value, dict):
        return Refusal(Reason.INVALID_REQUEST, 'The body must be a JSON object, such as {"model": ...}.')
    return cast(Json, value)


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(name)
