"""How long an answer may become, and how many at once, by class and posture. Knows settings; measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from seawall.admission.posture import Posture
from seawall.settings.shield import AdmissionSettings
from seawall.values.easing import Easing, EasingCode
from seawall.values.question import Question
from seawall.values.ticket import ServiceClass


@dataclass(frozen=True, slots=True)
class Caps:
    """``tokens`` and ``at_once`` by posture and class; who is not named has no bound. C0 and C1 never are."""

    tokens: Mapping[tuple[Posture, ServiceClass], int]
    at_once: Mapping[tuple[Posture, ServiceClass], int]

    def slots(self, posture: Posture, service_class: ServiceClass) -> int:
        """How many slots one account may hold; 0 for no bound."""
        return self.at_once.get((posture, service_class), 0)

    def longest(self, posture: Posture, service_class: ServiceClass) -> int:
        """How many tokens an answer may have, one that is running too; 0 for no bound."""
        return self.tokens.get((posture, service_class), 0)

    def ease(self, question: Question, posture: Posture, service_class: ServiceClass) -> tuple[Question, Easing | None]:
        """The question within its cap, and what that means; as it was, and None, where it fits."""
        cap = self.longest(posture, service_class)
        if not cap or question.max_tokens <= cap:
            return question, None
        words = f"answers are kept to {cap} tokens while the service is busy"
        return replace(question, max_tokens=cap), Easing(EasingCode.SHORTER, words)


def caps_of(settings: AdmissionSettings) -> Caps:
    """As the settings say."""
    elevated, siege = Posture.ELEVATED, Posture.SIEGE
    c1b, c2, c3, c4 = ServiceClass.C1B, ServiceClass.C2, ServiceClass.C3, ServiceClass.C4
    tokens = {
        (elevated, c1b): settings.elevated_tokens_c1b,
        (elevated, c2): settings.elevated_tokens_c2,
        (elevated, c3): settings.elevated_tokens_guest,
        (elevated, c4): settings.elevated_tokens_guest,
        (siege, c1b): settings.siege_tokens_c1b,
        (siege, c2): settings.siege_tokens_c2,
        (siege, c3): settings.siege_tokens_guest,
        (siege, c4): settings.siege_tokens_guest,
    }
    # One at a time: a person reads one answer at a time, and a stolen account's program wants many. Strangers have no
    # account that could be bounded; they share lines.
    return Caps(tokens, {(siege, c2): 1})
