"""Honest crowds for a rehearsal, written by someone who had not read the verdict. Knows habits; knows no attack.

Each is drawn from days that were told of. Most are people in browsers who come over all sorts of ways; a third is odd
in one honest way: programs by the clock, a whole company at one exit, forgotten passwords, one joke that all type.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from random import Random

from gatherings import Gathering, Shared
from people import EXAMPLES, LINKS, Town, ask, converse, page, sign_up
from programs import Headers, browser, tool
from world import Script

CHROME, ANDROID, SAFARI, IPHONE, FIREFOX, EDGE = 0, 1, 2, 3, 4, 5
PAGES = ("/status", "/login", "/signup", "/", "/guest")
_PHONES = (ANDROID, ANDROID, IPHONE)
_DESKS = (CHROME, CHROME, SAFARI, FIREFOX, EDGE)


def _session(random: Random, headers: Headers) -> Headers:
    kept = {name: value for name, value in headers.items() if name != b"referer"}
    return {**kept, b"cookie": b"session=" + random.randbytes(8).hex().encode()}


def _key(random: Random, headers: Headers) -> Headers:
    return {**headers, b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}


def _enters(town: Town, where: str, headers: Headers, recalls: float) -> Generator[float, None, bool]:
    """Signs in; who has forgotten the password has a letter sent, and comes back with a new one."""
    world, random = town.world, town.random
    account = random.randbytes(6).hex()
    world.request(where, "/login", headers)
    yield world.now_s + town.think_s(7)
    for _ in range(random.randrange(2, 5)):
        number = world.request(where, "/api/auth/login", headers)
        world.signals.tried(number, account)
        right = random.random() < recalls
        world.signals.answered(number, "/api/auth/login", 200 if right else 401)
        if right:
            return True
        yield world.now_s + town.think_s(9)
    if random.random() < 0.4:
        return False
    world.request(where, "/api/auth/forgot", headers)
    yield world.now_s + town.think_s(40)
    number = world.request(where, "/api/auth/login", headers)
    world.signals.tried(number, account)
    world.signals.answered(number, "/api/auth/login", 200)
    return True


def _joins(town: Town, where: str, headers: Headers, until_s: float) -> Script:
    joined: list[bool] = []
    yield from sign_up(town, where, headers, joined)
    if joined:
        yield town.world.now_s + town.think_s(10)
        yield from converse(town, where, _session(town.random, headers), until_s)


def _returns(town: Town, where: str, headers: Headers, until_s: float, recalls: float = 0.75) -> Script:
    entered = yield from _enters(town, where, headers, recalls)
    if entered:
        yield town.world.now_s + town.think_s(8)
        yield from converse(town, where, _session(town.random, headers), until_s)


def _strolls(town: Town, where: str, headers: Headers, most: int) -> Script:
    for _ in range(town.random.randrange(most + 1)):
        yield town.world.now_s + town.think_s(14)
        town.world.request(where, town.random.choice(PAGES), headers)


def _wants(
    town: Town, shared: Shared, where: str, headers: Headers, *, joins: float, returns: float, recalls: float = 0.75
) -> Script:
    """Registers, signs in, or only looks on."""
    wants = town.random.random()
    if wants < joins:
        yield from _joins(town, where, headers, shared.until_s)
    elif wants < joins + returns:
        yield from _returns(town, where, headers, shared.until_s, recalls)
    else:
        yield from _strolls(town, where, headers, 3)


def _at_home(town: Town, where: str, headers: Headers, until_s: float, pace_s: float, first: str = "") -> Script:
    """Somebody who has lived here for weeks, at the usual place."""
    world, random = town.world, town.random
    prompt = first
    while world.now_s < until_s:
        number = ask(town, headers, where, "home", prompt=prompt)
        prompt = ""
        yield world.now_s + random.uniform(1, 9)
        world.signals.ended(number, complete=random.random() < 0.92)
        yield world.now_s + town.think_s(pace_s)


def _searcher(town: Town, shared: Shared) -> Script:
    """The name is what a country searches for today: over a search engine, curious, on everything that has a screen."""
    random = town.random
    where, headers = shared.place(random), browser(random, referrer=LINKS[2] if random.random() < 0.85 else b"")
    yield town.world.now_s
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(14)
    yield from _wants(town, shared, where, headers, joins=0.25, returns=0.1)


def _chatter(town: Town, shared: Shared) -> Script:
    """A streamer tries it before an audience, which types the same joke into it (the hugs of Twitch)."""
    world, random = town.world, town.random
    where, headers = shared.place(random), browser(random, which=random.choice((*_DESKS, ANDROID, IPHONE)))
    yield world.now_s
    yield from page(town, where, headers, cached=0.05)
    yield world.now_s + town.think_s(6)
    if random.random() < 0.45:
        return
    joined: list[bool] = []
    yield from sign_up(town, where, headers, joined)
    if not joined:
        return
    headers = _session(random, headers)
    for turn in range(random.randrange(1, 6)):
        joke = turn == 0 and random.random() < 0.6
        number = ask(town, headers, where, "away", prompt=shared.task if joke else town.words(random.randrange(3, 14)))
        yield world.now_s + random.uniform(1, 6)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.8)
        yield world.now_s + town.think_s(12)


def _painter(town: Town, shared: Shared) -> Script:
    """A new thing that the model can do is the talk of the day: most have an account (OpenAI's pictures, 2025)."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.55
    headers = browser(random, referrer=LINKS[1] if random.random() < 0.3 and not at_home else b"")
    yield world.now_s
    if at_home:
        headers = _session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.5)
    else:
        yield from page(town, where, headers)
        if random.random() < 0.5:
            yield from _joins(town, where, headers, shared.until_s)
        elif (yield from _enters(town, where, headers, 0.7)):
            yield from converse(town, where, _session(random, headers), shared.until_s)
        return
    while world.now_s < shared.until_s:
        yield world.now_s + town.think_s(15)
        if random.random() < 0.6:
            world.request(where, "/api/attachments", headers, known=True)
            yield world.now_s + random.uniform(1, 4)
        number = ask(town, headers, where, "home", prompt=shared.task if random.random() < 0.15 else "")
        yield world.now_s + random.uniform(5, 15)
        world.signals.ended(number, complete=random.random() < 0.85)


def _warned(town: Town, shared: Shared) -> Script:
    """A letter has told all who are registered to change their passwords: they hardly recall the old one."""
    world, random = town.world, town.random
    where, headers = shared.place(random), browser(random)
    yield world.now_s
    yield from page(town, where, headers, cached=0.4)
    yield world.now_s + town.think_s(8)
    entered = yield from _enters(town, where, headers, 0.4)
    if not entered:
        return
    headers = _session(random, headers)
    yield from page(town, where, headers, known=True, cached=0.95)
    yield world.now_s + town.think_s(20)
    if random.random() < 0.35:
        world.request(where, "/api/conversations", headers, known=True)
        yield world.now_s + town.think_s(10)
        yield from converse(town, where, headers, shared.until_s)


def _employee(town: Town, shared: Shared) -> Script:
    """A company gives it to all its staff on one morning: one build of one browser, the company's few exits."""
    world, random = town.world, town.random
    where, headers = shared.place(random), browser(random, which=EDGE, language=shared.language)
    yield world.now_s
    yield from page(town, where, headers, cached=0.1)
    yield world.now_s + town.think_s(10)
    entered = yield from _enters(town, where, headers, 0.85)
    if not entered:
        return
    headers = _session(random, headers)
    yield from page(town, where, headers, known=True, cached=0.95)
    while world.now_s < shared.until_s:
        yield world.now_s + town.think_s(random.uniform(15, 40))
        prompt = random.choice((EXAMPLES[0], EXAMPLES[2], shared.task)) if random.random() < 0.25 else ""
        number = ask(town, headers, where, "away", prompt=prompt)
        yield world.now_s + random.uniform(2, 10)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.92)


def _timed_job(town: Town, shared: Shared) -> Script:
    """Customers' nightly jobs, which all wake at the full hour and work through a table each (cron's thundering)."""
    world, random = town.world, town.random
    where, headers = shared.place(random), _key(random, tool(random))
    template, pace_s, streams = town.words(random.randrange(6, 16)), random.uniform(0.5, 6), random.random() < 0.3
    yield world.now_s + random.expovariate(1 / 3)
    left = random.randrange(10, 200)
    while left > 0 and world.now_s < shared.until_s:
        left -= 1
        number = ask(town, headers, where, "home", prompt=f"{template} {town.words(random.randrange(3, 20))}")
        yield world.now_s + random.uniform(0.8, 5)
        world.signals.ended(number, complete=not streams or random.random() < 0.97)
        yield world.now_s + pace_s * random.uniform(0.7, 1.5)


def _sheltering(town: Town, shared: Shared) -> Script:
    """An earthquake: one country on telephones with bad reception, who ask what to do and ask again."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice(_PHONES), language=shared.language)
    at_home = random.random() < 0.3
    yield world.now_s
    headers = _session(random, headers) if at_home else headers
    for _ in range(random.choice((1, 1, 2, 3))):  # It does not load, and is loaded again.
        yield from page(town, where, headers, known=at_home, cached=0.6 if at_home else 0.1)
        yield world.now_s + random.uniform(1, 9)
    if at_home:
        yield from _at_home(town, where, headers, shared.until_s, 15, first=shared.task)
        return
    yield from _wants(town, shared, where, headers, joins=0.45, returns=0.2, recalls=0.65)


def _listener(town: Town, shared: Shared) -> Script:
    """A podcast speaks of it: the name is typed by hand, at the desk or under way, and few register at once."""
    random = town.random
    where, headers = shared.place(random), browser(random)
    yield town.world.now_s
    yield from page(town, where, headers)
    yield town.world.now_s + town.think_s(20)
    yield from _wants(town, shared, where, headers, joins=0.18, returns=0.09)


def _fan(town: Town, shared: Shared) -> Script:
    """A code on the screen of a stadium: telephones behind the cells' addresses, between two halves of a match."""
    random = town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice(_PHONES), language=shared.language if random.random() < 0.85 else b"")
    yield town.world.now_s
    yield from page(town, where, headers, cached=0.0)
    yield town.world.now_s + town.think_s(9)
    if random.random() < 0.35:
        yield from _joins(town, where, headers, shared.until_s)
    elif random.random() < 0.3:
        yield from _strolls(town, where, headers, 2)


def _resolved(town: Town, shared: Shared) -> Script:
    """The first working day of the year: people who were away for weeks, whose sessions and files have run out."""
    random = town.random
    where, headers = shared.place(random), browser(random)
    kind = random.random()
    yield town.world.now_s
    if kind < 0.4:
        headers = _session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.2)
        yield town.world.now_s + town.think_s(12)
        yield from _at_home(town, where, headers, shared.until_s, random.uniform(15, 45))
        return
    yield from page(town, where, headers, cached=0.2)
    yield town.world.now_s + town.think_s(12)
    if kind < 0.75:
        yield from _returns(town, where, headers, shared.until_s, 0.6)
    elif kind < 0.9:
        yield from _joins(town, where, headers, shared.until_s)


def _builder(town: Town, shared: Shared) -> Script:
    """A cheaper interface is announced: developers read, fetch a key, and run their first loops (DeepSeek's prices)."""
    world, random = town.world, town.random
    where = shared.place(random)
    reads = browser(random, which=random.choice(_DESKS), referrer=LINKS[0] if random.random() < 0.5 else b"")
    yield world.now_s
    yield from page(town, where, reads)
    reads.pop(b"referer", None)
    yield world.now_s + town.think_s(12)
    if random.random() < 0.35:
        return
    joined: list[bool] = []
    yield from sign_up(town, where, reads, joined)
    if not joined:
        return
    yield world.now_s + town.think_s(15)
    headers = tool(random)
    if random.random() < 0.3:  # The key is in the wrong place.
        number = world.request(where, "/v1/models", headers)
        world.signals.answered(number, "/v1/models", 401)
        yield world.now_s + town.think_s(10)
    headers = _key(random, headers)
    world.request(where, "/v1/models", headers, known=True)
    while world.now_s < shared.until_s:
        first = random.choice(("Hello!", "Say this is a test", town.words(10), shared.task))
        for _ in range(random.choice((1, 1, 1, 5, 20))):
            number = ask(town, headers, where, "away", prompt=first if random.random() < 0.3 else "")
            yield world.now_s + random.uniform(0.5, 5)
            if number >= 0:
                world.signals.ended(number, complete=random.random() < 0.95)
        yield world.now_s + town.think_s(25)


def _graduate(town: Town, shared: Shared) -> Script:
    """Results came out at eight: pupils and parents, from their homes, want advice on places, and press reload."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((*_PHONES, CHROME, None)), language=shared.language)
    yield world.now_s
    for _ in range(random.choice((1, 1, 2, 4))):
        yield from page(town, where, headers, cached=0.5)
        yield world.now_s + random.uniform(1, 6)
    yield from _wants(town, shared, where, headers, joins=0.4, returns=0.35, recalls=0.7)


def _follower(town: Town, shared: Shared) -> Script:
    """A shared talk goes around: all land on it and read, some scroll on to the page and ask the like themselves."""
    world, random = town.world, town.random
    where, headers = shared.place(random), browser(random, referrer=LINKS[1] if random.random() < 0.6 else b"")
    yield world.now_s
    world.request(where, "/s/4f19c27be0", headers)
    yield world.now_s + random.uniform(0.1, 0.8)
    headers.pop(b"referer", None)
    for name in ("index.js", "index.css", "icon.svg")[: random.choice((0, 2, 3, 3))]:
        world.request(where, "/static/assets/" + name, headers)
        yield world.now_s + random.uniform(0.02, 0.3)
    yield world.now_s + town.think_s(25)
    if random.random() < 0.6:
        return
    yield from page(town, where, headers, cached=0.6)
    yield world.now_s + town.think_s(10)
    if random.random() < 0.5:
        yield from _joins(town, where, headers, shared.until_s)
    elif random.random() < 0.3:
        yield from _returns(town, where, headers, shared.until_s)


def _belated(town: Town, shared: Shared) -> Script:
    """The last evening to hand a tax form in: elder browsers, slow hands, long letters (Healthcare.gov's last days)."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((*_DESKS, IPHONE, 6)), language=shared.language)
    yield world.now_s
    if random.random() < 0.3:
        headers = _session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.7)
        yield from _at_home(town, where, headers, shared.until_s, random.uniform(25, 60))
        return
    yield from page(town, where, headers, cached=0.2)
    yield world.now_s + town.think_s(25)
    yield from _wants(town, shared, where, headers, joins=0.45, returns=0.35, recalls=0.55)


REHEARSAL_CROWDS: Mapping[str, Gathering] = {
    "search-trend": Gathering(_searcher, 55.0),
    "streamer": Gathering(_chatter, 12.0, halves_s=90.0, task_words=7),
    "pictures-day": Gathering(_painter, 60.0, task_words=10),
    "password-letter": Gathering(_warned, 40.0),
    "whole-company": Gathering(_employee, 50.0, stays=True, places=3, languages=(b"en-GB,en;q=0.8", b"de-DE,de;q=0.9")),
    "full-hour": Gathering(_timed_job, 5.0, stays=True),
    "earthquake": Gathering(
        _sheltering, 15.0, languages=(b"ja-JP", b"tr-TR,tr;q=0.9", b"es-CL,es;q=0.9"), task_words=9
    ),
    "podcast": Gathering(_listener, 60.0),
    "stadium": Gathering(_fan, 10.0, halves_s=100.0, places=60, languages=(b"en-GB,en;q=0.8", b"pt-BR", b"es-MX")),
    "new-year": Gathering(_resolved, 60.0),
    "key-day": Gathering(_builder, 30.0, task_words=8),
    "results-at-eight": Gathering(_graduate, 4.0, languages=(b"en-GB,en;q=0.8", b"fr-FR", b"en-IN,en;q=0.9")),
    "shared-talk": Gathering(_follower, 35.0),
    "last-evening": Gathering(_belated, 70.0, languages=(b"de-DE,de;q=0.9", b"en-US,en;q=0.9", b"fr-FR")),
}
