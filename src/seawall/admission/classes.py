"""In which class an identity is served when it asks from some place. Knows standing; knows no queue.

Standing belongs to an account at a home, not to the account: a stolen password arrives without one, and is served
as a stranger's new account is, at no cost while there is room for all.
"""

from __future__ import annotations

from dataclasses import dataclass

from seawall.values.arrival import Place
from seawall.values.home import DAY_S, NamesOf, names_of
from seawall.values.identity import Identity, Role
from seawall.values.ticket import ServiceClass

# Good standing is earned by time: an account made for an attack is new when the attack comes.
GOOD_STANDING_AFTER_S = 7 * DAY_S
# And by days of use, not by turns: a thousand questions in a minute count as one day. Three of a week's days is what
# a person does who works with it; accounts that are made to be sold sleep.
GOOD_DAYS = 3


def class_of(identity: Identity, place: Place, now_unix_s: float, names: NamesOf = names_of) -> ServiceClass:
    """C0 for operators at home, C1 for members in good standing at home, C2 for new ones and away from home.

    An operator's stolen password is the worst of all, so his lane too is his at home alone. Guests are C3 with a
    solved challenge and C4 without. ``names`` tells by which names the identity's homes are kept.
    """
    if identity.role is Role.GUEST:
        return ServiceClass.C3 if identity.solved else ServiceClass.C4
    if not is_at_home(identity, place, now_unix_s, names):
        return ServiceClass.C2
    if identity.role.operates:
        return ServiceClass.C0
    return ServiceClass.C1 if in_good_standing(identity, now_unix_s) else ServiceClass.C2


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account is told of itself. ``why`` is ``home``, ``first_day``, ``away`` or ``new``."""

    at_home: bool
    good: bool
    why: str


def standing_of(identity: Identity, place: Place, now_unix_s: float, names: NamesOf = names_of) -> Standing:
    """What ``class_of`` looks at, with the one reason that an account can do something about."""
    at_home = is_at_home(identity, place, now_unix_s, names)
    good = in_good_standing(identity, now_unix_s)
    if not at_home:
        return Standing(at_home, good, "away")
    if not good:
        return Standing(at_home, good, "new")
    return Standing(at_home, good, "first_day" if now_unix_s < identity.first_day_ends_s else "home")


def in_good_standing(identity: Identity, now_unix_s: float) -> bool:
    """Whether time or an operator's word has earned it the promise, wherever it asks from."""
    if identity.vouched or identity.role.operates:
        return True
    return identity.good_days >= GOOD_DAYS and now_unix_s - identity.since_unix_s >= GOOD_STANDING_AFTER_S


def is_at_home(identity: Identity, place: Place, now_unix_s: float, names: NamesOf = names_of) -> bool:
    """Whether the account has a home here, or this is its first day."""
    if now_unix_s < identity.first_day_ends_s:
        return True
    homes = identity.homes
    return any(name in homes for name in names(place))
