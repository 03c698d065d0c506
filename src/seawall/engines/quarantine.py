"""Which questions were about when the engine died. Knows fingerprints and time; knows no engine."""

from __future__ import annotations

from asyncio import CancelledError
from collections import OrderedDict, deque
from collections.abc import Callable

from seawall.engines.port import Quarantined
from seawall.values.question import Question

DEATHS_BEFORE_QUARANTINE = 2
EXPIRY_S = 600.0
MOST_MARKS = 1024
# A question that was given up may go on working in the engine until the end of its step.
AFTERGLOW_S = 5.0
MOST_AFTERGLOWS = 64


class Watch:
    """One asking of one question. ``answered`` is set by its holder once the answer is whole."""

    __slots__ = ("_quarantine", "answered", "question")

    def __init__(self, quarantine: Quarantine, question: Question) -> None:
        self._quarantine = quarantine
        self.question = question
        self.answered = False

    def __enter__(self) -> Watch:
        self._quarantine.begin(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        given_up = kind is not None and issubclass(kind, (GeneratorExit, CancelledError))
        self._quarantine.end(self, answered=self.answered, given_up=given_up)


class Quarantine:
    """A question in flight at two deaths is not asked again for ``expiry_s``; one that is answered is cleared.

    Fingerprints are made only at a death, and at all only compared while some are kept: on a quiet day this costs
    an answer two dictionary operations.
    """

    def __init__(self, *, clock: Callable[[], float], expiry_s: float = EXPIRY_S, most_marks: int = MOST_MARKS) -> None:
        self._clock = clock
        self._expiry_s = expiry_s
        self._most_marks = most_marks
        self._in_flight: dict[Watch, Question] = {}
        self._given_up: deque[tuple[float, Question]] = deque(maxlen=MOST_AFTERGLOWS)
        self._marks: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, question: Question) -> None:
        """Raises Quarantined for a question that was in flight at two deaths."""
        if self._deaths(question) >= DEATHS_BEFORE_QUARANTINE:
            raise Quarantined(
                "The model failed twice while it worked on this very request, so it is not tried again for now. "
                "Change the request, or come back later."
            )

    def is_suspect(self, question: Question) -> bool:
        """Whether it was in flight at a death."""
        return self._deaths(question) > 0

    def watching(self, question: Question) -> Watch:
        """For a ``with`` around the work on a question."""
        return Watch(self, question)

    def begin(self, watch: Watch) -> None:
        """The engine is asked."""
        self._in_flight[watch] = watch.question

    def end(self, watch: Watch, *, answered: bool, given_up: bool) -> None:
        """The engine is done with it, or its asker has left."""
        del self._in_flight[watch]
        if answered and self._marks:
            self._marks.pop(watch.question.fingerprint(), None)
        elif given_up:
            self._given_up.append((self._clock(), watch.question))

    def died(self) -> None:
        """Marks what was in flight at a death, and what was given up just before."""
        recent_s = self._clock() - AFTERGLOW_S
        about = [*self._in_flight.values(), *(question for at_s, question in self._given_up if at_s >= recent_s)]
        self._given_up.clear()
        for fingerprint in {question.fingerprint() for question in about}:
            deaths, _ = self._marks.pop(fingerprint, (0, 0.0))
            self._marks[fingerprint] = (deaths + 1, self._clock() + self._expiry_s)
        while len(self._marks) > self._most_marks:
            self._marks.popitem(last=False)

    def _deaths(self, question: Question) -> int:
        if not self._marks:
            return 0
        fingerprint = question.fingerprint()
        deaths, expires_s = self._marks.get(fingerprint, (0, 0.0))
        if deaths and self._clock() >= expires_s:
            del self._marks[fingerprint]
            return 0
        return deaths
