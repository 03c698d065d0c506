"""Honest crowds that the last blind writer took from what was told of such days. Knows habits; knows no attack.

Two thirds are people in browsers who come for one reason or other. The others are odd in an honest way: programs that
wake together, one waiting hall's wireless, one partner's app, forgotten passwords before a closing date.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from gatherings import Gathering, Shared
from people import LINKS, Town, ask, page, sign_in, sign_up
from programs import Headers, address, browser, tool
from world import Script

CHROME, ANDROID, SAFARI, IPHONE, FIREFOX, EDGE = range(6)
TELEPHONES = (ANDROID, IPHONE)


def _with_session(random: Random, headers: Headers) -> Headers:
    return {**headers, b"cookie": b"session=" + random.randbytes(8).hex().encode()}


def _talks(
    town: Town, shared: Shared, where: str, headers: Headers, standing: str, turns: int, *, first: str = ""
) -> Script:
    """So many questions, at this person's own pace; who is refused waits, or does not."""
    world, random = town.world, town.random
    pace_s, patience = random.uniform(9, 35), random.uniform(0.4, 1.0)
    for turn in range(turns):
        if world.now_s > shared.until_s:
            return
        number = ask(town, headers, where, standing, prompt=first if turn == 0 else "")
        if number < 0:
            yield world.now_s + (random.uniform(14, 40) if random.random() < patience else random.uniform(1, 5))
            continue
        yield world.now_s + random.uniform(1, 9)
        world.signals.ended(number, complete=random.random() < 0.9)
        yield world.now_s + town.think_s(pace_s)


def _registers(town: Town, shared: Shared, where: str, headers: Headers, *, first: str = "") -> Script:
    joined: list[bool] = []
    yield from sign_up(town, where, headers, joined)
    if joined:
        yield town.world.now_s + town.think_s(7)
        signed_in = _with_session(town.random, headers)
        yield from _talks(town, shared, where, signed_in, "away", town.random.randrange(1, 9), first=first)


def _signs_in(town: Town, shared: Shared, where: str, headers: Headers, *, first: str = "") -> Script:
    yield from sign_in(town, where, headers)
    yield town.world.now_s + town.think_s(5)
    signed_in = _with_session(town.random, headers)
    yield from _talks(town, shared, where, signed_in, "away", town.random.randrange(1, 10), first=first)


def _browses(town: Town, where: str, headers: Headers, most: int, *, known: bool = False) -> Script:
    for _ in range(town.random.randrange(most + 1)):
        yield town.world.now_s + town.think_s(13)
        town.world.request(where, town.random.choice(("/", "/status", "/login", "/signup")), headers, known=known)


def _forgets(town: Town, where: str, headers: Headers) -> Script:
    """Tries what it may have been, then has a letter sent and waits for it."""
    world, random = town.world, town.random
    for _ in range(random.randrange(1, 5)):
        number = world.request(where, "/api/auth/login", headers)
        world.signals.tried(number, where)
        world.signals.answered(number, "/api/auth/login", 401)
        yield world.now_s + town.think_s(10)
    world.request(where, "/forgot", headers)
    yield world.now_s + town.think_s(6)
    world.request(where, "/api/auth/forgot", headers)
    yield world.now_s + town.think_s(40)


def _watcher(town: Town, shared: Shared) -> Script:
    """A streamed keynote shows it: whoever watches opens it beside the film (OpenAI's spring and autumn streams)."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, referrer=random.choice(LINKS[1:]) if random.random() < 0.35 else b"")
    yield world.now_s
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(10)
    wants = random.random()
    shown = shared.task if random.random() < 0.15 else ""
    if wants < 0.3:
        yield from _registers(town, shared, where, headers, first=shown)
    elif wants < 0.6:
        yield from _signs_in(town, shared, where, headers, first=shown)
    else:
        yield from _browses(town, where, headers, 4)


def _listener(town: Town, shared: Shared) -> Script:
    """Named in a much heard podcast: telephones, no link, one after the other as each comes to that minute."""
    random = town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((*TELEPHONES, *TELEPHONES, CHROME, SAFARI)))
    yield town.world.now_s
    yield from page(town, where, headers, cached=0.1)
    yield town.world.now_s + town.think_s(16)
    wants = random.random()
    if wants < 0.4:
        yield from _registers(town, shared, where, headers)
    elif wants < 0.5:
        yield from _signs_in(town, shared, where, headers)
    else:
        yield from _browses(town, where, headers, 2)


def _taxpayer(town: Town, shared: Shared) -> Script:
    """The last evening for tax returns (the 31st of January in Britain): long accounts at home, and searchers."""
    world, random = town.world, town.random
    where, kind = shared.place(random), random.random()
    found = kind > 0.7 and random.random() < 0.7
    headers = browser(
        random,
        referrer=LINKS[2] if found else b"",
        which=random.choices((CHROME, ANDROID, SAFARI, IPHONE, FIREFOX, EDGE), (5, 2, 2, 3, 1, 3))[0],
        language=shared.language,
    )
    yield world.now_s
    if kind < 0.5:
        headers = _with_session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.7)
        yield world.now_s + town.think_s(20)
        yield from _talks(town, shared, where, headers, "home", random.randrange(2, 14))
        return
    yield from page(town, where, headers)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(12)
    if kind < 0.7:
        if random.random() < 0.3:
            yield from _forgets(town, where, headers)
        yield from _signs_in(town, shared, where, headers)
    elif kind < 0.85:
        yield from _registers(town, shared, where, headers)
    else:
        yield from _browses(town, where, headers, 3)


def _applicant(town: Town, shared: Shared) -> Script:
    """Results are out at eight and places close soon (A-level day): young, hasty, and long not signed in."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((IPHONE, IPHONE, ANDROID, CHROME)), language=shared.language)
    yield world.now_s
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        yield from page(town, where, headers, cached=0.3)
        yield world.now_s + random.uniform(1, 6)
    wants = random.random()
    if wants < 0.5:
        if random.random() < 0.45:
            yield from _forgets(town, where, headers)
        yield from _signs_in(town, shared, where, headers)
    elif wants < 0.8:
        yield from _registers(town, shared, where, headers)


def _mover(town: Town, shared: Shared) -> Script:
    """New terms are told, and who has been here for years takes his things along (Reddit, Evernote, 2023)."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.7
    headers = browser(random, referrer=LINKS[0] if random.random() < 0.3 else b"")
    if at_home:
        headers = _with_session(random, headers)
    yield world.now_s
    yield from page(town, where, headers, known=at_home, cached=0.7 if at_home else 0.2)
    headers.pop(b"referer", None)
    yield world.now_s + town.think_s(15)
    if not at_home:
        yield from sign_in(town, where, headers)
        headers = _with_session(random, headers)
        yield world.now_s + town.think_s(8)
    for path in ("/api/conversations", "/api/account", "/api/export")[: random.randrange(1, 4)]:
        world.request(where, path, headers, known=True)
        yield world.now_s + town.think_s(11)
    if random.random() < 0.5:
        standing = "home" if at_home else "away"
        yield from _talks(town, shared, where, headers, standing, random.randrange(1, 5))


def _onlooker(town: Town, shared: Shared) -> Script:
    """One funny talk is passed round by its link: all open that one page, most in an app, and few want more."""
    world, random = town.world, town.random
    where, token = shared.place(random), shared.key[-12:].decode()
    in_app = random.random() < 0.6
    headers = browser(
        random,
        referrer=LINKS[1] if random.random() < 0.65 else b"",
        which=random.choice((ANDROID, ANDROID, IPHONE)) if in_app else None,
    )
    yield world.now_s
    if random.random() < 0.04:  # The messenger itself looks, to show what is behind the link.
        world.request(where, f"/s/{token}", tool(random))
        return
    world.request(where, f"/s/{token}", headers)
    yield world.now_s + random.uniform(0.2, 1.5)
    for name in ("index.js", "index.css", "icon.svg", "app.js")[: random.randrange(2, 5)]:
        world.request(where, "/static/assets/" + name, headers)
        yield world.now_s + random.uniform(0.02, 0.3)
    world.request(where, f"/api/shared/{token}", headers)
    yield world.now_s + town.think_s(25)
    headers.pop(b"referer", None)
    wants = random.random()
    if wants < 0.12:
        yield from page(town, where, headers, cached=0.8)
        yield world.now_s + town.think_s(10)
        yield from _registers(town, shared, where, headers)
    elif wants < 0.3:
        yield from page(town, where, headers, cached=0.8)
        yield from _browses(town, where, headers, 2)


def _unwrapper(town: Town, shared: Shared) -> Script:
    """Christmas morning: new telephones and tablets; the account is old, the device is not known, or all is new."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=random.choice((ANDROID, ANDROID, IPHONE, IPHONE, SAFARI)))
    yield world.now_s
    yield from page(town, where, headers, cached=0.0)
    yield world.now_s + town.think_s(18)
    wants = random.random()
    if wants < 0.45:
        if random.random() < 0.35:
            yield from _forgets(town, where, headers)
        yield from _signs_in(town, shared, where, headers)
    elif wants < 0.85:
        yield from _registers(town, shared, where, headers)


def _snowed_in(town: Town, shared: Shared) -> Script:
    """It snowed: those who ask from the office every day sign in from their kitchens, some through the firm's VPN."""
    world, random = town.world, town.random
    through_firm = random.random() < 0.35
    where = random.choice(shared.places) if through_firm else address(random)
    headers = browser(
        random, which=random.choice((CHROME, CHROME, EDGE, EDGE, SAFARI, FIREFOX)), language=shared.language
    )
    yield world.now_s
    if through_firm or random.random() < 0.4:
        headers = _with_session(random, headers)
        yield from page(town, where, headers, known=True, cached=0.8)
        yield world.now_s + town.think_s(15)
        standing = "home" if through_firm else "away"
        yield from _talks(town, shared, where, headers, standing, random.randrange(3, 15))
        return
    yield from page(town, where, headers, cached=0.3)
    yield world.now_s + town.think_s(8)
    yield from _signs_in(town, shared, where, headers)


def _in_the_storm(town: Town, shared: Shared) -> Script:
    """A storm, the power is out: one region's telephones on its carriers' addresses, with poor reception."""
    world, random = town.world, town.random
    where, at_home = shared.place(random), random.random() < 0.25
    headers = browser(random, which=random.choice(TELEPHONES), language=shared.language)
    if at_home:
        headers = _with_session(random, headers)
    yield world.now_s
    for _ in range(random.choice((1, 1, 2, 3))):
        yield from page(town, where, headers, known=at_home, cached=0.4)
        yield world.now_s + random.uniform(3, 15)
    if at_home:
        # The usual account, but not from the usual line.
        yield from _talks(town, shared, where, headers, "away", random.randrange(1, 6))
    elif random.random() < 0.4:
        yield from _registers(town, shared, where, headers)
    else:
        yield from _browses(town, where, headers, 3)


def _timed_job(town: Town, shared: Shared) -> Script:
    """Customers' programs that a table of times wakes at the full hour: each works its own list off and sleeps."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = {**tool(random), b"authorization": b"Bearer sw-" + random.randbytes(8).hex().encode()}
    template = f"{town.words(random.randrange(6, 20))}: " if random.random() < 0.7 else ""
    standing = "home" if random.random() < 0.85 else "away"  # Some run on a cloud's machine of this hour.
    gap_s, again_s = random.uniform(0.2, 9), random.choice((1.0, 5.0, 20.0))
    began_s = world.now_s + random.choice((0.0, 0.0, random.uniform(0, 5)))
    yield began_s
    while world.now_s < shared.until_s:
        for _ in range(random.randrange(3, 40)):
            number = ask(town, headers, where, standing, prompt=template + town.words(14) if template else "")
            if number < 0:
                yield world.now_s + again_s
                continue
            yield world.now_s + random.uniform(0.6, 5)
            world.signals.ended(number, complete=random.random() < 0.98)
            yield world.now_s + gap_s * random.uniform(0.7, 1.4)
        yield world.now_s + 60 - (world.now_s - began_s) % 60 + random.uniform(0, 1)


def _partner_user(town: Town, shared: Shared) -> Script:
    """A shop's app that has us inside it tells all its users at once that it now has an assistant."""
    world, random = town.world, town.random
    where = shared.place(random)
    headers = browser(random, which=ANDROID if random.random() < 0.75 else IPHONE, language=shared.language)
    yield world.now_s + town.think_s(4)
    yield from page(town, where, headers, cached=0.0)
    yield world.now_s + town.think_s(7)
    if random.random() < 0.55:
        return
    world.request(where, "/api/auth/oidc/partner/begin", headers)
    yield world.now_s + town.think_s(6)
    if random.random() < 0.15:
        return
    world.request(where, "/api/auth/oidc/partner/callback", headers)
    yield world.now_s + random.uniform(0.3, 2)
    headers = _with_session(random, headers)
    first = shared.task if random.random() < 0.4 else ""  # The button that the app puts below the field.
    yield from _talks(town, shared, where, headers, "away", random.randrange(1, 6), first=first)


def _stranded(town: Town, shared: Shared) -> Script:
    """No flight leaves (July 2024): a hall full of people behind its wireless, and as many on their own lines."""
    world, random = town.world, town.random
    where = random.choice(shared.places) if random.random() < 0.6 else address(random)
    headers = browser(random, which=random.choice((*TELEPHONES, *TELEPHONES, CHROME, SAFARI)))
    yield world.now_s
    for _ in range(random.choice((1, 1, 2, 4))):
        yield from page(town, where, headers, cached=0.5)
        yield world.now_s + random.uniform(1, 10)
    wants = random.random()
    if wants < 0.35:
        yield from _signs_in(town, shared, where, headers)
    elif wants < 0.7:
        yield from _registers(town, shared, where, headers)
    else:
        yield from _browses(town, where, headers, 5)


_EUROPE = (b"en-GB,en;q=0.8", b"de-DE,de;q=0.9", b"fr-FR", b"it-IT,it;q=0.9")
BLIND_LAST_CROWDS: Mapping[str, Gathering] = {
    "streamed-keynote": Gathering(_watcher, 40.0, task_words=14),
    "podcast-listeners": Gathering(_listener, 60.0),
    "tax-evening": Gathering(_taxpayer, 60.0, languages=_EUROPE),
    "places-close": Gathering(_applicant, 15.0, languages=(b"en-GB,en;q=0.8", b"zh-CN,zh;q=0.9", b"hi-IN,hi;q=0.9")),
    "new-terms": Gathering(_mover, 45.0),
    "funny-talk": Gathering(_onlooker, 30.0),
    "unwrapped": Gathering(_unwrapper, 55.0),
    "snowed-in": Gathering(_snowed_in, 60.0, places=6, languages=_EUROPE),
    "power-out": Gathering(_in_the_storm, 20.0, places=160, languages=(b"en-US,en;q=0.9", b"pt-BR", b"ja-JP")),
    "woken-by-table": Gathering(_timed_job, 4.0, stays=True),
    "partner-app": Gathering(_partner_user, 12.0, languages=_EUROPE),
    "stranded-hall": Gathering(_stranded, 50.0, places=3),
}
