"""Honest crowds that were written by someone who had not read the verdict. Knows habits; knows no attack.

They were drawn from what was told of such days, before their first run. Some are as everybody knows a crowd, and some
look in one way or other like what they are not: programs, one address, one key, one text, everybody at one second.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from gatherings import Gathering, Shared
from people import EXAMPLES, FILES, LINKS, Town, ask, converse, page, sign_in, sign_up
from programs import Headers, address, browser, tool
from world import Script

CHROME, ANDROID, SAFARI, IPHONE, EDGE = 0, 1, 2, 3, 5
ELSEWHERE = ("/status", "/login", "/signup", "/s/7be01d", "/")


def _with_session(random: Random, headers: Headers) -> Headers:
    return {**headers, b"cookie": b"session=" + random.randbytes(8).hex().encode()}


def _joins(town: Town, shared: Shared, where: str, headers: Headers) -> Script:
    joined: list[bool] = []
    yield from sign_up(town, where, headers, joined)
    if joined:
        yield town.world.now_s + town.think_s(8)
        yield from converse(town, where, _with_session(town.random, headers), shared.until_s)


def _returns(town: Town, shared: Shared, where: str, headers: Headers) -> Script:
    yield from sign_in(town, where, headers)
    yield town.world.now_s + town.think_s(6)
    yield from converse(town, where, _with_session(town.random, headers), shared.until_s)


def _looks_on(town: Town, where: str, headers: Headers, most: int) -> Script:
    for _ in range(town.random.randrange(most + 1)):
        yield town.world.now_s + town.think_s(12)
        town.world.request(where, town.random.choice(ELSEWHERE), headers)


def _reader(town: Town, shared: Shared) -> Script:
    """The front page of a news aggregator: nearly all look for ten seconds, many block scripts, machines preview."""
    world, random = town.world, town.random
    where = shared.place(random)
    yield world.now_s
    kind = random.random()
    if kind < 0.05:  # A chat that shows what is behind a link, a reader of feeds, an archive.
        world.request(where, "/", tool(random))
        return
    headers = browser(random, referrer=LINKS[0] if random.random() < 0.55 else b"")
    if kind < 0.2:  # Scripts are blocked.
        for path in ("/", "/static/assets/" + FILES[1], "/static/assets/" + FILES[2]):
            world.request(where, path, headers)
            yield world.now_s + random.uniform(0.05, 0.4)
        return
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    if random.random() < 0.8:
        return
    yield from _looks_on(town, where, headers, 3)
    if random.random() < 0.3:
        yield from _joins(town, shared, where, headers)


def _viewer(town: Town, shared: Shared) -> Script:
    """Named on television in one country: telephones, the name typed by hand, all in the same seconds."""
    random = town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((ANDROID, IPHONE)), language=shared.language)
    yield town.world.now_s
    yield from page(town, where, headers)
    yield town.world.now_s + town.think_s(10)
    wants = random.random()
    if wants < 0.3:
        yield from _joins(town, shared, where, headers)
    elif wants < 0.5:
        yield from _looks_on(town, where, headers, 2)


def _pupil(town: Town, shared: Shared) -> Script:
    """A school's whole year at one lesson: the school's tablets and accounts, its two addresses, one exercise."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=SAFARI, language=shared.language)
    yield world.now_s + random.uniform(0, 8)
    yield from page(town, where, headers)
    yield world.now_s + town.think_s(8)
    yield from sign_in(town, where, headers)
    headers = _with_session(random, headers)
    yield from page(town, where, headers, known=True, cached=0.9)
    while world.now_s < shared.until_s:
        yield world.now_s + town.think_s(25)
        copied = random.random() < 0.4
        number = ask(town, headers, where, "away", prompt=shared.task if copied else "")
        yield world.now_s + random.uniform(2, 10)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.9)


def _subscriber(town: Town, shared: Shared) -> Script:
    """A link that is passed on in a messenger, in a country whose telephones share a carrier's addresses."""
    random = town.random
    where = shared.place(random)
    headers = browser(random, which=ANDROID, language=shared.language)
    yield town.world.now_s
    yield from page(town, where, headers, cached=0.1)
    yield town.world.now_s + town.think_s(14)
    wants = random.random()
    if wants < 0.4:
        yield from _joins(town, shared, where, headers)
    elif wants < 0.65:
        yield from _looks_on(town, where, headers, 3)


def _refugee(town: Town, shared: Shared) -> Script:
    """A rival is down: who needs an answer now comes here, and programs are pointed here too."""
    world, random = town.world, town.random
    where = shared.place(random)
    yield world.now_s
    if random.random() < 0.12:
        headers = {**tool(random), b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}
        template = town.words(8)
        while world.now_s < shared.until_s:
            number = ask(town, headers, where, "away", prompt=f"{template} {town.words(12)}")
            yield world.now_s + random.uniform(1, 5)
            if number >= 0:
                world.signals.ended(number, complete=True)
            yield world.now_s + random.uniform(2, 15)
        return
    headers = browser(random, referrer=LINKS[2] if random.random() < 0.4 else b"")
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(5)
    wants = random.random()
    if wants < 0.55:
        yield from _joins(town, shared, where, headers)
    elif wants < 0.8:
        yield from _returns(town, shared, where, headers)


def _clerk(town: Town, shared: Shared) -> Script:
    """An office programme's macro, passed around in a company: each row of a sheet is one question of one form."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = {**tool(random, 3), b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}
    yield world.now_s
    while world.now_s < shared.until_s:
        for _ in range(random.randrange(4, 16)):
            number = ask(town, headers, where, "home", prompt=f"{shared.task} {town.words(5)}")
            yield world.now_s + random.uniform(0.8, 3)
            if number >= 0:
                world.signals.ended(number, complete=True)
        yield world.now_s + town.think_s(40)


def _participant(town: Town, shared: Shared) -> Script:
    """A workshop at a conference: one wireless network, one key on the wall, everybody's first steps and mistakes."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = tool(random)
    yield world.now_s + random.uniform(0, 10)
    if random.random() < 0.7:
        reads = browser(random)
        yield from page(town, where, reads, cached=0.1)
        if random.random() < 0.4:
            yield from _joins(town, shared, where, reads)
            return
    for _ in range(random.randrange(3)):  # The key is mistyped, or is not in the environment.
        number = world.request(where, "/v1/chat/completions", headers)
        world.signals.answered(number, "/v1/chat/completions", 401)
        yield world.now_s + town.think_s(12)
    own = b"Bearer sw-" + random.randbytes(8).hex().encode()
    headers = {**headers, b"authorization": shared.key if random.random() < 0.5 else own}
    while world.now_s < shared.until_s:
        number = ask(town, headers, where, "away", prompt=random.choice((shared.task, EXAMPLES[0], town.words(15))))
        yield world.now_s + random.uniform(1, 8)
        if number >= 0:
            world.signals.ended(number, complete=random.random() < 0.9)
        yield world.now_s + town.think_s(20)


def _student(town: Town, shared: Shared) -> Script:
    """The evening before an assignment is due: at their homes, word for word the same long question, then their own."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.5
    headers = browser(random, language=shared.language)
    yield world.now_s
    if at_home:
        headers = _with_session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.7)
    else:
        yield from page(town, where, headers)
        yield world.now_s + town.think_s(6)
        joined: list[bool] = [True]
        if random.random() < 0.5:
            yield from sign_in(town, where, headers)
        else:
            joined.clear()
            yield from sign_up(town, where, headers, joined)
        if not joined:
            return
        headers = _with_session(random, headers)
    yield world.now_s + town.think_s(10)
    number = ask(town, headers, where, "home" if at_home else "away", prompt=shared.task)
    yield world.now_s + random.uniform(4, 12)
    if number >= 0:
        world.signals.ended(number, complete=True)
    yield world.now_s + town.think_s(30)
    while at_home and world.now_s < shared.until_s:
        number = ask(town, headers, where, "home")
        yield world.now_s + random.uniform(2, 8)
        world.signals.ended(number, complete=random.random() < 0.93)
        yield world.now_s + town.think_s(30)
    yield from converse(town, where, headers, shared.until_s)


def _hurrier(town: Town, shared: Shared) -> Script:
    """The service is back: open pages ask again by themselves, at doubled times, and their people press reload."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.65
    headers = browser(random)
    if at_home:
        headers = _with_session(random, headers)
    yield world.now_s
    for wait_s in (1.0, 2.0, 4.0, 8.0)[: random.randrange(1, 5)]:
        for path in ("/api/bootstrap", "/api/auth/me"):
            number = world.request(where, path, headers, known=at_home)
            if random.random() < 0.7:
                world.signals.answered(number, path, 503, 5.0)
        yield world.now_s + wait_s
    for _ in range(random.randrange(1, 4)):
        yield from page(town, where, headers, known=at_home, cached=0.85)
        yield world.now_s + random.uniform(1, 8)
    if not at_home:
        yield from _returns(town, shared, where, headers)
        return
    prompt = town.words(40)  # What was broken off is asked again.
    while world.now_s < shared.until_s:
        number = ask(town, headers, where, "home", prompt=prompt)
        prompt = ""
        yield world.now_s + random.uniform(1, 8)
        world.signals.ended(number, complete=random.random() < 0.9)
        yield world.now_s + town.think_s(20)


def _subscriber_to_letters(town: Town, shared: Shared) -> Script:
    """A newsletter names us: offices' mail filters open the link in a machine's browser before their people do."""
    random = town.random
    yield town.world.now_s
    if random.random() < 0.3:
        filters = browser(random, which=CHROME, language=b"en-US,en;q=0.9")
        yield from page(town, random.choice(shared.places), filters, cached=0.0)
        yield town.world.now_s + town.think_s(20)
    where = address(random)
    headers = browser(random, which=random.choice((CHROME, EDGE, IPHONE, SAFARI)))
    yield from page(town, where, headers)
    yield town.world.now_s + town.think_s(12)
    wants = random.random()
    if wants < 0.15:
        yield from _joins(town, shared, where, headers)
    elif wants < 0.3:
        yield from _returns(town, shared, where, headers)
    else:
        yield from _looks_on(town, where, headers, 2)


FRESH_CROWDS: Mapping[str, Gathering] = {
    "aggregator": Gathering(_reader, 35.0),
    "television": Gathering(_viewer, 5.0, halves_s=50.0, languages=(b"de-DE,de;q=0.9", b"pt-BR", b"ja-JP")),
    "year-group": Gathering(_pupil, 40.0, stays=True, places=2, languages=(b"de-DE,de;q=0.9", b"fr-FR")),
    "carrier": Gathering(_subscriber, 30.0, places=240, languages=(b"pt-BR", b"hi-IN,hi;q=0.9", b"id-ID")),
    "rival-down": Gathering(_refugee, 20.0),
    "office-macro": Gathering(_clerk, 60.0, stays=True, places=4, task_words=18),
    "workshop": Gathering(_participant, 25.0, stays=True, places=1, task_words=15),
    "assignment": Gathering(_student, 70.0, stays=True, task_words=100),
    "hurry-back": Gathering(_hurrier, 6.0, stays=True),
    "newsletter": Gathering(_subscriber_to_letters, 25.0, halves_s=120.0, places=20),
}
