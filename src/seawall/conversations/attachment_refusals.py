"""The noes about files. Knows sentences; decides nothing."""

from __future__ import annotations

from seawall.values.refusal import Reason, Refusal
from seawall.values.sizes import size_in_words

NO_SUCH_FILE = Refusal(Reason.NOT_FOUND, "There is no such file. It may have been deleted.")
CARRIED = Refusal(
    Reason.NOT_FOUND, "There is no such file that waits for a message. One that was sent goes with its conversation."
)
UNKNOWN_KIND = Refusal(
    Reason.UNSUPPORTED_FILE,
    "This kind of file cannot be read. Attach a text file in UTF-8, a PDF, or a PNG, JPEG, WebP or GIF image.",
)
EMPTY_FILE = Refusal(Reason.UNREADABLE_FILE, "This file is empty. Attach one with something in it.")
NOBODY_SEES = Refusal(
    Reason.UNSUPPORTED_FILE,
    "No model of this service sees images, so it cannot be attached. Describe it in words, or attach its text.",
)
LOCKED = Refusal(
    Reason.UNREADABLE_FILE, "This PDF is locked with a password. Save a copy without one, and attach that."
)
ONLY_PICTURES = Refusal(
    Reason.UNREADABLE_FILE,
    "This PDF holds no text, only pictures of pages. Run text recognition (OCR) on it, and attach the result.",
)
DAMAGED = Refusal(
    Reason.UNREADABLE_FILE, "This PDF cannot be read: it is damaged or not whole. Save it anew, and attach that."
)
TOO_HEAVY = Refusal(
    Reason.UNREADABLE_FILE,
    "This PDF takes more memory or time to read than one file may. Print it to a new PDF, or attach a part of it.",
)
BUSY = Refusal(
    Reason.NO_ROOM, "Many files are being read at the moment. Try again in a few seconds.", retry_after_s=5.0
)
UPLOADS_BUSY = Refusal(
    Reason.NO_ROOM, "Many files are being sent at the moment. Try again in a few seconds.", retry_after_s=5.0
)
YOUR_UPLOADS = Refusal(
    Reason.SHARE_USED, "Two files of yours are being sent already. Send this one when they have arrived.", 3.0
)


def too_large(kind: str, most_bytes: int) -> Refusal:
    """``kind`` is in the plural: files, images."""
    return Refusal(Reason.BODY_TOO_LARGE, f"{kind} may have {size_in_words(most_bytes)} at most. Attach a smaller one.")


def too_many_pixels(most: int) -> Refusal:
    """For a picture that would take too much memory to open."""
    return Refusal(
        Reason.BODY_TOO_LARGE, f"Images may have {most / 1e6:g} million pixels at most. Attach a smaller one."
    )


def too_many_pages(pages: int, most: int) -> Refusal:
    """For a PDF that is a library."""
    return Refusal(
        Reason.BODY_TOO_LARGE, f"This PDF has {pages} pages, and {most} is the most. Attach the part that matters."
    )


def too_many_files(most: int) -> Refusal:
    """For one message."""
    return Refusal(Reason.INVALID_REQUEST, f"A message carries {most} files at most.", param="attachments")


def too_much_in_one(most_bytes: int) -> Refusal:
    """For all files of one message."""
    sentence = f"The files of one message may have {size_in_words(most_bytes)} together. Send them in several messages."
    return Refusal(Reason.BODY_TOO_LARGE, sentence, param="attachments")


def storage_full(most_bytes: int) -> Refusal:
    """For an account that keeps as much as it may."""
    return Refusal(
        Reason.STORAGE_FULL,
        f"Your files take up the {size_in_words(most_bytes)} that an account has. Delete conversations with large "
        "ones; their room is free 30 days later, when they are gone for good.",
    )


def too_many_waiting(most: int) -> Refusal:
    """For an account that attaches and never sends."""
    return Refusal(
        Reason.STORAGE_FULL,
        f"{most} files of yours wait for a message already. Send or remove some; what waits for a day is removed.",
    )
