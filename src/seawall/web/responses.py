"""Refusals as HTTP responses. Knows Starlette; decides nothing."""

from __future__ import annotations

from starlette.responses import Response

from seawall.streaming.refusals import refusal_told
from seawall.values.refusal import Refusal


class Refused(Exception):
    """Carries a refusal out of a route or a dependency to the application's handler."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason.code)
        self.refusal = refusal


def refused(refusal: Refusal, accept: bytes = b"", path: str = "") -> Response:
    """The refusal with its status, headers and body, in the form that ``Accept`` asks for or the address has."""
    headers, body = refusal_told(refusal, accept, path)
    told = {name.decode(): value.decode() for name, value in headers}
    return Response(body, status_code=refusal.reason.status, headers=told)
