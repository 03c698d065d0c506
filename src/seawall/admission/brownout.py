"""What is eased for everybody when registered users alone ask more than the engine has. Knows waits; knows no class.

The ladder: shorter answers, lower reasoning effort, a lighter model, answers a quarter as long, then places in line.
Each step is told to who is answered and to the operator, and each is the operator's to forbid. To serve everybody a
little less is better than to serve some not at all (Klein and others, "Brownout: building more robust cloud
applications", ICSE 2014).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from enum import Enum

from seawall.settings.shield import AdmissionSettings
from seawall.values.easing import Easing, EasingCode
from seawall.values.question import Question

# Up a step once registered users' wait is beyond half the promise for so long: who waits for the whole of it has been
# failed already. At the whole promise and after a second, stolen accounts at home cost nearly twice the first token's
# p95, and five of a hundred in the first minute (virtual siege). Down again once the wait is well within it for long,
# as a step that helps must not end itself.
UP_ABOVE, UP_AFTER_S, DOWN_BELOW, DOWN_AFTER_S = 0.5, 0.5, 0.2, 30.0
# Up again so soon after a step down was a relapse: the next step down takes twice as long, sixteen times at most, or
# a lasting attack has every half minute a few seconds of long answers. Half an hour without one, and it is forgiven.
RELAPSE_S, MOST_TIMES, FORGIVEN_S = 60.0, 16, 1800.0
# At half the length, registered users at six times the load were served 11 and then 44 of 100, at a quarter 66 and 68:
# only then do nearly all of them fit (virtual siege, 16 slots).
SHORTEST_PART = 4


class Step(Enum):
    """A rung of the ladder, in the order in which they are taken."""

    SHORTER = "shorter answers"
    EFFORT = "lower reasoning effort"
    LIGHTER = "a lighter model"
    SHORTEST = "still shorter answers"
    LINE = "places in line"


class Brownout:
    """Takes steps up and down the ladder, one at a time; the settings leave out those that are forbidden."""

    def __init__(
        self,
        settings: AdmissionSettings,
        *,
        models: Callable[[], Collection[str]],
        clock: Callable[[], float],
    ) -> None:
        allowed = {
            Step.SHORTER: settings.brownout_shorter,
            Step.EFFORT: settings.brownout_effort,
            Step.LIGHTER: bool(settings.brownout_model),
            Step.SHORTEST: settings.brownout_shorter,
            Step.LINE: True,
        }
        self._ladder = tuple(step for step, wanted in allowed.items() if wanted)
        self._promise_s = settings.promise_s
        self._tokens = settings.brownout_tokens
        self._lighter = settings.brownout_model
        self._models = models
        self._clock = clock
        self._moved_s = clock()
        self._outside_s = clock()
        self._steps = 0
        self._down_s = float("-inf")
        self._times = 1

    @property
    def taken(self) -> tuple[Step, ...]:
        """The steps that are taken now, lowest first; none on an ordinary day."""
        return self._ladder[: self._steps]

    @property
    def longest(self) -> int:
        """How many tokens an answer may have, one that is running too; 0 for no bound."""
        taken = self.taken
        if Step.SHORTEST in taken:
            return self._tokens // SHORTEST_PART
        return self._tokens if Step.SHORTER in taken else 0

    def look(self, c1_wait_s: float) -> bool:
        """Takes what a registered user would wait now, four times a second; True where that moved it."""
        now_s = self._clock()
        breaks, well = c1_wait_s > self._promise_s * UP_ABOVE, c1_wait_s < self._promise_s * DOWN_BELOW
        toward = 1 if breaks and self._steps < len(self._ladder) else -1 if well and self._steps else 0
        if toward == 0:
            self._outside_s = now_s
            return False
        after_s = UP_AFTER_S if toward > 0 else DOWN_AFTER_S * self._times
        if now_s - max(self._moved_s, self._outside_s) < after_s:
            return False
        self._note(toward, now_s)
        self._steps += toward
        self._moved_s = now_s
        return True

    def _note(self, toward: int, now_s: float) -> None:
        """Sees whether a step up is a relapse."""
        if toward < 0:
            self._down_s = now_s
        elif now_s - self._down_s < RELAPSE_S:
            self._times = min(MOST_TIMES, 2 * self._times)
            self._down_s = float("-inf")
        elif not self._steps and now_s - self._moved_s > FORGIVEN_S:
            self._times = 1

    def ease(self, question: Question) -> tuple[Question, tuple[Easing, ...]]:
        """The question as the taken steps leave it, and what each of them did."""
        if not self._steps:
            return question, ()
        easings: list[Easing] = []
        for step in self.taken:
            question, easing = self._eased(question, step)
            if easing is not None:
                easings.append(easing)
        return question, tuple(easings)

    def _eased(self, question: Question, step: Step) -> tuple[Question, Easing | None]:
        if step is Step.SHORTER and question.max_tokens > self.longest:
            shorter = replace(question, max_tokens=self.longest)
            return shorter, _because(EasingCode.SHORTER, f"answers are kept to {self.longest} tokens")
        if step is Step.EFFORT and question.fields.get("reasoning_effort") in ("medium", "high", "xhigh"):
            lower = replace(question, fields={**question.fields, "reasoning_effort": "low"})
            return lower, _because(EasingCode.EFFORT, "reasoning effort is low")
        if step is Step.LIGHTER and question.model != self._lighter and self._lighter in self._models():
            lighter = replace(question, model=self._lighter)
            return lighter, _because(EasingCode.LIGHTER, f"the lighter model {self._lighter} answers")
        return question, None


def _because(code: EasingCode, words: str) -> Easing:
    return Easing(code, f"{words}, so that all registered users are served")
