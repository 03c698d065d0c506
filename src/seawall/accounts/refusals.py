"""The noes that several services of this room say, in one wording each. Knows sentences; decides nothing."""

from __future__ import annotations

from seawall.values.refusal import Reason, Refusal

NOT_SIGNED_IN = Refusal(Reason.NOT_SIGNED_IN, "You are not signed in, or your session has ended. Please sign in.")
WRONG_CREDENTIALS = Refusal(Reason.WRONG_CREDENTIALS, "This address and password do not belong together.")
DISABLED = Refusal(Reason.NOT_ALLOWED, "This account is disabled. An operator of this service can enable it again.")
WRONG_OR_UNCONFIRMED = Refusal(
    Reason.WRONG_CREDENTIALS,
    "This address and password do not belong together. If you have just registered, open the link in the mail first.",
)
PENDING = Refusal(
    Reason.APPROVAL_PENDING,
    "Your account is made, and waits for an operator of this service, who lets you in. Nothing is wrong with it; "
    "please come back later.",
)
USED_INVITE = Refusal(
    Reason.DEAD_LINK,
    "This invite has been used as often as it may be. If it was you, sign in; else ask for a new one.",
    param="invite",
)
DEAD_REGISTRATION = Refusal(
    Reason.DEAD_LINK,
    "This link is used already, or too old, or was not copied whole. If your account is made, sign in; else register "
    "again, and a new link is sent.",
)
UNKNOWN_KEY = Refusal(
    Reason.UNKNOWN_KEY, "This API key is not known here. Keys look like sw-... and are made in the settings."
)
REVOKED_KEY = Refusal(Reason.UNKNOWN_KEY, "This API key was revoked. Make a new one in the settings.")
EXPIRED_KEY = Refusal(Reason.UNKNOWN_KEY, "This API key has expired. Make a new one in the settings.")
CANNOT_TELL = Refusal(
    Reason.RECORDS_UNAVAILABLE,
    "The records cannot be read at the moment, so it cannot be told who you are. Nothing is wrong with your account; "
    "please try again shortly.",
    retry_after_s=5.0,
)
NO_SUCH_ACCOUNT = Refusal(Reason.NOT_FOUND, "There is no such account.")
NO_SUCH_KEY = Refusal(Reason.NOT_FOUND, "The account has no such key.", param="key_id")
NO_SUCH_FACTOR = Refusal(Reason.NOT_FOUND, "Your account has no such factor. It may have been removed already.")
NOT_YOURS_TO_CHANGE = Refusal(Reason.NOT_ALLOWED, "Your role does not allow this change.")


def wrong(message: str, param: str) -> Refusal:
    """One field is at fault."""
    return Refusal(Reason.INVALID_REQUEST, message, param=param)
