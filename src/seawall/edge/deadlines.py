"""When a connection is too slow. Knows stages, times and byte counts; knows no socket, and looks at no clock itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    """What a connection is at. One more request sent ahead (pipelining) changes nothing while one is answered."""

    HEAD = "waits for the request line and the headers"
    BODY = "waits for the rest of a body"
    ANSWER = "the request is whole and is being answered"
    IDLE = "waits for the next request"
    LINGER = "answered for good; what still comes is read and forgotten"
    CLOSING = "closed, but for what is still to be sent"


# A member costs 80 ns to find through its class (Python 3.11) and 8 ns here, a dozen times a request.
HEAD, BODY, ANSWER, IDLE, LINGER, CLOSING = Stage


class Due(Enum):
    """Why a connection is cut."""

    QUIET = "Nothing was asked, or the last words are said."
    HEAD = "The headers came too slowly."
    BODY = "The body came too slowly."
    UNREAD = "The client does not read its answer."


class Pace:
    """Where a connection stands and since when. The protocol writes it at each event, the sweep reads it.

    All times are on one monotonic clock. ``since_s`` is when the stage began, ``heard_s`` when a byte came last,
    ``until_s`` when lingering ends; ``body_bytes`` came in this stage; ``unsent_bytes`` waited at the last look, and
    ``taken_s`` is the last look at which the client had taken some of them.
    """

    __slots__ = ("body_bytes", "heard_s", "since_s", "stage", "taken_s", "unsent_bytes", "until_s")

    def __init__(self, now_s: float) -> None:
        self.stage = HEAD
        self.since_s = self.heard_s = self.taken_s = self.until_s = now_s
        self.body_bytes = 0
        self.unsent_bytes = 0

    def enter(self, stage: Stage, now_s: float) -> None:
        """Begins a stage."""
        self.stage = stage
        self.since_s = now_s
        self.body_bytes = 0

    def hold(self, now_s: float) -> None:
        """The body stands still because we do not read it: that time is not the client's."""
        self.since_s += now_s - self.heard_s
        self.heard_s = now_s

    def sent(self) -> None:
        """The client has taken something between two looks."""
        self.unsent_bytes = 0


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The bounds of each stage in seconds; ``settings_edge`` says why each is what it is."""

    header_s: float
    body_idle_s: float
    body_grace_s: float
    body_rate_bytes: float
    body_s: float
    send_s: float
    keep_alive_s: float

    def due(self, pace: Pace, now_s: float) -> Due | None:
        """What a connection is cut for at this moment, if for anything. The order is that of the likeliest."""
        stage, spent_s = pace.stage, now_s - pace.since_s
        if stage is IDLE:
            return Due.QUIET if spent_s > self.keep_alive_s else None
        if stage is HEAD:
            return Due.HEAD if spent_s > self.header_s else None
        if stage is BODY:
            is_late = now_s - pace.heard_s > self.body_idle_s or spent_s > self.body_allowed_s(pace.body_bytes)
            return Due.BODY if is_late else None
        if stage is LINGER:
            return Due.QUIET if now_s > pace.until_s else None
        return None

    def body_allowed_s(self, body_bytes: int) -> float:
        """How long a body of which so much has come may have taken: mod_reqtimeout's ``body=20,MinRate=500``, with an
        end. Each byte buys time, so that who is slow but honest gets through.
        """
        return min(self.body_grace_s + body_bytes / self.body_rate_bytes, self.body_s)

    def unread(self, pace: Pace, unsent_bytes: int, now_s: float) -> bool:
        """Called once a look with what waits to be sent: True when the client has taken nothing of it for too long."""
        if unsent_bytes == 0 or unsent_bytes < pace.unsent_bytes or pace.unsent_bytes == 0:
            pace.taken_s = now_s
        pace.unsent_bytes = unsent_bytes
        return now_s - pace.taken_s > self.send_s
