"""Which deeds more do than an honest crowd would. Knows parts of newcomers; knows no asker and no verdict.

Who drives a real browser at a person's pace looks like a person, one by one. Together they do not: a crowd signs in and
succeeds, registers and then asks, reads over a link. So what newcomers do is held against what the service's own
newcomers do on quiet hours, drawn towards what is known of crowds elsewhere while little is known here (the mean of a
Dirichlet prior that weighs ``STRENGTH`` windows), and times ``VARIETY``, as no crowd is like the last. What is beyond
that even then, is the part that honest people do not explain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import log, sqrt

from seawall.values.window import Window
from seawall.verdict.baseline import ENOUGH_WINDOWS
from seawall.verdict.errands import ERRANDS

AT_HOME = "home."
FUNNEL = "funnel."
# The most of an honest crowd that is expected to show it where nothing is known of the service. Guesses of ours
# (some block files, some forget passwords, some press reload), which the service's own quiet hours soon replace. Twice
# as much was let pass until a large crowd was seen to hide a small attack in it.
MOST_HONEST: Mapping[str, float] = {
    "files.skipped": 0.06,
    "files.no_page": 0.15,
    "headers.program": 0.15,
    "logins.spread": 0.02,
    "prompts.templated": 0.03,
    "cost.dear": 0.1,
    "streams.left": 0.125,
    "retry.ignored": 0.25,
    "answers.misses": 0.05,
    "pace.regular": 0.025,
    "pace.fast": 0.1,
    "form.hasty": 0.04,
    "signup.again": 0.05,
    **{f"errand.{errand}": 0.05 for errand in ERRANDS},
    "form.quick": 0.075,
    # A country's carriers have some hundred networks of this width, and a crowd may be of one country; many of it share
    # their carriers' addresses then, who are no neighbours (``places``).
    "neighbours.many": 0.12,
    "home.prompts.templated": 0.05,
    "home.cost.dear": 0.05,
    "home.headers.program": 0.1,
    "home.rate.brisk": 0.06,
    "home.rate.busy": 0.05,
    "home.rate.heavy": 0.015,
    **{f"home.errand.{errand}": 0.05 for errand in ERRANDS},
}
# A crowd may show so much more of it than the quiet day's newcomers.
VARIETY = 1.5
# For one who succeeds so many fail or wait for a letter, for one who asks so many only registered.
FAIL, WROTE, IDLE = 2.5, 1.5, 1.0
_SIGNED = ("logins.failed", "logins.failing", "logins.guessing", "logins.spread")
_FUNNELS = (
    ("logins.failing", ("failed", "succeeded"), FAIL, _SIGNED),
    ("letter.asked", ("wrote", "succeeded"), WROTE, ("letter.asked",)),
    ("signup.idle", ("idle", "asked"), IDLE, ("signup.through_page", "signup.again")),
)
_SIGNING_IN = frozenset({"logins.failing", "letter.asked"})
# What is so many standard deviations and askers more than expected is more.
SIGMAS, FEW = 1.0, 1.5
# So many of them, and such a part of all askers, are worth a word: a handful among hundreds is the weather.
LEAST, LEAST_PART = 2.0, 0.02
# Nothing is surer than this, in log odds.
_MOST = 6.0
# So many windows of the service's own weigh as much as the default.
STRENGTH = 12.0


@dataclass(frozen=True, slots=True)
class Beyond:
    """Of those who show a deed, the part that honest people do not explain; and the log odds which that is worth for
    each of them, so that with as many hostile as there are too many, this part of its doers is found to be hostile.
    """

    part: float
    worth: float
    hostile: float
    """How many of all askers that are, 0 to 1."""
    numbers: Mapping[str, float]
    """What was seen and what a crowd would show at most, for a sentence."""


def beyond_honest(window: Window) -> Mapping[str, Beyond]:
    """What newcomers do more than honest people would, where there is any.

    Nothing before it is known what is usual: a service unlike all others must be able to learn that it is.
    """
    if window.rests_on < ENOUGH_WINDOWS:
        return {}
    return dict(chain(_by_parts(window), _by_how_far(window)))


def _by_parts(window: Window) -> Iterator[tuple[str, Beyond]]:
    """Deeds that a part of any crowd shows, and never more than so much."""
    newcomers = window.identities * window.features.get("newcomers", 0.0)
    known = window.rests_on / (window.rests_on + STRENGTH)
    for name, default in MOST_HONEST.items():
        many = window.identities - newcomers if name.startswith(AT_HOME) else newcomers
        own = VARIETY * window.usual.get(name, 0.0)
        drawn = known * max(default / 2, own) + (1 - known) * default
        # What quiet hours show here is believed at once where it is more, and by and by where it is less.
        most = _most(max(own, drawn) * many, window.scale)
        now = window.features.get(name, 0.0)
        if now * many > most:
            numbers = {"now": now, "most": most / many}
            yield from _note(name, 1 - most / (now * many), now * many, window, numbers)


def _by_how_far(window: Window) -> Iterator[tuple[str, Beyond]]:
    """How many got no further, for each who did."""
    newcomers = window.identities * window.features.get("newcomers", 0.0)
    for name, (stayed, further), ratio, shown in _FUNNELS:
        now, passed = (window.features.get(FUNNEL + one, 0.0) for one in (stayed, further))
        usual, usually_passed = (window.usual.get(FUNNEL + one, 0.0) for one in (stayed, further))
        if name not in _SIGNING_IN:
            # Where the quiet hours' newcomers get no further either, a crowd's may not.
            ratio = max(ratio, VARIETY * usual / max(1.0, usually_passed))
            most = _most(ratio * max(0.0, passed - usually_passed) + VARIETY * usual, window.scale)
        else:
            most = _most(ratio * passed + VARIETY * usual, window.scale)
        if now > most:
            come = sum(window.features.get(one, 0.0) for one in shown) * newcomers
            yield from _note(name, 1 - most / now, come, window, {"stayed": now, "further": passed})


def _most(expected: float, scale: float) -> float:
    """``scale`` is how many askers each stands for who is looked at."""
    return expected + SIGMAS * sqrt(expected * scale) + FEW * scale


def _note(
    name: str, part: float, come: float, window: Window, numbers: Mapping[str, float]
) -> Iterator[tuple[str, Beyond]]:
    """With so many hostile among all, Bayes' rule finds this part of those who show it to be hostile."""
    hostile, identities = part * come, window.identities
    if hostile >= max(LEAST * window.scale, LEAST_PART * identities) and identities > hostile:
        odds = log(part / (1 - part)) + log((identities - hostile) / hostile)
        yield name, Beyond(part, min(_MOST, odds), hostile / identities, numbers)


def suspicion(manner: Mapping[str, str], beyond: Mapping[str, Beyond]) -> float | None:
    """What the proportions say of who behaves so, in log odds: the strongest finding and half the next, as they are not
    independent. None where they say nothing.
    """
    if _has_just_come(manner):
        return 0.0 if _are_disguised(beyond) else None
    worths = sorted((beyond[name].worth for name in _deeds(manner) if name in beyond), reverse=True)
    return worths[0] + max(0.0, sum(worths[1:2])) / 2 if worths else None


# What shows that nobody pretends to be a browser, and what of a manner is a deed.
_PLAIN = ("files.skipped", "files.no_page", "headers.program")
_DEEDS = frozenset(
    {
        "stay",
        "form",
        "signup",
        "errand",
        "letter",
        "logins",
        "prompts",
        "retry",
        "puzzle",
        "answers",
        "reading",
        "neighbours",
    }
)
# From so many on who do in disguise what a crowd would not, whoever has just come may be the next of them.
_MANY = 0.15


def _has_just_come(manner: Mapping[str, str]) -> bool:
    """Whether there is only the page with its files to judge by, which is fetched in disguise as well."""
    return manner.get("standing") == "stranger" and manner.get("files") == "fetched" and _DEEDS.isdisjoint(manner)


def _are_disguised(beyond: Mapping[str, Beyond]) -> bool:
    if any(name in beyond for name in _PLAIN):
        return False
    return any(one.hostile >= _MANY for name, one in beyond.items() if not name.startswith(AT_HOME))


def _deeds(manner: Mapping[str, str]) -> list[str]:
    at_home = AT_HOME if manner.get("standing") == "home" else ""
    names = [f"{at_home}{trait}.{level}" for trait, level in manner.items()]
    if at_home:
        return names
    if manner.get("logins") in ("failed", "guessing", "spread"):
        names.append("logins.failing")
    if manner.get("files") == "awaited":
        names.append("files.skipped")
    if "signup" in manner:
        names.append("signup.idle")
    return names
