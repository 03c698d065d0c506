"""How an asker behaves, in a dozen traits of two to four levels. Knows counts; knows no weight and no verdict.

A trait that cannot be told yet is left out: little is held against whoever has done little.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.verdict.asker import AWAY, ENOUGH_GAPS, HOME, KNOWN, STRANGER, Asker
from seawall.verdict.errands import ERRANDS
from seawall.verdict.errands import OFTEN as OFTEN_ERRANDS
from seawall.verdict.places import Places

Manner = tuple[tuple[str, str], ...]

# A page's files follow within this time even over a slow line.
FILES_FOLLOW_S = 4.0
# Acts of one asker in ten seconds; a person sends a handful at most, sixty people behind one router as many as this.
FLOODING, HEAVY, BUSY, BRISK = 120, 30, 8, 3
OFTEN = 3
# Who has forgotten a password gives up or has a letter sent before the fifth try.
GUESSES = 5
# Whoever hears nothing but "no such thing" so often goes through a list.
ONLY, NEARLY_ALL = 12, 0.8
# Who has been here for so long has seen the page, and has begun what else there is to do, if ever.
STAYED_S = 20.0
REGULAR = 0.1
"""The spread of gaps by their mean below which a clock and not a person sets them."""
DEAR = 3.0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What all askers of a window have in common.

    ``risen`` are fingerprints of headers that are far commoner among newcomers than they use to be; ``usual_ms`` is the
    price of an ordinary question.
    """

    now_s: float
    usual_ms: float = 0.0
    risen: frozenset[int] = field(default_factory=frozenset[int])
    places: Places = field(default_factory=Places)


def manner_of(asker: Asker, now: Circumstances) -> Manner:
    """What can be told of this asker, trait by trait.

    Who shows no credential is known by the address, and under one roof may live many: as much is let pass as there are
    accounts of ours (``roof``), each of which an attacker would have to earn.
    """
    roof = now.places.accounts.get(asker.site, 0) if asker.standing == STRANGER else 0
    told = (
        ("standing", asker.standing),
        ("headers", _headers(asker)),
        ("order", _order(asker, now.risen)),
        ("rate", _rate(asker, roof)),
        ("pace", _pace(asker) if roof < OFTEN else ""),
        ("files", _files(asker, now.now_s)),
        ("depth", _depth(asker)),
        ("stay", _stay(asker, now.now_s)),
        ("form", _form(asker)),
        ("signup", _signup(asker)),
        ("errand", _errand(asker)),
        ("letter", "asked" if asker.letters and not asker.signed_in and not asker.went_on else ""),
        ("logins", _logins(asker, roof)),
        ("prompts", _prompts(asker)),
        ("cost", _cost(asker, now.usual_ms)),
        ("streams", _streams(asker)),
        ("retry", _retry(asker, roof)),
        ("puzzle", _puzzle(asker)),
        ("referrer", asker.referrer),
        ("hour", "" if asker.night is None else "night" if asker.night else "day"),
        ("network", "new" if asker.is_new_network else "known"),
        ("neighbours", _neighbours(asker, now.places)),
        ("answers", _answers(asker)),
        ("reading", "" if not asker.cut else "cut" if asker.cut < OFTEN else "cut_often"),
    )
    return tuple(one for one in told if one[1])


def _headers(asker: Asker) -> str:
    """Keys are for programs: who shows one is a client, and nothing is wrong with being one."""
    if not asker.fingerprint:
        return ""
    return "browser" if asker.browser else "client" if asker.keyed else "program"


def _order(asker: Asker, risen: frozenset[int]) -> str:
    """A program that is in fashion rises too, and shows its users' keys."""
    if not asker.fingerprint or asker.keyed:
        return ""
    return "risen" if asker.fingerprint in risen else "usual"


def _rate(asker: Asker, roof: int) -> str:
    """Acts for each under the roof. Programs are brisk, and who floods with one shows no browser's headers."""
    acts = asker.window_acts / (1 + roof)
    if acts >= FLOODING:
        return "flooding"
    if acts >= HEAVY:
        return "heavy" if asker.browser or asker.keyed else "hammering"
    if acts >= BUSY:
        return "busy"
    return "brisk" if acts >= BRISK and (asker.browser or not asker.keyed) else "light"


def _pace(asker: Asker) -> str:
    if asker.gaps < ENOUGH_GAPS:
        return ""
    if asker.gaps_fast * 2 > asker.gaps:
        return "fast"
    mean = asker.gap_s / asker.gaps
    variance = asker.gap_square / asker.gaps - mean * mean
    return "regular" if asker.gaps > ENOUGH_GAPS and variance < (REGULAR * mean) ** 2 else "human"


def _files(asker: Asker, now_s: float) -> str:
    if asker.files or (asker.pages and asker.boots):
        return "fetched"
    if asker.pages:
        return "skipped" if now_s - asker.page_s > FILES_FOLLOW_S or asker.pages > 2 else "awaited"
    # Who is at home left the page open days ago, or never used it.
    return "" if asker.pages_unknown or asker.keyed or asker.standing == HOME else "no_page"


def _depth(asker: Asker) -> str:
    kinds = asker.kinds.bit_count()
    if kinds >= 3:
        return "varied"
    return "single" if kinds == 1 and asker.requests >= 4 and not asker.keyed else ""


def _stay(asker: Asker, now_s: float) -> str:
    """Who reads and does nothing else."""
    if asker.standing != STRANGER or not (asker.pages or asker.files) or has_begun(asker):
        return ""
    return "reading" if now_s - asker.born_s >= STAYED_S else ""


def has_begun(asker: Asker) -> bool:
    """Whether anything was done beyond reading: a form sent, a question asked."""
    return bool(asker.signups or asker.signed_in or asker.failed or asker.asks or asker.prompts or asker.went_on)


def _form(asker: Asker) -> str:
    sent = asker.forms + (asker.prompts if asker.standing == STRANGER else 0)
    if sent >= 2 and not (asker.pages or asker.files or asker.boots or asker.pages_unknown):
        return "blind"
    return "hasty" if asker.hasty else "quick" if asker.quick else ""


def _signup(asker: Asker) -> str:
    if not asker.signups:
        return ""
    if asker.signups >= 3 and not asker.signed_up:
        return "again"
    return "through_page" if asker.pages or asker.files else "straight"


def _errand(asker: Asker) -> str:
    """What it came for and did again, where it is nothing that people come for: who asks may search as well."""
    if not asker.errand or asker.errands < OFTEN_ERRANDS[asker.errand] or asker.asks or asker.prompts:
        return ""
    return "" if asker.signed_in or asker.went_on else asker.errand


def _logins(asker: Asker, roof: int) -> str:
    # Behind the one address of a school many sign in, and most of them succeed.
    if asker.names.bit_count() >= OFTEN and asker.failed > 2 * asker.signed_in + roof:
        return "spread"
    if asker.signed_in:
        return "succeeded"
    if asker.failed >= GUESSES * (1 + roof):
        return "guessing"
    return "" if not asker.failed else "failed" if asker.failed <= 1 + roof else "failing"


def _prompts(asker: Asker) -> str:
    if not asker.prompts:
        return ""
    if asker.alike * 2 <= asker.prompts:
        return "own"
    if asker.keyed and not asker.browser and _pace(asker) not in ("fast", "regular"):
        # A plug-in says the same before each question, wherever its users are.
        return "shared"
    return "templated" if asker.alike >= 2 else "alike"


def _cost(asker: Asker, usual_ms: float) -> str:
    if not asker.prompts or not usual_ms:
        return ""
    return "dear" if asker.cost_ms / asker.prompts > DEAR * usual_ms else "usual"


def _retry(asker: Asker, roof: int) -> str:
    if asker.ignored > asker.obeyed + 1 + roof:
        return "ignored"
    return "obeyed" if asker.obeyed else ""


def _neighbours(asker: Asker, places: Places) -> str:
    if asker.network in places.crowded:
        return "many"
    return "accounts" if asker.keyed and asker.standing != HOME and asker.site in places.farms else ""


def _answers(asker: Asker) -> str:
    if asker.misses < 2 or asker.misses * 2 < asker.requests:
        return ""
    return "only_misses" if asker.misses >= ONLY and asker.misses >= NEARLY_ALL * asker.requests else "misses"


def _streams(asker: Asker) -> str:
    if not asker.read and not asker.left:
        return ""
    return "left" if asker.left > asker.read else "read"


def _puzzle(asker: Asker) -> str:
    if asker.wrong:
        return "wrong"
    if asker.instant:
        return "instant"
    return "solved" if asker.solved else "unsolved" if asker.puzzles >= 3 else ""


TRAITS: Mapping[str, tuple[str, ...]] = {
    "standing": (STRANGER, KNOWN, HOME, AWAY),
    "headers": ("browser", "program", "client"),
    "order": ("usual", "risen"),
    "rate": ("light", "brisk", "busy", "heavy", "hammering", "flooding"),
    "pace": ("human", "fast", "regular"),
    "files": ("fetched", "awaited", "skipped", "no_page"),
    "depth": ("varied", "single"),
    "stay": ("reading",),
    "form": ("hasty", "quick", "blind"),
    "signup": ("through_page", "straight", "again"),
    "errand": ERRANDS,
    "letter": ("asked",),
    "logins": ("succeeded", "failed", "failing", "guessing", "spread"),
    "prompts": ("own", "shared", "alike", "templated"),
    "cost": ("usual", "dear"),
    "streams": ("read", "left"),
    "retry": ("obeyed", "ignored"),
    "puzzle": ("solved", "instant", "unsolved", "wrong"),
    "referrer": ("outside", "own", "none"),
    "hour": ("day", "night"),
    "network": ("known", "new"),
    "neighbours": ("many", "accounts"),
    "answers": ("misses", "only_misses"),
    "reading": ("cut", "cut_often"),
}
"""Every level of every trait."""
