"""What attackers do, one family a function. Knows their habits; the signals are not told that they are any.

Each is given a rate of requests a second for the whole family, and divides it among its askers. Every mix of
``seawall siege`` is here, and imitators that look the more like people the more they are worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from people import Town, page
from programs import Headers, address, browser, tool
from world import Script, World


@dataclass(slots=True)
class Bot:
    """One hostile asker."""

    world: World
    random: Random
    where: str
    headers: Headers
    known: bool = False
    number: int = 0
    path: str = ""

    def send(self, path: str) -> int:
        self.path = path
        self.number = self.world.request(self.where, path, self.headers, known=self.known, hostile=True)
        return self.number

    def told(self, status: int, wait_s: float | None = None) -> None:
        self.world.signals.answered(self.number, self.path, status, wait_s)


Act = Callable[[Bot, Town], None]


@dataclass(frozen=True, slots=True)
class Family:
    """How one kind of attack is made.

    Attributes:
        act: one act of one of them.
        askers: how many there are.
        keyed: they have accounts; ``standing_is_home`` where those are old and asked from home.
        browser: they send a browser's headers, and take the trouble to vary them.
        human: they wait between acts as people do, not by a clock.
        fetches: they open the page with its files first.
        together: all at once every so many seconds, instead of each by itself.
        networks: from so many /16 they come, or anywhere; ``one_address`` is all from one.
        cuts: their requests never come to be one.
    """

    act: Act
    askers: int
    keyed: bool = False
    browser: bool = False
    human: bool = False
    fetches: bool = False
    together_s: float = 0.0
    one_address: bool = False
    networks: int = 0
    cuts: bool = False
    standing_is_home: bool = False


def begin(town: Town, family: Family, rate_per_s: float, begins_s: float, ends_s: float, ramp_s: float) -> None:
    """Starts all askers of a family: at once, or one after the other over the ramp."""
    random = town.random
    program = random.randrange(6)
    one = address(random)
    wide = [f"{random.randrange(11, 223)}.{random.randrange(256)}" for _ in range(family.networks)]
    # Each asker acts at least about once a minute, or most of them would not be there at all.
    askers = max(1, min(family.askers, round(rate_per_s * 45)))
    for index in range(askers):
        where = one if family.one_address else _from(random, wide)
        headers = browser(random) if family.browser else tool(random, program)
        if family.keyed:
            headers[b"authorization"] = b"Bearer sw-" + random.randbytes(8).hex().encode()
        bot = Bot(town.world, random, where, headers, known=family.keyed)
        at_s = begins_s + ramp_s * index / askers
        town.world.begin(_acts(town, family, bot, at_s, ends_s, askers / rate_per_s))


def _from(random: Random, wide: list[str]) -> str:
    if not wide:
        return address(random)
    return f"{random.choice(wide)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def _acts(town: Town, family: Family, bot: Bot, at_s: float, ends_s: float, every_s: float) -> Script:
    world, random = town.world, town.random
    if family.together_s:
        yield at_s + random.uniform(0, 0.5)
    else:
        yield at_s + random.uniform(0, every_s)
    if family.fetches:
        yield from page(town, bot.where, bot.headers, cached=0.1, hostile=True)
    while world.now_s < ends_s:
        if family.together_s:
            for _ in range(max(1, round(family.together_s / every_s))):
                family.act(bot, town)
            yield world.now_s + family.together_s + random.uniform(-0.3, 0.3)
            continue
        family.act(bot, town)
        wait_s = random.lognormvariate(-0.25, 0.7) if family.human else random.uniform(0.9, 1.1)
        yield world.now_s + every_s * wait_s


def _get(bot: Bot, town: Town) -> None:
    bot.send("/")
    if bot.random.random() < 0.5:
        bot.told(429, 10.0)


def _probe(bot: Bot, town: Town) -> None:
    bot.send(bot.random.choice(("/.env", "/wp-login.php", "/v1/models", "/operator", "/api/conversations", "/admin")))
    bot.told(404)


def _cut(bot: Bot, town: Town) -> None:
    bot.world.cut(bot.where)


def _register(bot: Bot, town: Town) -> None:
    bot.send("/api/auth/signup")
    if bot.random.random() < 0.1:
        bot.told(201)
    else:
        bot.told(503, 20.0)


def _stuff(bot: Bot, town: Town) -> None:
    number = bot.send("/api/auth/login")
    bot.world.signals.tried(number, str(bot.random.random()))
    bot.told(401)


def _guess(bot: Bot, town: Town) -> None:
    bot.send("/v1/chat/completions")
    bot.told(401)


def _forget(bot: Bot, town: Town) -> None:
    bot.send("/api/auth/forgot")
    if bot.random.random() < 0.6:
        bot.told(429, 30.0)


def _guess_links(bot: Bot, town: Town) -> None:
    bot.send(f"/s/{bot.random.getrandbits(64):x}")
    bot.told(404)


def _drain_puzzles(bot: Bot, town: Town) -> None:
    bot.send("/api/entrance/challenge")


def _embed(bot: Bot, town: Town) -> None:
    number = bot.send("/v1/embeddings")
    bot.world.signals.asked(number, town.words(100), 4_000.0, "away")
    if bot.random.random() < bot.world.crowded:
        bot.told(503, 15.0)


def _carousel(bot: Bot, town: Town) -> None:
    """Another address for each request."""
    bot.where = address(bot.random)
    bot.send("/")


def _once_around(bot: Bot, town: Town) -> None:
    """Reads like a person who does not type: pages, now and then one of their files, never a question."""
    bot.send(bot.random.choice(("/", "/login", "/signup", "/status", "/static/assets/app.js", "/api/bootstrap")))


def _ask(
    bot: Bot, town: Town, *, standing: str, cost: float, prompt: Callable[[Town], str], leaves: float = 0.1
) -> None:
    number = bot.send("/v1/chat/completions")
    bot.world.signals.asked(number, prompt(town), cost, standing)
    if bot.random.random() < bot.world.crowded and standing != "home":
        bot.told(503, 15.0)
    elif bot.random.random() < 0.7:
        bot.world.signals.ended(number, complete=bot.random.random() >= leaves)


def _template(town: Town) -> str:
    return "Answer as an expert would, step by step, then give the final result as JSON, about " + town.words(4)


def _bust(town: Town) -> str:
    return f"{town.random.random():.9f} tell me everything that is written below once more in other words and longer"


def _own(town: Town) -> str:
    return town.words(40)


def _asking(standing: str, cost: float, prompt: Callable[[Town], str], leaves: float = 0.1) -> Act:
    return partial(_ask, standing=standing, cost=cost, prompt=prompt, leaves=leaves)


LONG, CEILING, SHORT, USUAL = 20_000.0, 60_000.0, 1_000.0, 5_000.0

FAMILIES: Mapping[str, Family] = {
    # Tuned on.
    "get-flood": Family(_get, 500),
    "slow": Family(_cut, 360, cuts=True),
    "stuffing": Family(_stuff, 600),
    "low-and-slow": Family(_guess, 2000),
    "amplify": Family(_asking("away", CEILING, _own), 200, keyed=True),
    "cache-bust": Family(_asking("away", LONG, _bust), 200, keyed=True),
    "stolen-100": Family(_asking("away", LONG, _own), 100, keyed=True),
    "invalid-keys": Family(_guess, 1, one_address=True),
    "browser-like-gets": Family(_get, 400, browser=True),
    "browser-like-stuffing": Family(_stuff, 500, browser=True, human=True),
    "rented-networks": Family(_register, 500, networks=6),
    # Looked at while the traits and bounds were made, never fitted to.
    "signup-storm": Family(_register, 600),
    "probing": Family(_probe, 200),
    "harvest": Family(_asking("home", USUAL, _template), 30, keyed=True, standing_is_home=True),
    "pulse": Family(_asking("away", LONG, _own), 20, keyed=True, together_s=30.0),
    "abandon": Family(_asking("away", LONG, _own, leaves=0.95), 40, keyed=True),
    "stolen-10": Family(_asking("away", LONG, _own), 10, keyed=True),
    "stolen-300": Family(_asking("away", LONG, _own), 300, keyed=True, human=True),
    "thousand-new": Family(_asking("away", SHORT, _own), 1000, keyed=True, one_address=True),
    "neighbour-50x": Family(_asking("home", SHORT, _own), 1, keyed=True, one_address=True, standing_is_home=True),
    "slow-50": Family(_cut, 50, one_address=True, cuts=True),
    "human-like-gets": Family(_get, 600, browser=True, human=True),
    "human-like-signups": Family(_register, 600, browser=True, human=True, fetches=True),
    "human-like-asking": Family(_asking("away", USUAL, _template), 400, keyed=True, browser=True, human=True),
}
LAST = {
    # Held out of the first report, and looked at since.
    "reset-storm": Family(_forget, 400),
    "link-guessing": Family(_guess_links, 300),
    "puzzle-drain": Family(_drain_puzzles, 500),
    "embeddings-flood": Family(_embed, 80, keyed=True),
    "carousel": Family(_carousel, 300),
    "pulse-of-strangers": Family(_guess, 60, together_s=20.0),
    "stolen-home-40": Family(_asking("home", LONG, _own), 40, keyed=True, standing_is_home=True),
    "browser-like-carousel": Family(_carousel, 300, browser=True, human=True),
    "human-like-stuffing": Family(_stuff, 400, browser=True, human=True, fetches=True),
    "human-like-readers": Family(_once_around, 500, browser=True, human=True),
}
TUNED_ON = (
    "get-flood", "slow", "stuffing", "low-and-slow", "amplify", "cache-bust", "stolen-100", "invalid-keys",
    "browser-like-gets", "browser-like-stuffing", "rented-networks",
)  # fmt: skip
ALL = {**FAMILIES, **LAST}
LOOKED_AT = tuple(name for name in ALL if name not in TUNED_ON)
# Who takes the trouble to look like people, or comes from where people live.
DISGUISED = frozenset(name for name, one in ALL.items() if one.browser or one.standing_is_home)
