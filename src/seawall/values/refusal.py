"""Every way to be told no. Knows reason, status and what helps; knows nothing of how it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from seawall.values.place import PlaceTold


class Reason(Enum):
    """A refusal's name, HTTP status and OpenAI error type. ``docs/refusals.md`` tells each to people."""

    def __init__(self, code: str, status: int, kind: str) -> None:
        self.code = code
        self.status = status
        self.kind = kind

    # What is asked is wrong.
    BROKEN_JSON = ("broken_json", 400, "invalid_request_error")
    INVALID_REQUEST = ("invalid_request", 400, "invalid_request_error")
    UNKNOWN_FIELD = ("unknown_field", 400, "invalid_request_error")
    UNSUPPORTED_FIELD = ("unsupported_field", 400, "invalid_request_error")
    MODEL_NOT_FOUND = ("model_not_found", 404, "invalid_request_error")
    NOT_FOUND = ("not_found", 404, "invalid_request_error")
    METHOD_NOT_ALLOWED = ("method_not_allowed", 405, "invalid_request_error")
    CONFLICT = ("conflict", 409, "invalid_request_error")
    CONTEXT_LENGTH_EXCEEDED = ("context_length_exceeded", 400, "invalid_request_error")
    ENGINE_REJECTED = ("engine_rejected", 400, "invalid_request_error")
    QUARANTINED = ("quarantined", 422, "invalid_request_error")
    DEAD_LINK = ("dead_link", 410, "invalid_request_error")
    BODY_TOO_LARGE = ("body_too_large", 413, "invalid_request_error")
    UNSUPPORTED_FILE = ("unsupported_file", 415, "invalid_request_error")
    UNREADABLE_FILE = ("unreadable_file", 422, "invalid_request_error")
    STORAGE_FULL = ("storage_full", 413, "invalid_request_error")
    HEADERS_TOO_LARGE = ("headers_too_large", 431, "invalid_request_error")
    TOO_SLOW = ("too_slow", 408, "invalid_request_error")
    # Who asks.
    UNKNOWN_KEY = ("unknown_key", 401, "authentication_error")
    NOT_SIGNED_IN = ("not_signed_in", 401, "authentication_error")
    WRONG_CREDENTIALS = ("wrong_credentials", 401, "authentication_error")
    NOT_ALLOWED = ("not_allowed", 403, "permission_error")
    BLOCKED = ("blocked", 403, "permission_error")
    CROSS_SITE = ("cross_site", 403, "permission_error")
    SIGNUP_CLOSED = ("signup_closed", 403, "permission_error")
    INVITE_NEEDED = ("invite_needed", 403, "permission_error")
    DOMAIN_NOT_ALLOWED = ("domain_not_allowed", 403, "permission_error")
    APPROVAL_PENDING = ("approval_pending", 403, "permission_error")
    WRONG_CODE = ("wrong_code", 403, "permission_error")
    PASSKEY_REFUSED = ("passkey_refused", 403, "permission_error")
    PROOF_NEEDED = ("proof_needed", 403, "permission_error")
    PROVIDER_REFUSED = ("provider_refused", 403, "permission_error")
    NO_ACCOUNT = ("no_account", 403, "permission_error")
    LINK_NEEDED = ("link_needed", 403, "permission_error")
    SIGN_IN_AGAIN = ("sign_in_again", 403, "permission_error")
    CHALLENGE_REQUIRED = ("challenge_required", 403, "permission_error")
    CHALLENGE_FAILED = ("challenge_failed", 403, "permission_error")
    PLACE_LOST = ("place_lost", 403, "permission_error")
    # Your share, or our capacity.
    TOO_MANY_ATTEMPTS = ("too_many_attempts", 429, "rate_limit_error")
    SHARE_USED = ("share_used", 429, "rate_limit_error")
    BUDGET_SPENT = ("budget_spent", 429, "rate_limit_error")
    NO_ROOM = ("no_room", 503, "overloaded_error")
    REGISTRATION_BUSY = ("registration_busy", 503, "overloaded_error")
    WAITING_ROOM = ("waiting_room", 503, "overloaded_error")
    ENGINE_FULL = ("engine_full", 503, "overloaded_error")
    ENGINE_UNAVAILABLE = ("engine_unavailable", 503, "server_error")
    ENGINE_FAILED = ("engine_failed", 503, "server_error")
    MAIL_UNAVAILABLE = ("mail_unavailable", 503, "server_error")
    PROVIDER_UNAVAILABLE = ("provider_unavailable", 503, "server_error")
    RECORDS_UNAVAILABLE = ("records_unavailable", 503, "server_error")
    INTERNAL = ("internal", 500, "server_error")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no with its sentence.

    ``retry_after_s`` is set where waiting helps, ``param`` where one field is at fault, ``place`` where one is kept.
    """

    reason: Reason
    message: str
    retry_after_s: float | None = None
    param: str | None = None
    place: PlaceTold | None = None
