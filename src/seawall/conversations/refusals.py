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
NO_SUCH_PARENT = Refusal(
    Reason.CONFLICT,
    "What this message follows is not in the conversation. Open the conversation again, and send it once more.",
    param="parent_id",
)
NO_SUCH_ATTACHMENT = Refusal(
    Reason.CONFLICT,
    "An attachment is not there any more. Take it out of the message, or attach the file again.",
    param="attachments",
)
NOTHING_TO_ANSWER = Refusal(
    Reason.INVALID_REQUEST,
    "Without a 'text', 'conversation_id' and 'parent_id' name the message that is to be answered again.",
    param="parent_id",
)
SETTLED_ALREADY = Refusal(
    Reason.INVALID_REQUEST,
    "Instructions, sampling and folder go along with a conversation's first message alone. Change them by PATCH.",
    param="conversation_id",
)
NO_SUCH_LEAF = Refusal(Reason.CONFLICT, "There is no such message in the conversation.", param="leaf_id")
NO_SUCH_FOLDER = Refusal(Reason.NOT_FOUND, "There is no such folder. It may have been deleted.", param="folder_id")
NO_SUCH_ANSWER = Refusal(Reason.NOT_FOUND, "There is no such answer. Its conversation may have been deleted.")
NOT_DELETED = Refusal(
    Reason.NOT_FOUND, "There is no such conversation to have back. It may be gone for good, or was not deleted."
)
SERVICE_STOPS = Refusal(
    Reason.ENGINE_UNAVAILABLE, "The service is being restarted. Try again in a few seconds.", retry_after_s=5.0
)


def too_many_answers(most: int) -> Refusal:
    """For an account that has ``most`` answers in progress."""
    return Refusal(
        Reason.SHARE_USED,
        f"{most} answers of yours are in progress already. Wait for one to end, or stop one.",
        retry_after_s=10.0,
    )


NO_ROOM_FOR_ANSWERS = Refusal(
    Reason.NO_ROOM,
    "So many answers are in progress that no further one can begin. Try again shortly.",
    retry_after_s=5.0,
)
