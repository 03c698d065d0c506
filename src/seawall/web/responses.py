"""Refusals as HTTP responses. Knows Starlette; decides nothing."""

from __future__ import annotations

from starlette.responses import Response

from seawall.streaming.refusals import refusal_body, refusal_headers
from seawall.values.refusal import Refusal


class Refused(Exception):
    """Carries a refusal out of a route or a dependency to the application's handler."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason.code)
        self.refusal = refusal


def refused(refusal: Refusal) -> Response:
    """The refusal with its status, headers and body in OpenAI's error form."""
    headers = {name.decode(): value.decode() for name, value in refusal_headers(refusal)}
    return Response(refusal_body(refusal), status_code=refusal.reason.status, headers=headers)
