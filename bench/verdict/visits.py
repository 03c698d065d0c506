"""Attackers who come in visits, and what a visit is made of. Knows who is at work when; knows no kind of attack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from attackers import Bot
from people import LINKS, Town, page
from programs import Headers, address, browser, tool
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
        addresses: from so many addresses in all, within those networks.
        linked: they come, or seem to come, over a link.
        wears: what else they send for headers than ``browsers`` and ``is_tool`` can say; with a cookie, if they have
            a browser's session for an account instead of a key.
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
    addresses: int = 0
    wears: Callable[[Random], Headers] | None = None


def begin_ring(town: Town, ring: Ring, rate_per_s: float, begins_s: float, ends_s: float, ramp_s: float) -> None:
    """Starts all of a ring, at once or over the ramp."""
    random = town.random
    wide = [f"{random.randrange(11, 223)}.{random.randrange(256)}" for _ in range(ring.networks)]
    if ring.addresses:
        wide = [_within(random, wide) for _ in range(ring.addresses)]
    askers = max(1, min(ring.askers, round(rate_per_s * 40 / ring.requests)))
    every_s = askers * ring.requests / rate_per_s
    for index in range(askers):
        bot = Bot(town.world, random, "", {}, known=ring.keyed)
        _dress(bot, ring, wide)
        if ring.keyed and b"cookie" not in bot.headers:
            bot.headers[b"authorization"] = b"Bearer sw-" + random.randbytes(8).hex().encode()
        at_s = begins_s + ramp_s * index / askers + random.uniform(0, every_s)
        town.world.begin(_visits(town, ring, bot, wide, at_s, ends_s, every_s))


def _dress(bot: Bot, ring: Ring, wide: list[str]) -> None:
    random = bot.random
    bot.where = random.choice(wide) if ring.addresses else _within(random, wide)
    if ring.wears is not None:
        bot.headers = ring.wears(random)
        return
    if ring.is_tool:
        bot.headers = tool(random)
        return
    referrer = random.choice(LINKS) if ring.linked and random.random() < 0.8 else b""
    bot.headers = browser(random, referrer=referrer, which=random.choice(ring.browsers) if ring.browsers else None)


def _within(random: Random, wide: list[str]) -> str:
    """An address in one of these networks, or anywhere where there are none."""
    return f"{random.choice(wide)}.{random.randrange(256)}.{random.randrange(1, 255)}" if wide else address(random)


def _visits(town: Town, ring: Ring, bot: Bot, wide: list[str], at_s: float, ends_s: float, every_s: float) -> Script:
    world, random = town.world, town.random
    yield at_s
    while world.now_s < ends_s:
        began_s = world.now_s
        yield from ring.visit(bot, town)
        if ring.rotates and not ring.keyed:
            _dress(bot, ring, wide)
        yield max(world.now_s + 0.05, began_s + every_s * random.lognormvariate(-0.1, 0.45))


def opens(bot: Bot, town: Town, path: str = "/") -> Script:
    """The page as a kit's browser opens it: with its files, unless the kit blocks them to save what proxies charge."""
    if bot.random.random() < 0.85:
        yield from page(town, bot.where, bot.headers, cached=0.1, hostile=True)
    else:
        bot.send("/")
        yield town.world.now_s + bot.random.uniform(0.3, 1.5)
    if path != "/":
        bot.send(path)
        yield town.world.now_s + bot.random.uniform(0.5, 2)


def tries(bot: Bot, town: Town, account: str, hit: float) -> bool:
    """One password; ``hit`` is how likely it is right."""
    number = bot.send("/api/auth/login")
    bot.world.signals.tried(number, account)
    hits = bot.random.random() < hit
    bot.told(200 if hits else 401)
    return hits


def joins(bot: Bot, town: Town, joined: list[bool]) -> Script:
    """Solves the puzzle and registers; comes again as told where there is no room, once."""
    yield from opens(bot, town, "/signup")
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


def puts(bot: Bot, town: Town, prompt: str, cost_ms: float, standing: str, leaves: float = 0.05) -> Script:
    """One question, waited for; ``leaves`` is the part that hangs up before its end."""
    number = bot.send("/api/chat" if b"cookie" in bot.headers else "/v1/chat/completions")
    town.world.signals.asked(number, prompt, cost_ms, standing)
    if standing != "home" and bot.random.random() < town.world.crowded:
        bot.told(503, 12.0)
        yield town.world.now_s + bot.random.uniform(1, 12)
        return
    yield town.world.now_s + bot.random.uniform(2, 8)
    town.world.signals.ended(number, complete=bot.random.random() >= leaves)
