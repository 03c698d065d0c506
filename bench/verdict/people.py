"""Honest people and programs, in what they do to a service. Knows habits; knows no attack.

Think times are log-normal around 20 s (a person reads, then types), lengths are the Azure trace's. A newcomer comes
over a link, fetches the page and its files, looks around, and half of the time signs up and asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from programs import Headers, address, browser, tool
from world import Script, World

from seawall.siege.lengths import Lengths

FILES = ("index.js", "index.css", "icon.svg", "app.js", "words.js", "worker.js", "drawing.js", "manifest.json")
# The page's own examples are asked by some, word for word.
EXAMPLES = tuple(
    f"Please explain to me in a few simple sentences how {one} works and what it is good for today"
    for one in ("a heat pump", "a fuel cell", "the tax on sales")
)
LINKS = (b"https://news.example/item", b"https://social.example/p/1", b"https://search.example/?q=assistant")
_TEXT = """
how can I write letter about garden contract where my neighbour has cut trees and what should be done when rain falls in
spring before summer holidays because we travel with two children by train over mountains near lake for cheap hotel food
recipe bread without sugar quick table code python list sort error means fix plan week budget translate poem explain law
physics star engine model paint music history city river king peace
"""
WORDS = _TEXT.split()


@dataclass(slots=True)
class Town:
    """Who lives here: what all scripts draw from. Of its quiet day's newcomers a part goes on from the first page, and
    a part of those has an account.
    """

    world: World
    random: Random
    lengths: Lengths
    go_on: float = 0.65
    have_accounts: float = 0.25

    def words(self, count: int) -> str:
        return " ".join(self.random.choices(WORDS, k=max(2, min(count, 120))))

    def think_s(self, median_s: float = 20.0) -> float:
        return min(240.0, self.random.lognormvariate(0, 0.7) * median_s)


def ask(town: Town, headers: Headers, where: str, standing: str, *, prompt: str = "") -> int:
    """One question of somebody known: the request, its price, perhaps a refusal, for which -1 is returned."""
    world, random = town.world, town.random
    path = "/api/chat" if b"cookie" in headers else "/v1/chat/completions"
    number = world.request(where, path, headers, known=True)
    length = town.lengths.draw(random)
    cost_ms = 200 + length.prompt * 0.4 + length.answer * 20
    world.signals.asked(number, prompt or town.words(length.prompt // 2), cost_ms, standing)
    if standing != "home" and random.random() < world.crowded:
        world.signals.answered(number, path, 503, random.uniform(5, 20))
        return -1
    return number


def resident(town: Town, at_s: float, until_s: float) -> Script:
    """A registered user at home: opens the page now and then, asks, reads."""
    world, random = town.world, town.random
    where, headers = address(random), browser(random)
    headers[b"cookie"] = b"session=" + random.randbytes(8).hex().encode()
    pace_s = random.uniform(10, 40)
    yield at_s
    while world.now_s < until_s:
        if random.random() < 0.15:
            yield from page(town, where, headers, known=True, cached=0.8)
        number = ask(town, headers, where, "home")
        yield world.now_s + random.uniform(1, 8)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.93)
        yield world.now_s + town.think_s(pace_s)


def customer_program(town: Town, at_s: float, until_s: float) -> Script:
    """A registered user's program: a key, a steady pace, some with one template for all."""
    world, random = town.world, town.random
    where, headers = address(random), tool(random)
    headers[b"authorization"] = b"Bearer sw-" + random.randbytes(8).hex().encode()
    every_s, templated = random.uniform(2, 20), random.random() < 0.3
    yield at_s
    while world.now_s < until_s:
        prompt = "Summarise the following ticket in one line and name its cause for the team " if templated else ""
        number = ask(town, headers, where, "home", prompt=prompt + town.words(6) if templated else "")
        yield world.now_s + random.uniform(0.5, 3)
        if number >= 0:
            world.signals.ended(number, complete=True)
        yield world.now_s + every_s * random.uniform(0.6, 1.4)


def page(
    town: Town, where: str, headers: Headers, *, known: bool = False, cached: float = 0.15, hostile: bool = False
) -> Script:
    """The page, its files, and what its script asks."""
    world, random = town.world, town.random
    world.request(where, "/", headers, known=known, hostile=hostile)
    yield world.now_s + random.uniform(0.1, 1.0)
    if random.random() >= cached:
        for name in FILES[: random.randrange(4, len(FILES))]:
            world.request(where, "/static/assets/" + name, headers, known=known, hostile=hostile)
            yield world.now_s + random.uniform(0.01, 0.3)
    for path in ("/api/bootstrap", "/api/auth/me"):
        world.request(where, path, headers, known=known, hostile=hostile)
        yield world.now_s + random.uniform(0.01, 0.2)


def newcomer(
    town: Town,
    at_s: float,
    until_s: float,
    *,
    where: str = "",
    link: float = 0.75,
    app: int | None = None,
    language: bytes = b"",
) -> Script:
    """Comes, looks, perhaps signs up and asks; is refused at busy times and mostly waits as told."""
    world, random = town.world, town.random
    where = where or address(random)
    headers = browser(
        random, referrer=random.choice(LINKS) if random.random() < link else b"", which=app, language=language
    )
    yield at_s
    if random.random() < 0.02:  # Who blocks scripts and files.
        world.request(where, "/", headers)
        return
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(12)
    if random.random() >= town.go_on or world.now_s > until_s:
        return
    if random.random() < town.have_accounts:
        yield from sign_in(town, where, headers)
    else:
        joined: list[bool] = []
        yield from sign_up(town, where, headers, joined)
        if not joined:
            return
    headers[b"cookie"] = b"session=" + random.randbytes(8).hex().encode()
    yield from converse(town, where, headers, until_s)


def converse(town: Town, where: str, headers: Headers, until_s: float) -> Script:
    """A handful of questions."""
    world, random = town.world, town.random
    for turn in range(random.randrange(1, 8)):
        if world.now_s > until_s:
            return
        prompt = random.choice(EXAMPLES) if turn == 0 and random.random() < 0.2 else ""
        number = ask(town, headers, where, "away", prompt=prompt)
        if number < 0:
            # Most wait as they are told, some press the button again.
            yield world.now_s + (random.uniform(16, 40) if random.random() < 0.8 else random.uniform(1, 4))
            continue
        yield world.now_s + random.uniform(1, 8)
        world.signals.ended(number, complete=random.random() < 0.88)
        yield world.now_s + town.think_s()


def sign_in(town: Town, where: str, headers: Headers) -> Script:
    """Somebody who has an account and perhaps not quite its password."""
    world, random = town.world, town.random
    for attempt in range(3):
        number = world.request(where, "/api/auth/login", headers)
        world.signals.tried(number, where)
        right = random.random() < 0.8
        world.signals.answered(number, "/api/auth/login", 200 if right else 401)
        if right:
            return
        yield world.now_s + town.think_s(8) + attempt


def sign_up(town: Town, where: str, headers: Headers, joined: list[bool]) -> Script:
    """The funnel: page, puzzle, form; a place in the line where it is crowded."""
    world, random = town.world, town.random
    world.request(where, "/signup", headers)
    yield world.now_s + town.think_s(15)
    number = world.request(where, "/api/entrance/challenge", headers)
    yield world.now_s + random.uniform(0.5, 6)
    for _ in range(3):
        number = world.request(where, "/api/auth/signup", headers)
        if random.random() >= world.crowded:
            world.signals.answered(number, "/api/auth/signup", 201)
            joined.append(True)
            return
        world.signals.answered(number, "/api/auth/signup", 503, 20.0)
        if random.random() < 0.3:
            return
        yield world.now_s + (random.uniform(20, 45) if random.random() < 0.85 else random.uniform(1, 5))


def classroom(town: Town, at_s: float, until_s: float) -> Script:
    """Many people behind one address, every day: whoever comes from there looks like one busy person."""
    where = address(town.random)
    yield at_s
    while town.world.now_s < until_s:
        town.world.begin(newcomer(town, town.world.now_s, until_s, where=where, link=0.2))
        yield town.world.now_s + town.random.expovariate(1 / 6)


def scanner(town: Town, at_s: float, until_s: float) -> Script:
    """Who knocks at every door of the internet, on every day. Not honest, and not an attack."""
    world, random = town.world, town.random
    yield at_s
    while world.now_s < until_s:
        where, headers = address(random), tool(random)
        for path in ("/.env", "/wp-login.php", "/.git/config")[: random.randrange(1, 4)]:
            world.signals.answered(world.request(where, path, headers), path, 404)
            yield world.now_s + random.uniform(0.2, 1.0)
        yield world.now_s + random.expovariate(1 / 12)
