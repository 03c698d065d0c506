"""Honest crowds that were written down after the verdict was built, and held out of all tuning. Knows habits.

Real crowds differ in nearly everything but in being people: what they come for, how many of them register, whether a
link tells where they come from, from how many addresses they come, and how fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from people import LINKS, Town, ask, converse, page, sign_in, sign_up
from programs import address, browser
from world import Script

ANDROID, IPHONE = 1, 3
EASTERN = (b"zh-CN,zh;q=0.9", b"ja-JP", b"ko-KR,ko;q=0.9")


@dataclass(frozen=True, slots=True)
class Crowd:
    """How one of a crowd behaves.

    Attributes:
        ramp_s: in this time it grows to its peak.
        link: the part that comes over a link.
        joins, signs_in: the parts that register, and that have an account already; the others read.
        reads: so many further pages at most.
        recalls: the part of sign-ins whose password is right at the first go.
        apps: the crowd's browsers by number, or any.
        places: all come from so many addresses of one network, or from anywhere.
        languages: what the crowd reads, or anything.
        same_task: the part that asks what all ask.
        patience: the part that waits as it is told.
    """

    ramp_s: float
    link: float = 0.5
    joins: float = 0.5
    signs_in: float = 0.15
    reads: int = 2
    recalls: float = 0.8
    apps: tuple[int, ...] = ()
    places: int = 0
    languages: tuple[bytes, ...] = ()
    same_task: float = 0.0
    patience: float = 0.85


CROWDS: Mapping[str, Crowd] = {
    # A story in the news, read by many who want nothing of us.
    "front-page": Crowd(45.0, link=0.85, joins=0.06, signs_in=0.04, reads=4),
    # Named in an app store: the shop's own browser, no link told, and who comes wants an account.
    "app-store": Crowd(60.0, link=0.0, joins=0.8, signs_in=0.08, apps=(ANDROID, IPHONE)),
    # A lecture hall: one exercise, two addresses.
    "lecture": Crowd(15.0, link=0.05, joins=0.75, signs_in=0.2, places=2, same_task=0.5),
    # A match that ends deep in the crowd's night; shared in chats, which tell no link.
    "night-crowd": Crowd(12.0, link=0.15, joins=0.35, languages=(b"de-DE,de;q=0.9", b"fr-FR", b"it-IT,it;q=0.9")),
    # Registration opens at an hour that was told: all who waited come within seconds, and register.
    "gate-opens": Crowd(3.0, link=0.1, joins=0.9, signs_in=0.05, reads=0, patience=0.6),
    # It stutters, and everybody presses reload.
    "retrying": Crowd(8.0, link=0.3, joins=0.3, signs_in=0.5, recalls=0.75, reads=6, patience=0.3),
    # Launched in another part of the world, with advertisements there.
    "launch-abroad": Crowd(30.0, link=0.9, joins=0.45, signs_in=0.02, languages=EASTERN),
    # All sessions have ended, and many have forgotten their passwords.
    "sign-in-again": Crowd(20.0, link=0.0, joins=0.03, signs_in=0.9, recalls=0.55, reads=0),
}


def someone(town: Town, crowd: Crowd, until_s: float, places: list[str]) -> Script:
    """One of the crowd, from coming to leaving."""
    world, random = town.world, town.random
    where = random.choice(places) if places else address(random)
    headers = browser(
        random,
        referrer=random.choice(LINKS) if random.random() < crowd.link else b"",
        which=random.choice(crowd.apps) if crowd.apps else None,
        language=random.choice(crowd.languages) if crowd.languages else b"",
    )
    yield world.now_s
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(8)
    wants = random.random()
    if wants < crowd.signs_in:
        yield from _comes_back(town, crowd, where, headers, until_s)
    elif wants < crowd.signs_in + crowd.joins:
        joined: list[bool] = []
        yield from sign_up(town, where, headers, joined)
        if joined:
            headers[b"cookie"] = b"session=" + random.randbytes(8).hex().encode()
            yield world.now_s + town.think_s(6)
            yield from _asks(town, crowd, where, headers, until_s)
    else:
        for _ in range(random.randrange(crowd.reads + 1)):
            if world.now_s < until_s:
                world.request(where, random.choice(("/", "/status", "/login", "/s/4f1c2a", "/signup")), headers)
                yield world.now_s + town.think_s(15 if crowd.patience > 0.5 else 4)


def _comes_back(town: Town, crowd: Crowd, where: str, headers: dict[bytes, bytes], until_s: float) -> Script:
    """Signs in, at the first go or later; who cannot, has a letter sent."""
    world, random = town.world, town.random
    if random.random() < crowd.recalls:
        yield from sign_in(town, where, headers)
    else:
        for _ in range(random.randrange(1, 4)):
            number = world.request(where, "/api/auth/login", headers)
            world.signals.tried(number, where)
            world.signals.answered(number, "/api/auth/login", 401)
            yield world.now_s + town.think_s(9)
        if random.random() < 0.5:
            world.request(where, "/api/auth/forgot", headers)
            yield world.now_s + town.think_s(60)
        yield from sign_in(town, where, headers)
    headers[b"cookie"] = b"session=" + random.randbytes(8).hex().encode()
    yield world.now_s + town.think_s(6)
    yield from _asks(town, crowd, where, headers, until_s)


def _asks(town: Town, crowd: Crowd, where: str, headers: dict[bytes, bytes], until_s: float) -> Script:
    if town.random.random() < crowd.same_task:
        task = "Please summarise the text of this week's exercise and answer the three questions below it: "
        ask(town, headers, where, "away", prompt=task + town.words(4))
        yield town.world.now_s + town.think_s(25)
    yield from converse(town, where, headers, until_s)
