"""Attacks that were written down after the verdict was built, and held out of all tuning. Knows visits; judges nothing.

Unlike those in ``attackers`` these come in visits, as a rented botnet does: a browser opens, does its errand, closes,
and the next visit has another of the addresses that the proxy seller turns over. They were written from what such rings
are known to do and to be limited by, not from what the verdict can see:

- lists of leaked passwords hit in one case of a hundred or fewer, and whoever hits does not stay to talk;
- forms are filled by scripts in a few seconds, with the pauses that automation kits add;
- one kit is one browser, in one or two versions, however many addresses it comes from;
- a solved puzzle costs the ring time or money, so who registers for sale does it once an address;
- an infected page lends its visitors' real browsers, but only for requests that such a page can make;
- addresses are rented from some dozens of networks, or are homes of other people that answer slowly and come and go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attackers import Bot
from people import LINKS, Town, page
from programs import address, browser, tool
from world import Script

Visit = Callable[[Bot, Town], Script]
CHROME, ANDROID = 0, 1


@dataclass(frozen=True, slots=True)
class Ring:
    """One kind of attack in visits.

    Attributes:
        visit: one errand of one of them, from opening to closing.
        requests: about so many in one errand, to divide the ring's rate.
        askers: how many at most are at work at once.
        rotates: the next errand is done from another address with other headers.
        keyed: they have accounts. These stay the same.
        browsers: the kit's browsers by number, or the people's own where it is empty; ``is_tool`` for no browser.
        networks: from so many /16, or from anywhere.
        linked: they come, or seem to come, over a link.
    """

    visit: Visit
    requests: float
    askers: int
    rotates: bool = True
    keyed: bool = False
    browsers: tuple[int, ...] = ()
    is_tool: bool = False
    networks: int = 0
    linked: bool = False


def begin_ring(town: Town, ring: Ring, rate_per_s: float, begins_s: float, ends_s: float, ramp_s: float) -> None:
    """Starts all of a ring, at once or over the ramp."""
    random = town.random
    wide = [f"{random.randrange(11, 223)}.{random.randrange(256)}" for _ in range(ring.networks)]
    askers = max(1, min(ring.askers, round(rate_per_s * 40 / ring.requests)))
    every_s = askers * ring.requests / rate_per_s
    for index in range(askers):
        bot = Bot(town.world, random, "", {}, known=ring.keyed)
        _dress(bot, ring, wide)
        if ring.keyed:
            bot.headers[b"authorization"] = b"Bearer sw-" + random.randbytes(8).hex().encode()
        at_s = begins_s + ramp_s * index / askers + random.uniform(0, every_s)
        town.world.begin(_visits(town, ring, bot, wide, at_s, ends_s, every_s))


def _dress(bot: Bot, ring: Ring, wide: list[str]) -> None:
    random = bot.random
    bot.where = f"{random.choice(wide)}.{random.randrange(256)}.{random.randrange(1, 255)}" if wide else address(random)
    if ring.is_tool:
        bot.headers = tool(random)
        return
    referrer = random.choice(LINKS) if ring.linked and random.random() < 0.8 else b""
    bot.headers = browser(random, referrer=referrer, which=random.choice(ring.browsers) if ring.browsers else None)


def _visits(town: Town, ring: Ring, bot: Bot, wide: list[str], at_s: float, ends_s: float, every_s: float) -> Script:
    world, random = town.world, town.random
    yield at_s
    while world.now_s < ends_s:
        began_s = world.now_s
        yield from ring.visit(bot, town)
        if ring.rotates and not ring.keyed:
            _dress(bot, ring, wide)
        yield max(world.now_s + 0.05, began_s + every_s * random.lognormvariate(-0.1, 0.45))


def _opens(bot: Bot, town: Town, path: str = "/") -> Script:
    """The page as a kit's browser opens it: with its files, unless the kit blocks them to save what proxies charge."""
    if bot.random.random() < 0.85:
        yield from page(town, bot.where, bot.headers, cached=0.1, hostile=True)
    else:
        bot.send("/")
        yield town.world.now_s + bot.random.uniform(0.3, 1.5)
    if path != "/":
        bot.send(path)
        yield town.world.now_s + bot.random.uniform(0.5, 2)


def _sign_in(bot: Bot, town: Town, account: str, hit: float) -> bool:
    number = bot.send("/api/auth/login")
    bot.world.signals.tried(number, account)
    hits = bot.random.random() < hit
    bot.told(200 if hits else 401)
    return hits


def _combo_list(bot: Bot, town: Town) -> Script:
    yield from _opens(bot, town, "/login")
    for _ in range(bot.random.randrange(1, 4)):
        yield town.world.now_s + bot.random.uniform(1.5, 5)
        if _sign_in(bot, town, str(bot.random.random()), 0.01):
            bot.send("/api/auth/me")
            return


def _spray(bot: Bot, town: Town) -> Script:
    _sign_in(bot, town, str(bot.random.random()), 0.003)
    yield town.world.now_s + 0.2


def _join(bot: Bot, town: Town, joined: list[bool]) -> Script:
    """Solves the puzzle and registers; comes again as told where there is no room, once."""
    yield from _opens(bot, town, "/signup")
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(3, 15)
    for attempt in range(2):
        bot.send("/api/auth/signup")
        if bot.random.random() >= bot.world.crowded:
            bot.told(201)
            joined.append(True)
            return
        bot.told(503, 20.0)
        if attempt == 0:
            yield town.world.now_s + bot.random.uniform(20, 24)


def _farm(bot: Bot, town: Town) -> Script:
    joined: list[bool] = []
    yield from _join(bot, town, joined)
    if joined and bot.random.random() < 0.5:
        headers = {**bot.headers, b"cookie": b"session=" + bot.random.randbytes(8).hex().encode()}
        yield town.world.now_s + bot.random.uniform(1, 4)
        number = town.world.request(bot.where, "/api/chat", headers, known=True, hostile=True)
        town.world.signals.asked(number, "hello there, what can you do for me today?", 900.0, "away")
        yield town.world.now_s + 3
        town.world.signals.ended(number, complete=True)


def _hold_places(bot: Bot, town: Town) -> Script:
    yield from _join(bot, town, [])


def _put(bot: Bot, town: Town, prompt: str, cost_ms: float, standing: str, leaves: float = 0.05) -> Script:
    number = bot.send("/v1/chat/completions")
    town.world.signals.asked(number, prompt, cost_ms, standing)
    if standing != "home" and bot.random.random() < town.world.crowded:
        bot.told(503, 12.0)
        yield town.world.now_s + bot.random.uniform(1, 12)
        return
    yield town.world.now_s + bot.random.uniform(2, 8)
    town.world.signals.ended(number, complete=bot.random.random() >= leaves)


def _resell(bot: Bot, town: Town) -> Script:
    """For many customers at once: no question waits for the answer to another."""
    town.world.begin(_put(bot, town, town.words(bot.random.randrange(20, 110)), bot.random.uniform(4e3, 3e4), "away"))
    yield town.world.now_s


def _distill(bot: Bot, town: Town) -> Script:
    task = "Think step by step about the following task and write a long and complete solution for it: "
    yield from _put(bot, town, (task if bot.random.random() < 0.6 else "") + town.words(30), 18_000.0, "away")


def _leaked(bot: Bot, town: Town) -> Script:
    """A key that many strangers found in the same place."""
    town.world.begin(_put(bot, town, town.words(20), bot.random.uniform(500, 6_000), "away"))
    yield town.world.now_s


def _extension(bot: Bot, town: Town) -> Script:
    start = "Rewrite this product review so that it reads as if another buyer had written it: "
    yield from _put(bot, town, (start if bot.random.random() < 0.5 else "") + town.words(25), 4_000.0, "home")


def _borrowed(bot: Bot, town: Town) -> Script:
    """An image tag on somebody else's page that is loaded again and again while a visitor reads there."""
    leaves_s = town.world.now_s + bot.random.uniform(20, 60)
    while town.world.now_s < leaves_s:
        bot.send("/")
        if bot.random.random() < 0.3:
            bot.told(429, 10.0)
        yield town.world.now_s + bot.random.uniform(1, 4)


def _crawl(bot: Bot, town: Town) -> Script:
    bot.send(bot.random.choice(("/", "/", "/status", f"/s/{bot.random.getrandbits(48):x}")))
    if bot.random.random() < 0.08:
        bot.told(404)
    yield town.world.now_s + 0.1


def _bought_visitor(bot: Bot, town: Town) -> Script:
    yield from page(town, bot.where, bot.headers, cached=0.1, hostile=True)
    bot.headers.pop(b"referer", None)
    for _ in range(bot.random.randrange(0, 3)):
        yield town.world.now_s + town.think_s(12)
        bot.send(bot.random.choice(("/status", "/login", "/signup", "/")))


def _bomb(bot: Bot, town: Town) -> Script:
    yield from _opens(bot, town, "/forgot")
    for _ in range(bot.random.randrange(2, 6)):
        yield town.world.now_s + bot.random.uniform(1, 4)
        bot.send("/api/auth/forgot")
        if bot.random.random() < 0.4:
            bot.told(429, 30.0)


def _free_ride(bot: Bot, town: Town) -> Script:
    """A guest who asks for something long, and is another guest the next time."""
    yield from _opens(bot, town, "/guest")
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(2, 8)
    yield from _put(bot, town, town.words(60), 25_000.0, "stranger", leaves=0.2)


def _trickle(bot: Bot, town: Town) -> Script:
    bot.world.cut(bot.where)
    yield town.world.now_s + bot.random.uniform(8, 20)


RINGS: Mapping[str, Ring] = {
    "combo-list": Ring(_combo_list, 12, 400, browsers=(CHROME,)),
    "spraying": Ring(_spray, 1, 2_000, rotates=False),
    "account-farm": Ring(_farm, 13, 250, browsers=(CHROME, ANDROID), networks=25),
    "place-holders": Ring(_hold_places, 13, 300),
    "reseller": Ring(_resell, 1, 40, keyed=True, browsers=(CHROME,), networks=6),
    "distillation": Ring(_distill, 1, 250, keyed=True),
    "leaked-keys": Ring(_leaked, 1, 5, keyed=True, is_tool=True),
    "extension-at-home": Ring(_extension, 1, 60, keyed=True),
    "borrowed-browsers": Ring(_borrowed, 16, 400, linked=True),
    "crawler-swarm": Ring(_crawl, 1, 800, browsers=(CHROME,)),
    "bought-visitors": Ring(_bought_visitor, 9, 500, browsers=(CHROME, ANDROID), linked=True),
    "mail-bomb": Ring(_bomb, 13, 300),
    "free-riders": Ring(_free_ride, 12, 300, browsers=(CHROME,), networks=30),
    "slow-posts": Ring(_trickle, 1, 150),
}
# All but these send a browser's headers, or come from where people live.
UNDISGUISED = ("leaked-keys", "slow-posts")
