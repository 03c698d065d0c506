"""More honest crowds by someone who had not read the verdict. Knows habits that were reported; knows no attack.

Most are people in browsers who come for something: an audience, a deadline, a new thing, their marks. A third is odd in
an honest way: programs that wake together, one company behind one door, one editor's plug-in, one text that everybody
pastes, and people who reload a page because it is down.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from gatherings import Gathering, Shared
from people import FILES, LINKS, Town, ask, converse, page, sign_in, sign_up
from programs import Headers, browser, tool
from world import Script

CHROME, ANDROID, SAFARI, IPHONE, EDGE = 0, 1, 2, 3, 5
BRITISH, GERMAN = b"en-GB,en;q=0.8", b"de-DE,de;q=0.9"


def _with_session(random: Random, headers: Headers) -> Headers:
    kept = {name: value for name, value in headers.items() if name != b"referer"}
    return {**kept, b"cookie": b"session=" + random.randbytes(8).hex().encode()}


def _with_key(random: Random, headers: Headers) -> Headers:
    return {**headers, b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}


def _joins(town: Town, shared: Shared, where: str, headers: Headers) -> Script:
    joined: list[bool] = []
    yield from sign_up(town, where, headers, joined)
    if joined:
        yield town.world.now_s + town.think_s(7)
        yield from converse(town, where, _with_session(town.random, headers), shared.until_s)


def _returns(town: Town, shared: Shared, where: str, headers: Headers) -> Script:
    town.world.request(where, "/login", headers)
    yield town.world.now_s + town.think_s(8)
    yield from sign_in(town, where, headers)
    yield town.world.now_s + town.think_s(5)
    yield from converse(town, where, _with_session(town.random, headers), shared.until_s)


def _question(
    town: Town, where: str, headers: Headers, standing: str, prompt: str = "", finishes: float = 0.92
) -> Script:
    """One question, and what becomes of it."""
    number = ask(town, headers, where, standing, prompt=prompt)
    yield town.world.now_s + town.random.uniform(1, 9)
    if number >= 0:
        town.world.signals.ended(number, complete=town.random.random() < finishes)


def _at_home(town: Town, shared: Shared, where: str, headers: Headers, most: int, pace_s: float) -> Script:
    """Some questions of somebody who has long been here."""
    for _ in range(town.random.randrange(1, most + 1)):
        if town.world.now_s > shared.until_s:
            return
        yield from _question(town, where, headers, "home")
        yield town.world.now_s + town.think_s(pace_s)


def _number_of(text: str) -> int:
    """A number that stays the same for a text."""
    return int.from_bytes(text.encode()[-6:], "big")


# People who come for something.


def _viewer(town: Town, shared: Shared) -> Script:
    """A live stream in which somebody plays with it: its viewers try what they have just seen (Twitch, YouTube)."""
    random, where = town.random, shared.place(town.random)
    referrer = b"https://video.example/redirect" if random.random() < 0.6 else b""
    headers = browser(random, referrer=referrer)
    yield town.world.now_s
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(9)
    wants = random.random()
    if wants < 0.35:
        yield from _joins(town, shared, where, headers)
    elif wants < 0.5:
        yield from _returns(town, shared, where, headers)
    elif wants < 0.75:
        for _ in range(random.randrange(1, 4)):
            town.world.request(where, random.choice(("/signup", "/", "/terms", "/guest")), headers)
            yield town.world.now_s + town.think_s(16)


def _tries_model(town: Town, shared: Shared) -> Script:
    """A new model is out (DeepSeek in January 2025): who is here already, who was once, who never was."""
    random, where = town.random, shared.place(town.random)
    kind = random.random()
    yield town.world.now_s
    if kind < 0.08:
        program = _with_key(random, tool(random))
        town.world.request(where, "/v1/models", program, known=True)
        yield town.world.now_s + town.think_s(10)
        for _ in range(random.randrange(3, 15)):
            yield from _question(town, where, program, "home" if random.random() < 0.7 else "away")
            yield town.world.now_s + random.uniform(2, 20)
        return
    if kind < 0.45:
        headers = _with_session(random, browser(random))
        yield from page(town, where, headers, known=True, cached=0.3)
        yield town.world.now_s + town.think_s(10)
        yield from _at_home(town, shared, where, headers, 9, random.uniform(12, 35))
        return
    headers = browser(random, referrer=random.choice(LINKS) if random.random() < 0.45 else b"")
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(10)
    if kind < 0.7:
        yield from _joins(town, shared, where, headers)
    elif kind < 0.85:
        yield from _returns(town, shared, where, headers)
    elif kind < 0.93:
        town.world.request(where, random.choice(("/docs", "/status", "/terms")), headers)


def _has_marks(town: Town, shared: Shared) -> Script:
    """The marks are told at eight (UCAS, A-levels): what to do with them is asked at once, and again after a reload."""
    random, where = town.random, shared.place(town.random)
    headers = browser(random, which=random.choice((IPHONE, IPHONE, ANDROID, CHROME, SAFARI)), language=shared.language)
    yield town.world.now_s
    if random.random() < 0.5:
        headers = _with_session(random, headers)
        for _ in range(random.choice((1, 1, 2, 4))):
            yield from page(town, where, headers, known=True, cached=0.8)
            yield town.world.now_s + random.uniform(1, 6)
        yield from _at_home(town, shared, where, headers, 6, random.uniform(10, 30))
        return
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        yield from page(town, where, headers, cached=0.3)
        yield town.world.now_s + town.think_s(5)
    wants = random.random()
    if wants < 0.35:
        yield from _returns(town, shared, where, headers)
    elif wants < 0.75:
        yield from _joins(town, shared, where, headers)


def _files_late(town: Town, shared: Shared) -> Script:
    """The tax is due at midnight: who comes once a year, and does not know the password any more (31 January)."""
    random, where = town.random, shared.place(town.random)
    headers = browser(random, language=shared.language, referrer=LINKS[2] if random.random() < 0.3 else b"")
    yield town.world.now_s
    yield from page(town, where, headers, cached=0.1)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(12)
    kind = random.random()
    if kind < 0.2:
        yield from _joins(town, shared, where, headers)
        return
    for _ in range(random.choice((0, 0, 1, 2, 3))):
        number = town.world.request(where, "/api/auth/login", headers)
        town.world.signals.tried(number, where)
        town.world.signals.answered(number, "/api/auth/login", 401)
        yield town.world.now_s + town.think_s(11)
        kind += 0.15
    if kind > 0.9:
        town.world.request(where, "/forgot", headers)
        yield town.world.now_s + town.think_s(8)
        town.world.request(where, "/api/auth/forgot", headers)
        yield town.world.now_s + town.think_s(40)
        town.world.request(where, "/reset", headers)
        yield town.world.now_s + town.think_s(15)
        town.world.request(where, "/api/auth/reset", headers)
    yield from _returns(town, shared, where, headers)


def _notified(town: Town, shared: Shared) -> Script:
    """A message to all telephones at once: most open it, look, and put the thing away again (Encore, 2018)."""
    random, where = town.random, shared.place(town.random)
    telephone = random.choice((IPHONE, ANDROID)) if random.random() < 0.85 else None
    headers = _with_session(random, browser(random, which=telephone))
    yield town.world.now_s
    yield from page(town, where, headers, known=True, cached=0.85)
    yield town.world.now_s + town.think_s(7)
    town.world.request(where, "/api/conversations", headers, known=True)
    wants = random.random()
    if wants < 0.5:
        yield town.world.now_s + town.think_s(10)
        yield from _at_home(town, shared, where, headers, 6, random.uniform(10, 35))
    elif wants < 0.7:
        yield town.world.now_s + town.think_s(25)
        town.world.request(where, "/settings", headers, known=True)


def _stays_home(town: Town, shared: Shared) -> Script:
    """Snow: schools teach over the wire, and sign in their pupils, who are all elsewhere than usual."""
    random, where = town.random, shared.place(town.random)
    headers = browser(random, which=random.choice((CHROME, CHROME, SAFARI, EDGE, ANDROID)), language=shared.language)
    yield town.world.now_s
    yield from page(town, where, headers, cached=0.3)
    yield town.world.now_s + town.think_s(8)
    town.world.request(where, "/api/auth/oidc/school/begin", headers)
    yield town.world.now_s + town.think_s(11)
    town.world.request(where, "/api/auth/oidc/school/callback", headers)
    headers = _with_session(random, headers)
    yield from page(town, where, headers, known=True, cached=0.9)
    pace_s = random.uniform(15, 45)
    while town.world.now_s < shared.until_s and random.random() < 0.92:
        yield town.world.now_s + town.think_s(pace_s)
        copied = shared.task if random.random() < 0.15 else ""
        yield from _question(town, where, headers, "away", copied, finishes=0.88)


def _reads_talk(town: Town, shared: Shared) -> Script:
    """One talk that somebody has shown to all the world: nearly all read it, and a few go on from it."""
    random, where = town.random, shared.place(town.random)
    headers = browser(random, referrer=LINKS[1] if random.random() < 0.6 else b"")
    token = f"{_number_of(shared.task):x}"
    yield town.world.now_s
    town.world.request(where, "/s/" + token, headers)
    yield town.world.now_s + random.uniform(0.1, 1.0)
    if random.random() < 0.9:
        for name in FILES[: random.randrange(3, len(FILES))]:
            town.world.request(where, "/static/assets/" + name, headers)
            yield town.world.now_s + random.uniform(0.01, 0.3)
        town.world.request(where, f"/api/shared/{token}", headers)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(30)
    wants = random.random()
    if wants < 0.3:
        yield from page(town, where, headers, cached=0.6)
        yield town.world.now_s + town.think_s(10)
        if wants < 0.1:
            yield from _joins(town, shared, where, headers)
        elif wants < 0.16:
            yield from _returns(town, shared, where, headers)
    elif wants < 0.4:  # The link is opened again to be shown to somebody.
        town.world.request(where, "/s/" + token, headers)


# Odd in an honest way.


def _hourly_job(town: Town, shared: Shared) -> Script:
    """Customers' programs that all wake as the hour strikes (cron's 0 * * * *), each with its own work to do."""
    random, where = town.random, shared.place(town.random)
    headers, template = _with_key(random, tool(random)), town.words(random.randrange(6, 30))
    at_once, pause_s = random.choice((1, 1, 1, 2, 4)), random.uniform(0.2, 12)
    yield town.world.now_s + random.choice((0.0, 0.0, random.uniform(0, 20)))
    for _ in range(random.randrange(8, 120)):
        if town.world.now_s > shared.until_s:
            return
        prompt = f"{template} {town.words(random.randrange(5, 60))}"
        for _ in range(at_once - 1):
            town.world.begin(_question(town, where, headers, "home", prompt, finishes=1.0))
        yield from _question(town, where, headers, "home", prompt, finishes=0.99)
        yield town.world.now_s + pause_s * random.uniform(0.8, 1.2)


def _colleague(town: Town, shared: Shared) -> Script:
    """A company gives it to everybody on a Monday: one letter, one way out to the net, the company's own browser."""
    random, where = town.random, shared.place(town.random)
    headers = browser(random, which=EDGE if random.random() < 0.85 else CHROME, language=shared.language)
    yield town.world.now_s
    yield from page(town, where, headers)
    yield town.world.now_s + town.think_s(15)
    if random.random() < 0.75:
        town.world.request(where, "/api/auth/oidc/company/begin", headers)
        yield town.world.now_s + random.uniform(2, 9)
        town.world.request(where, "/api/auth/oidc/company/callback", headers)
        yield town.world.now_s + town.think_s(12)
        headers = _with_session(random, headers)
        while town.world.now_s < shared.until_s and random.random() < 0.9:
            yield from converse(town, where, headers, shared.until_s)
            yield town.world.now_s + town.think_s(20)
            yield from page(town, where, headers, known=True, cached=0.9)
    else:
        yield from _joins(town, shared, where, headers)


def _programmer(town: Town, shared: Shared) -> Script:
    """A plug-in for editors is out: everybody's editor asks with the same words before, as fast as its user types."""
    random, where = town.random, shared.place(town.random)
    headers, standing = _with_key(random, tool(random, 1)), "home" if random.random() < 0.6 else "away"
    pace_s = random.uniform(3, 15)
    yield town.world.now_s
    town.world.request(where, "/v1/models", headers, known=True)
    yield town.world.now_s + town.think_s(15)
    while town.world.now_s < shared.until_s:
        for _ in range(random.randrange(2, 10)):
            yield from _question(town, where, headers, standing, f"{shared.task} {town.words(25)}", finishes=0.6)
            yield town.world.now_s + town.think_s(pace_s)
        yield town.world.now_s + town.think_s(40)


def _pastes(town: Town, shared: Shared) -> Script:
    """A prompt goes from telephone to telephone, and everybody changes one word of it (the Ghibli days, March 2025)."""
    random, where = town.random, shared.place(town.random)
    in_app = random.random() < 0.45
    which = ANDROID if in_app else random.choice((IPHONE, IPHONE, ANDROID, None))
    headers = browser(random, which=which, referrer=LINKS[1] if in_app else b"")
    yield town.world.now_s
    prompt = shared.task if random.random() < 0.5 else f"{shared.task} {town.words(3)}"
    if random.random() < 0.35:
        headers = _with_session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.8)
        yield town.world.now_s + town.think_s(10)
        yield from _question(town, where, headers, "home", prompt)
        yield town.world.now_s + town.think_s(20)
        yield from _at_home(town, shared, where, headers, 5, 25)
        return
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield town.world.now_s + town.think_s(10)
    joined = [True]
    if random.random() < 0.3:
        yield from sign_in(town, where, headers)
    else:
        joined.clear()
        yield from sign_up(town, where, headers, joined)
    if joined:
        headers = _with_session(random, headers)
        yield town.world.now_s + town.think_s(6)
        yield from _question(town, where, headers, "away", prompt)
        yield town.world.now_s + town.think_s(18)
        yield from converse(town, where, headers, shared.until_s)


def _asks_if_down(town: Town, shared: Shared) -> Script:
    """Half of it is down: who has work to do watches the page that tells so, and presses reload (Downdetector)."""
    random, where = town.random, shared.place(town.random)
    headers, is_known = browser(random), random.random() < 0.7
    if is_known:
        headers = _with_session(random, headers)
    yield town.world.now_s
    yield from page(town, where, headers, known=is_known, cached=0.9 if is_known else 0.2)
    pace_s = random.uniform(2, 30)
    while town.world.now_s < shared.until_s and random.random() < 0.95:
        yield town.world.now_s + town.think_s(pace_s)
        does = random.random()
        if does < 0.5:
            town.world.request(where, "/status", headers, known=is_known)
        elif does < 0.7 or not is_known:
            yield from page(town, where, headers, known=is_known, cached=0.9)
        else:
            number = ask(town, headers, where, "home")
            yield town.world.now_s + random.uniform(1, 12)
            if random.random() < 0.5:
                town.world.signals.answered(number, "/api/chat", 503, 10.0)
            else:
                town.world.signals.ended(number, complete=random.random() < 0.8)


BLIND_TOO_CROWDS: Mapping[str, Gathering] = {
    "stream": Gathering(_viewer, 20.0),
    "new-model": Gathering(_tries_model, 45.0),
    "marks-at-eight": Gathering(_has_marks, 15.0, halves_s=120.0, languages=(BRITISH, GERMAN, b"fr-FR")),
    "tax-day": Gathering(_files_late, 60.0, languages=(BRITISH, b"en-US,en;q=0.9", GERMAN)),
    "notified": Gathering(_notified, 12.0, halves_s=100.0),
    "snow-day": Gathering(_stays_home, 45.0, stays=True, languages=(b"en-US,en;q=0.9", GERMAN, BRITISH)),
    "shown-talk": Gathering(_reads_talk, 30.0),
    "hourly-jobs": Gathering(_hourly_job, 10.0, stays=True),
    "company-monday": Gathering(_colleague, 50.0, stays=True, places=6, languages=(GERMAN, b"fr-FR", BRITISH)),
    "plug-in": Gathering(_programmer, 55.0, stays=True, task_words=45),
    "pasted": Gathering(_pastes, 30.0, task_words=40),
    "is-it-down": Gathering(_asks_if_down, 25.0, stays=True),
}
