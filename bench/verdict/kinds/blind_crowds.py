"""Honest crowds as such days were told, by someone who had not read the verdict. Knows habits; knows no attack.

Most are people in browsers who come for one reason in many ways; some are odd: shops that all have one program,
offices that have forgotten their passwords over the holidays, servers that look up a link before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from random import Random

from gatherings import Gathering, Shared
from people import EXAMPLES, FILES, LINKS, Town, ask, converse, page, sign_in, sign_up
from programs import Headers, address, browser, tool
from world import Script

CHROME, ANDROID, SAFARI, IPHONE, FIREFOX, EDGE, OLD = range(7)
_LOOKS = ("/", "/login", "/signup", "/status", "/guest")
# What everybody puts to a new model first.
_FIRST_TESTS = ("how many times is the letter r in strawberry", "draw a pelican riding a bicycle as svg", "hello")


def _with_session(random: Random, headers: Headers) -> Headers:
    return {**headers, b"cookie": b"session=" + random.randbytes(8).hex().encode()}


def _with_key(random: Random, headers: Headers) -> Headers:
    return {**headers, b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}


def _opens(
    town: Town, where: str, headers: Headers, think_s: float, *, at_home: bool = False
) -> Generator[float, None, Headers]:
    """The page, out of the browser's store where one lives here; then a look at it. What is sent from then on."""
    headers = _with_session(town.random, headers) if at_home else headers
    yield from page(town, where, headers, known=at_home, cached=0.75 if at_home else 0.13)
    yield town.world.now_s + town.think_s(think_s)
    return {name: value for name, value in headers.items() if name != b"referer"}


def _enters(town: Town, where: str, headers: Headers, *, joins: float) -> Generator[float, None, Headers | None]:
    """Registers, or signs in to an account; the headers of the session, or none where there was no room."""
    if town.random.random() < joins:
        joined: list[bool] = []
        yield from sign_up(town, where, headers, joined)
        if not joined:
            return None
    else:
        yield from sign_in(town, where, headers)
    yield town.world.now_s + town.think_s(7)
    return _with_session(town.random, headers)


def _talks(town: Town, shared: Shared, where: str, headers: Headers, *, joins: float) -> Script:
    entered = yield from _enters(town, where, headers, joins=joins)
    if entered:
        yield from converse(town, where, entered, shared.until_s)


def _looks_on(town: Town, where: str, headers: Headers, most: int, think_s: float = 12.0) -> Script:
    for _ in range(town.random.randrange(most + 1)):
        yield town.world.now_s + town.think_s(think_s)
        town.world.request(where, town.random.choice(_LOOKS), headers)


def _asks_once(town: Town, where: str, headers: Headers, standing: str, prompt: str = "") -> Script:
    """One question, and once more where it is refused and there is patience."""
    world, random = town.world, town.random
    for _ in range(2):
        number = ask(town, headers, where, standing, prompt=prompt)
        if number >= 0:
            yield world.now_s + random.uniform(1, 9)
            world.signals.ended(number, complete=random.random() < 0.91)
            return
        if random.random() < 0.25:
            return
        yield world.now_s + (random.uniform(14, 40) if random.random() < 0.75 else random.uniform(1, 5))


def _stays(town: Town, shared: Shared, where: str, headers: Headers, standing: str, pace_s: float) -> Script:
    """Question after question, with breaks, until it is over or enough."""
    world, random = town.world, town.random
    while world.now_s < shared.until_s and random.random() < 0.97:
        yield from _asks_once(town, where, headers, standing)
        yield world.now_s + town.think_s(pace_s)


def _fan(town: Town, shared: Shared) -> Script:
    """A streamer tries it before his public, and puts the link into the chat (Twitch's hugs of small sites)."""
    random = town.random
    where = shared.place(random)
    app = random.choices((CHROME, ANDROID, IPHONE, FIREFOX, EDGE), (5, 2, 2, 1, 1))[0]
    headers = browser(random, which=app, referrer=LINKS[1] if random.random() < 0.5 else b"")
    yield town.world.now_s
    headers = yield from _opens(town, where, headers, 7)
    if random.random() < 0.5:
        yield from _looks_on(town, where, headers, 3, 8)
        return
    entered = yield from _enters(town, where, headers, joins=0.75)
    if entered:
        if random.random() < 0.4:
            yield from _asks_once(town, where, entered, "away", shared.task)
        yield from converse(town, where, entered, shared.until_s)


def _portrayed(town: Town, shared: Shared) -> Script:
    """Everybody has his picture drawn in one manner (a million joined in one hour; OpenAI, March 2025)."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.35
    headers = browser(random, referrer=LINKS[1] if not at_home and random.random() < 0.5 else b"")
    yield world.now_s
    headers = yield from _opens(town, where, headers, 8, at_home=at_home)
    if not at_home:
        if random.random() < 0.3:
            return
        entered = yield from _enters(town, where, headers, joins=0.6)
        if not entered:
            return
        headers = entered
    for _ in range(random.randrange(1, 6)):
        if world.now_s > shared.until_s:
            return
        number = world.request(where, "/api/attachments", headers, known=True)
        world.signals.answered(number, "/api/attachments", 201)
        yield world.now_s + town.think_s(9)
        prompt = f"{shared.task} {town.words(random.randrange(2, 9))}" if random.random() < 0.7 else ""
        yield from _asks_once(town, where, headers, "home" if at_home else "away", prompt)
        yield world.now_s + town.think_s(28)


def _warned(town: Town, shared: Shared) -> Script:
    """A warning goes to every telephone of a country: a storm, a quake (as the USGS tells of its pages)."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.4
    app = random.choices((ANDROID, IPHONE, CHROME, OLD), (5, 4, 2, 1))[0]
    headers = browser(random, which=app, language=shared.language)
    yield world.now_s
    headers = yield from _opens(town, where, headers, 5, at_home=at_home)
    if at_home:
        for _ in range(random.randrange(1, 6)):
            yield from _asks_once(town, where, headers, "home")
            yield world.now_s + town.think_s(14)
        return
    if random.random() < 0.3:  # The line breaks off, and the telephone comes back over another network.
        where = address(random)
        yield from page(town, where, headers, cached=0.9)
    if random.random() < 0.45:
        yield from _looks_on(town, where, headers, 3, 7)
        return
    yield from _talks(town, shared, where, headers, joins=0.55)


def _bargainer(town: Town, shared: Shared) -> Script:
    """The price is halved for a day: who was told of it compares, hesitates, joins (Black Friday)."""
    random = town.random
    where = shared.place(random)
    headers = browser(random, referrer=random.choice(LINKS) if random.random() < 0.65 else b"")
    yield town.world.now_s
    headers = yield from _opens(town, where, headers, 14)
    yield from _looks_on(town, where, headers, 4, 16)
    if random.random() < 0.5:
        return
    entered = yield from _enters(town, where, headers, joins=0.45)
    if entered:
        town.world.request(where, "/settings", entered, known=True)
        yield town.world.now_s + town.think_s(20)
        yield from converse(town, where, entered, shared.until_s)


def _school_leaver(town: Town, shared: Shared) -> Script:
    """Results are out at a told minute, and what to do with them is asked everywhere (CBSE, A-levels and clearing)."""
    world, random = town.world, town.random
    where, kind = shared.place(random), random.random()
    app = random.choices((ANDROID, IPHONE, CHROME, SAFARI, EDGE), (5, 4, 3, 1, 1))[0]
    headers = browser(random, which=app, language=shared.language)
    at_home = kind < 0.3
    yield world.now_s
    headers = yield from _opens(town, where, headers, 7, at_home=at_home)
    for _ in range(random.randrange(3)):
        yield from page(town, where, headers, known=at_home, cached=0.9)
        yield world.now_s + town.think_s(7)
    if at_home:
        yield from _stays(town, shared, where, headers, "home", 24)
    elif kind < 0.6:
        yield from _looks_on(town, where, headers, 2)
    else:
        yield from _talks(town, shared, where, headers, joins=0.5)


def _readmitted(town: Town, shared: Shared) -> Script:
    """A country lets the service in again, and the news tells it: old accounts and new ones (Italy, April 2023)."""
    world, random = town.world, town.random
    where, kind = shared.place(random), random.random()
    headers = browser(random, referrer=LINKS[0] if random.random() < 0.35 else b"", language=shared.language)
    yield world.now_s
    headers = yield from _opens(town, where, headers, 10)
    if random.random() < 0.5:  # The terms, and whether one is old enough.
        world.request(where, "/terms", headers)
        yield world.now_s + town.think_s(18)
    if kind < 0.25:
        yield from _looks_on(town, where, headers, 3)
    else:
        yield from _talks(town, shared, where, headers, joins=0.4)


def _awaiter(town: Town, shared: Shared) -> Script:
    """A new model is shown in a broadcast: its users reload until it is there (12 days of OpenAI)."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.7
    headers = browser(random)
    yield world.now_s
    headers = yield from _opens(town, where, headers, 6, at_home=at_home)
    for _ in range(random.randrange(7)):
        yield from page(town, where, headers, known=at_home, cached=0.97)
        yield world.now_s + town.think_s(6)
    if not at_home:
        if random.random() < 0.4:
            return
        entered = yield from _enters(town, where, headers, joins=0.5)
        if not entered:
            return
        headers = entered
    standing = "home" if at_home else "away"
    if random.random() < 0.35:
        yield from _asks_once(town, where, headers, standing, random.choice((*_FIRST_TESTS, EXAMPLES[0])))
        yield world.now_s + town.think_s(15)
    yield from _stays(town, shared, where, headers, standing, 26)


def _member(town: Town, shared: Shared) -> Script:
    """A university gives it to all its members on one morning, through its own sign-in (California State, 2025)."""
    world, random = town.world, town.random
    where = shared.place(random) if random.random() < 0.6 else address(random)
    app = random.choices((CHROME, SAFARI, IPHONE, ANDROID, EDGE, FIREFOX), (5, 3, 3, 2, 2, 1))[0]
    headers = browser(random, which=app, referrer=b"https://portal.example/" if random.random() < 0.5 else b"")
    yield world.now_s
    headers = yield from _opens(town, where, headers, 9)
    if random.random() < 0.12:
        return
    for _ in range(2):
        world.request(where, "/api/auth/oidc/campus/begin", headers)
        yield world.now_s + town.think_s(12)  # At the university's own page, with a second factor.
        back = {**headers, b"referer": b"https://sso.example/"}
        number = world.request(where, "/api/auth/oidc/campus/callback", back)
        if random.random() >= world.crowded * 0.5:
            world.signals.answered(number, "/api/auth/oidc/campus/callback", 200)
            break
        world.signals.answered(number, "/api/auth/oidc/campus/callback", 503, 20.0)
        yield world.now_s + random.uniform(18, 45)
    else:
        return
    headers = _with_session(random, headers)
    yield from page(town, where, headers, known=True, cached=0.92)
    yield world.now_s + town.think_s(15)
    yield from converse(town, where, headers, shared.until_s)


# Odd, and honest.


def _shop(town: Town, shared: Shared) -> Script:
    """Shops with one plugin, whose visitors all ask on one day of sales: each a server, a key, the plugin's text."""
    world, random = town.world, town.random
    where, pace_s = address(random), random.lognormvariate(1.7, 0.8)
    headers = _with_key(random, tool(random, random.choice((0, 0, 0, 2))))
    own = f"{shared.task} {town.words(3)}"
    yield world.now_s + random.expovariate(1 / 8)
    while world.now_s < shared.until_s:
        number = ask(town, headers, where, "home", prompt=f"{own} {town.words(random.randrange(3, 22))}")
        yield world.now_s + random.uniform(0.6, 5)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.95)
        yield world.now_s + random.expovariate(1 / pace_s)


def _holidaymaker(town: Town, shared: Shared) -> Script:
    """The first working day of the year: sessions have ended, passwords are forgotten, offices share an address."""
    world, random = town.world, town.random
    where = shared.place(random) if random.random() < 0.65 else address(random)
    headers = browser(random, which=random.choices((EDGE, CHROME, SAFARI, FIREFOX, IPHONE), (4, 5, 2, 1, 1))[0])
    yield world.now_s
    if random.random() < 0.35:
        headers = yield from _opens(town, where, headers, 10, at_home=True)
        yield from _stays(town, shared, where, headers, "home", 30)
        return
    yield from page(town, where, headers, cached=0.5)
    world.request(where, "/login", headers)
    yield world.now_s + town.think_s(9)
    account = f"{where} {random.getrandbits(32):x}"
    if random.random() < 0.5:
        for _ in range(random.randrange(1, 5)):
            number = world.request(where, "/api/auth/login", headers)
            world.signals.tried(number, account)
            world.signals.answered(number, "/api/auth/login", 401)
            yield world.now_s + town.think_s(8)
        if random.random() < 0.5:
            world.request(where, "/forgot", headers)
            yield world.now_s + town.think_s(6)
            world.request(where, "/api/auth/forgot", headers)
            yield world.now_s + random.uniform(15, 70)
            world.request(where, "/reset", headers)
            yield world.now_s + town.think_s(14)
            number = world.request(where, "/api/auth/reset", headers)
            world.signals.answered(number, "/api/auth/reset", 204)
            yield world.now_s + town.think_s(5)
    number = world.request(where, "/api/auth/login", headers)
    world.signals.tried(number, account)
    world.signals.answered(number, "/api/auth/login", 200)
    headers = _with_session(random, headers)
    yield world.now_s + town.think_s(8)
    yield from _stays(town, shared, where, headers, "home", 30)


def _follower(town: Town, shared: Shared) -> Script:
    """A post that is boosted: each server of the fediverse looks the link up, and readers come (Zawinski, 2022)."""
    world, random = town.world, town.random
    where, kind = shared.place(random), random.random()
    yield world.now_s + random.uniform(0, 3)
    if kind < 0.35:
        servers = tool(random, random.choice((0, 1, 1, 3)))
        world.request(where, "/", servers)
        if random.random() < 0.5:
            yield world.now_s + random.uniform(0.3, 5)
            world.request(where, "/static/assets/icon.svg", servers)
        return
    app = random.choices((FIREFOX, CHROME, ANDROID, IPHONE, SAFARI, OLD), (5, 4, 4, 3, 2, 1))[0]
    headers = browser(random, which=app)
    if kind < 0.45:  # Without scripts.
        for path in ("/", "/static/assets/" + FILES[1], "/static/assets/" + FILES[2]):
            world.request(where, path, headers)
            yield world.now_s + random.uniform(0.05, 0.5)
        return
    yield from page(town, where, headers)
    yield from _looks_on(town, where, headers, 3, 14)
    if random.random() < 0.25:
        yield from _talks(town, shared, where, headers, joins=0.8)


def _developer(town: Town, shared: Shared) -> Script:
    """Developers begin their day with one agent for code: its long instruction, then many short turns by itself."""
    world, random = town.world, town.random
    where, standing = address(random), "home" if random.random() < 0.75 else "away"
    headers = _with_key(random, tool(random, random.choice((0, 0, 3))))
    yield world.now_s
    while world.now_s < shared.until_s:
        context = town.words(random.randrange(10, 60))
        for _ in range(max(1, round(random.lognormvariate(1.4, 0.7)))):
            number = ask(town, headers, where, standing, prompt=f"{shared.task} {context}")
            yield world.now_s + random.uniform(1, 7)
            if number < 0:
                yield world.now_s + random.uniform(10, 20)
                continue
            world.signals.ended(number, complete=random.random() < 0.94)
            context += " " + town.words(random.randrange(3, 15))
            yield world.now_s + random.uniform(0.2, 4)
        yield world.now_s + town.think_s(random.uniform(20, 60))


_ONE_COUNTRY = (b"ja-JP", b"en-GB,en;q=0.8", b"es-MX,es;q=0.9", b"tr-TR,tr;q=0.9")

BLIND_CROWDS: Mapping[str, Gathering] = {
    "streamed": Gathering(_fan, 15.0),
    "portraits": Gathering(_portrayed, 60.0, task_words=9),
    "warning": Gathering(_warned, 8.0, halves_s=110.0, languages=_ONE_COUNTRY),
    "sale": Gathering(_bargainer, 50.0),
    "results-day": Gathering(_school_leaver, 10.0, languages=(b"en-GB,en;q=0.8", b"hi-IN,hi;q=0.9", b"en-IN,en;q=0.9")),
    "ban-lifted": Gathering(_readmitted, 35.0, languages=(b"it-IT,it;q=0.9", b"tr-TR,tr;q=0.9")),
    "broadcast": Gathering(_awaiter, 30.0, stays=True),
    "campus": Gathering(_member, 45.0, places=24),
    "shops": Gathering(_shop, 40.0, stays=True, task_words=40),
    "first-monday": Gathering(_holidaymaker, 55.0, places=36),
    "boosted": Gathering(_follower, 20.0),
    "agents": Gathering(_developer, 60.0, stays=True, task_words=90),
}
