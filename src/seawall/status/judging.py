"""How each component is at one look. Knows thresholds and their reasons; knows neither time nor history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.observing.felt import Entered, Felt
from seawall.status.components import Component, Level, Reading, Why

# Of fewer questions, or sign-ins, one unlucky one would make a state.
LEAST_QUESTIONS = 5
# The promise is made to 99 of 100 on a quiet day: two in a hundred that fail are no chance any more.
DEGRADED_BELOW = 0.98
PARTIAL_BELOW = 0.9
MAJOR_BELOW = 0.5

_WELL = Reading()
# Nothing was asked of it lately; what it stands on is well.
_UNMEASURED = Reading(Level.OPERATIONAL, Why.UNMEASURED)


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen without asking anybody. What was felt and who came in is of the last minutes.

    Attributes:
        engines: of those that are to answer, how many are ready, and how many there are.
        starting: none was ready yet in this life, and it is not time to worry.
        records_well: the database takes what is written.
        signup_open: people may register by themselves at all.
        signup_narrowed: who comes now has to wait for a place.
        chat: what registered users felt who asked with a session; ``api`` the same of those who asked with a key.
        home: those who signed in from where they usually do; ``away`` the same from elsewhere.
        new: those who registered.
        promise_s: within how many seconds registered users are promised the first token.
    """

    engines: tuple[int, int]
    starting: bool
    records_well: bool
    signup_open: bool
    signup_narrowed: bool
    chat: Felt
    api: Felt
    home: Entered
    away: Entered
    new: Entered
    promise_s: float


def judge(sight: Sight) -> Mapping[Component, Reading]:
    """All of them."""
    chat = _answering(sight, sight.chat)
    if not sight.records_well and chat.level.badness < Level.DEGRADED.badness:
        chat = Reading(Level.DEGRADED, Why.UNSAVED)
    return {
        Component.CHAT: chat,
        Component.API: _answering(sight, sight.api),
        Component.SIGN_UP: _sign_up(sight),
        Component.SIGN_IN: _sign_in(sight),
        Component.MODELS: _models(sight),
    }


def _models(sight: Sight) -> Reading:
    ready, all_of_them = sight.engines
    if ready == 0:
        return Reading(Level.DEGRADED, Why.STARTING) if sight.starting else Reading(Level.MAJOR, Why.ENGINE_AWAY)
    return _WELL if ready >= all_of_them else Reading(Level.PARTIAL, Why.SOME_ENGINES_AWAY)


def _answering(sight: Sight, felt: Felt) -> Reading:
    if sight.engines[0] == 0:
        return _models(sight)
    if felt.success is None or felt.asked < LEAST_QUESTIONS:
        return _UNMEASURED
    level = _level_of(felt.success)
    if level is not Level.OPERATIONAL:
        return Reading(level, Why.FAILING)
    is_slow = felt.first_token_p95_s is not None and felt.first_token_p95_s > sight.promise_s
    return Reading(Level.DEGRADED, Why.SLOW) if is_slow else _WELL


def _sign_in(sight: Sight) -> Reading:
    if not sight.records_well:
        # Who is signed in stays so, and known keys go on; nobody new can be told from a stranger.
        return Reading(Level.MAJOR, Why.RECORDS_AWAY)
    home, away = _entering(sight.home), _entering(sight.away)
    if home.level.badness:
        return home
    if away.level.badness:
        # Whoever guesses passwords comes from there too, and is most of them in an attack: never worse than impaired.
        return Reading(Level.DEGRADED, Why.AWAY_WAITS)
    return home if home.why is Why.WELL else away


def _sign_up(sight: Sight) -> Reading:
    if not sight.signup_open:
        return Reading(Level.OPERATIONAL, Why.CLOSED)  # As its operator wants it: no fault.
    if not sight.records_well:
        return Reading(Level.MAJOR, Why.RECORDS_AWAY)
    new = _entering(sight.new)
    if sight.signup_narrowed and new.level.badness <= Level.DEGRADED.badness:
        return Reading(Level.DEGRADED, Why.NARROWED)
    return new


def _entering(entered: Entered) -> Reading:
    if entered.asked < LEAST_QUESTIONS:
        return _UNMEASURED
    level = _level_of(entered.served / entered.asked)
    return _WELL if level is Level.OPERATIONAL else Reading(level, Why.ENTRY_FAILING)


def _level_of(success: float) -> Level:
    if success < MAJOR_BELOW:
        return Level.MAJOR
    if success < PARTIAL_BELOW:
        return Level.PARTIAL
    return Level.DEGRADED if success < DEGRADED_BELOW else Level.OPERATIONAL
