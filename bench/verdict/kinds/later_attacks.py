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

from collections.abc import Mapping

from attackers import Bot
from people import Town, page
from visits import ANDROID, CHROME, Ring, joins, opens, puts, tries
from world import Script


def _combo_list(bot: Bot, town: Town) -> Script:
    yield from opens(bot, town, "/login")
    for _ in range(bot.random.randrange(1, 4)):
        yield town.world.now_s + bot.random.uniform(1.5, 5)
        if tries(bot, town, str(bot.random.random()), 0.01):
            bot.send("/api/auth/me")
            return


def _spray(bot: Bot, town: Town) -> Script:
    tries(bot, town, str(bot.random.random()), 0.003)
    yield town.world.now_s + 0.2


def _farm(bot: Bot, town: Town) -> Script:
    joined: list[bool] = []
    yield from joins(bot, town, joined)
    if joined and bot.random.random() < 0.5:
        headers = {**bot.headers, b"cookie": b"session=" + bot.random.randbytes(8).hex().encode()}
        yield town.world.now_s + bot.random.uniform(1, 4)
        number = town.world.request(bot.where, "/api/chat", headers, known=True, hostile=True)
        town.world.signals.asked(number, "hello there, what can you do for me today?", 900.0, "away")
        yield town.world.now_s + 3
        town.world.signals.ended(number, complete=True)


def _hold_places(bot: Bot, town: Town) -> Script:
    yield from joins(bot, town, [])


def _resell(bot: Bot, town: Town) -> Script:
    """For many customers at once: no question waits for the answer to another."""
    town.world.begin(puts(bot, town, town.words(bot.random.randrange(20, 110)), bot.random.uniform(4e3, 3e4), "away"))
    yield town.world.now_s


def _distill(bot: Bot, town: Town) -> Script:
    task = "Think step by step about the following task and write a long and complete solution for it: "
    yield from puts(bot, town, (task if bot.random.random() < 0.6 else "") + town.words(30), 18_000.0, "away")


def _leaked(bot: Bot, town: Town) -> Script:
    """A key that many strangers found in the same place."""
    town.world.begin(puts(bot, town, town.words(20), bot.random.uniform(500, 6_000), "away"))
    yield town.world.now_s


def _extension(bot: Bot, town: Town) -> Script:
    start = "Rewrite this product review so that it reads as if another buyer had written it: "
    yield from puts(bot, town, (start if bot.random.random() < 0.5 else "") + town.words(25), 4_000.0, "home")


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
    yield from opens(bot, town, "/forgot")
    for _ in range(bot.random.randrange(2, 6)):
        yield town.world.now_s + bot.random.uniform(1, 4)
        bot.send("/api/auth/forgot")
        if bot.random.random() < 0.4:
            bot.told(429, 30.0)


def _free_ride(bot: Bot, town: Town) -> Script:
    """A guest who asks for something long, and is another guest the next time."""
    yield from opens(bot, town, "/guest")
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(2, 8)
    yield from puts(bot, town, town.words(60), 25_000.0, "stranger", leaves=0.2)


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
