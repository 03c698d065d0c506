"""The noes of this room. Knows sentences; decides nothing."""

from __future__ import annotations

from seawall.values.refusal import Reason, Refusal

NO_SUCH_CONVERSATION = Refusal(Reason.NOT_FOUND, "There is no such conversation. It may have been deleted.")
NOT_KEPT = Refusal(
    Reason.RECORDS_UNAVAILABLE,
    "Your message cannot be saved at the moment, so it was not sent. Please try again shortly.",
    retry_after_s=5.0,
)
BEING_ANSWERED = Refusal(Reason.CONFLICT, "This message has arrived already. Open the conversation to see its answer.")
BAD_CURSOR = Refusal(
    Reason.INVALID_REQUEST, "'before' is not a cursor. Send the 'next' of the page before.", param="before"
)
EMPTY_TITLE = Refusal(Reason.INVALID_REQUEST, "A title needs at least one visible character.", param="title")
