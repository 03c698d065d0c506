"""How each component is at one look. Knows thresholds and their reasons; knows neither time nor history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.observing.felt import Felt
from seawall.status.components import Component, Level, Reading, Why

# Of fewer questions one unlucky one would make a state.
LEAST_QUESTIONS = 5
# The promise is made to 99 of 100 on a quiet day: two in a hundred that fail are no chance any more.
DEGRADED_BELOW = 0.98
PARTIAL_BELOW = 0.9
MAJOR_BELOW = 0.5

_WELL = Reading()


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen without asking anybody.

    Attributes:
        engines: of those that are to answer, how many are ready, and how many there are.
        starting: none was ready yet in this life, and it is not time to worry.
        records_well: the database takes what is written.
        signup_open: people may register by themselves at all.
        signup_narrowed: who comes now has to wait for a place.
        felt: what registered users felt in the last minutes.
        promise_s: within how many seconds they are promised the first token.
    """

    engines: tuple[int, int]
    starting: bool
    records_well: bool
    signup_open: bool
    signup_narrowed: bool
    felt: Felt
    promise_s: float


def judge(sight: Sight) -> Mapping[Component, Reading]:
    """All of them."""
    models, answering = _models(sight), _answering(sight)
    chat = answering
    if not sight.records_well and answering.level.badness < Level.DEGRADED.badness:
        chat = Reading(Level.DEGRADED, Why.UNSAVED)
    return {
        Component.CHAT: chat,
        Component.API: answering,
        Component.SIGN_UP: _sign_up(sight),
        # Who is signed in stays so, and known keys go on; nobody new can be told from a stranger.
        Component.SIGN_IN: _WELL if sight.records_well else Reading(Level.MAJOR, Why.RECORDS_AWAY),
        Component.MODELS: models,
    }


def _models(sight: Sight) -> Reading:
    ready, all_of_them = sight.engines
    if ready == 0:
        return Reading(Level.DEGRADED, Why.STARTING) if sight.starting else Reading(Level.MAJOR, Why.ENGINE_AWAY)
    return _WELL if ready >= all_of_them else Reading(Level.PARTIAL, Why.SOME_ENGINES_AWAY)


def _answering(sight: Sight) -> Reading:
    models, felt = _models(sight), sight.felt
    if sight.engines[0] == 0:
        return models
    if felt.success is not None and felt.asked >= LEAST_QUESTIONS:
        if felt.success < MAJOR_BELOW:
            return Reading(Level.MAJOR, Why.FAILING)
        if felt.success < PARTIAL_BELOW:
            return Reading(Level.PARTIAL, Why.FAILING)
        if felt.success < DEGRADED_BELOW:
            return Reading(Level.DEGRADED, Why.FAILING)
        if felt.first_token_p95_s is not None and felt.first_token_p95_s > sight.promise_s:
            return Reading(Level.DEGRADED, Why.SLOW)
    return _WELL


def _sign_up(sight: Sight) -> Reading:
    if not sight.signup_open:
        return Reading(Level.OPERATIONAL, Why.CLOSED)  # As its operator wants it: no fault.
    if not sight.records_well:
        return Reading(Level.MAJOR, Why.RECORDS_AWAY)
    return Reading(Level.DEGRADED, Why.NARROWED) if sight.signup_narrowed else _WELL
