"""Attacks as reports tell them, by someone who had not read the verdict. Knows visits; judges nothing.

Half are as plain as most that are reported: one tool, one loop, machines that nobody changes while it runs. A quarter
take some trouble, with a browser's headers, bought addresses or pauses. A quarter are people, or work as slowly as
people do. Nobody here does what its money and its addresses would not allow:

- who floods keeps to the machines he has, and seldom reads what he is told;
- who is paid by the piece works through pieces, and stops to wait for nothing;
- who has to look like a reader has to read, and a hired hand earns cents an hour and is no faster than others.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from attackers import LONG, SHORT, Bot
from people import FILES, LINKS, Town, page
from programs import Headers, browser, tool
from visits import ANDROID, CHROME, Ring, joins, puts
from world import Script

_BAITS = ("union%20select%201,2", "%3Cscript%3E", "..%2f..%2fetc%2fpasswd", "%7B%7B7*7%7D%7D", "sleep(5)", "%00")
_HOMES = ("/", "/?q=", "/login", "/status", "/signup")
# Whom a dictionary is tried on, and whose shared talks are worth reading.
_LIKELY = ("admin", "root", "info", "test", "office", "support", "sales", "it", "boss", "operator")
_TALKS = tuple(f"{(number + 3) * 7_368_787 % (1 << 40):010x}" for number in range(250))


def _session(random: Random) -> bytes:
    return b"session=" + random.randbytes(8).hex().encode()


# What they send for headers.


def _blog(random: Random) -> Headers:
    """A blog's own fetcher; newer ones tell for whom they ask."""
    headers = tool(random, 1)
    return {**headers, b"x-pingback-forwarded-for": b"v"} if random.random() < 0.6 else headers


def _poster(random: Random) -> Headers:
    return tool(random, 2)


def _prober(random: Random) -> Headers:
    return {**tool(random, 0), b"x-scanner": b"v"} if random.random() < 0.3 else tool(random, 0)


def _harvester(random: Random) -> Headers:
    """A crawler that says who it is."""
    return dict.fromkeys((b"host", b"user-agent", b"accept", b"accept-encoding", b"from"), b"v")


def _router(random: Random) -> Headers:
    return tool(random, 4)


def _function(random: Random) -> Headers:
    """A script's client, and what the cloud adds to it."""
    return {**tool(random, 3), b"x-forwarded-for": b"v", b"x-trace-id": b"v"}


def _account_script(random: Random) -> Headers:
    return {**tool(random, 3), b"cookie": _session(random)}


def _spinner(random: Random) -> Headers:
    return {**browser(random, which=CHROME, language=b"en-US,en;q=0.9"), b"cookie": _session(random)}


def _impersonator(random: Random) -> Headers:
    """A client library that imitates one of three browsers, header by header."""
    return browser(random, which=random.choice((0, 0, 2, 4)), language=b"en-US,en;q=0.9")


def _refers(random: Random) -> Headers:
    site = random.choice((b"https://buttons.example/", b"https://seo.example/free", b"https://traffic.example/"))
    return browser(random, which=random.choice((CHROME, CHROME, 4)), referrer=site)


def _searcher(random: Random) -> Headers:
    """One browser in one version on one system, with or without a search before it."""
    return browser(random, which=CHROME, referrer=LINKS[2] if random.random() < 0.4 else b"")


def _persona(random: Random) -> Headers:
    return {**browser(random, which=random.choice((0, 0, 1, 2, 5))), b"cookie": _session(random)}


def _hired_hand(random: Random) -> Headers:
    language = random.choice((b"en-US,en;q=0.9", b"hi-IN,hi;q=0.9", b"bn-BD,bn;q=0.9", b"vi-VN,vi;q=0.9", b"id-ID"))
    job = b"https://micro.example/jobs" if random.random() < 0.7 else b""
    return browser(random, which=random.choice((CHROME, CHROME, ANDROID, ANDROID, 6)), referrer=job, language=language)


# Plainly.


def _pingback(bot: Bot, town: Town) -> Script:
    """Blogs that are told to look up a link: 162,000 of them flooded one site (Sucuri, 2014)."""
    for _ in range(bot.random.randrange(1, 5)):
        bot.send(f"/?{bot.random.randrange(10**6, 10**7)}={bot.random.randrange(10**5, 10**6)}")
        if bot.random.random() < 0.3:
            bot.told(429, 10.0)
        yield town.world.now_s + bot.random.uniform(0.5, 6)


def _post_files(bot: Bot, town: Town) -> Script:
    """Large made-up files, posted to whatever takes posts (the Nitol botnet; Imperva, 2016)."""
    path = bot.random.choice(("/api/attachments?name=a.bin", "/api/import"))
    for _ in range(bot.random.randrange(2, 7)):
        bot.send(path)
        bot.told(401 if bot.random.random() < 0.6 else 413)
        yield town.world.now_s + bot.random.uniform(0.4, 1.2)


def _inject(bot: Bot, town: Town) -> Script:
    """A scanner for holes that puts every bait into every field (Akamai's reports on attacks on web APIs)."""
    path = bot.random.choice(("/api/search?q=", "/api/shared/", "/v1/models/", "/s/", "/api/auth/login?next="))
    for number in range(bot.random.randrange(12, 50)):
        bot.send(path + _BAITS[number % len(_BAITS)] + str(number))
        bot.told(bot.random.choice((400, 401, 404, 404, 422)))
        yield town.world.now_s + bot.random.uniform(0.04, 0.25)


def _download_again(bot: Bot, town: Town) -> Script:
    """A crawler for training data that takes the same files again and again (Read the Docs, 2024)."""
    for _ in range(bot.random.randrange(15, 50)):
        kind = bot.random.random()
        if kind < 0.4:
            bot.send("/static/assets/" + bot.random.choice(FILES))
        elif kind < 0.7:
            bot.send(bot.random.choice(("/", "/status", "/status/feed.atom", "/docs")))
        else:
            bot.send("/s/" + bot.random.choice(_TALKS))
            if bot.random.random() < 0.3:
                bot.told(404)
        yield town.world.now_s + 0.5


def _dictionary(bot: Bot, town: Town) -> Script:
    """A botnet that tries a dictionary on the few names that everybody has (Wordfence on password guessing)."""
    for _ in range(bot.random.randrange(4, 14)):
        number = bot.send("/api/auth/login")
        town.world.signals.tried(number, bot.random.choice(_LIKELY))
        if bot.random.random() < 0.35:
            bot.told(429, 30.0)
        else:
            bot.told(401)
        yield town.world.now_s + bot.random.uniform(0.5, 2.5)


def _pipeline(bot: Bot, town: Town) -> Script:
    """Routers in homes that send a whole pipeline of requests at one go (Meris; Qrator and Yandex, 2021)."""
    for _ in range(bot.random.randrange(8, 30)):
        bot.send("/")
        if bot.random.random() < 0.4:
            bot.told(429, 10.0)
        yield town.world.now_s + bot.random.uniform(0.004, 0.03)


def _invoke(bot: Bot, town: Town) -> Script:
    """Rented functions: each run floods for seconds from another of the cloud's addresses (CC floods, FireProx)."""
    path = bot.random.choice(_HOMES)
    for _ in range(bot.random.randrange(8, 35)):
        bot.send(f"{path}{bot.random.getrandbits(32):x}" if path.endswith("=") else path)
        if bot.random.random() < 0.35:
            bot.told(429, 10.0)
        yield town.world.now_s + 0.2


def _walk_ids(bot: Bot, town: Town) -> Script:
    """Who has an account and tries whether other people's talks open with it (OWASP API1; Optus, 2022)."""
    kind = bot.random.choice(("/api/conversations/", "/api/attachments/", "/api/answers/"))
    first = bot.random.getrandbits(40)
    for number in range(bot.random.randrange(25, 80)):
        bot.send(f"{kind}{first + number:x}")
        bot.told(404)
        yield town.world.now_s + bot.random.uniform(0.1, 0.35)


# With some trouble.


def _spam_page(bot: Bot, town: Town) -> Script:
    """Who has false help lines written and shares them for search engines to find (shared chats as spam, 2025)."""
    brand = town.words(2)
    start = bot.random.choice(("Write a page of help that gives the telephone number of", "Compose a guide to calling"))
    filler = town.words(bot.random.randrange(8, 20))
    yield from puts(bot, town, f"{start} {brand} customer service, and repeat it often: {filler}", LONG, "away")
    yield town.world.now_s + bot.random.uniform(1, 5)
    token = f"{bot.random.getrandbits(40):010x}"
    bot.send(f"/api/conversations/{token}/share")
    bot.told(201)
    yield town.world.now_s + bot.random.uniform(0.5, 3)
    bot.send("/s/" + token)


def _burn_trial(bot: Bot, town: Town) -> Script:
    """A tool that makes one free account after the other and spends each to its end (cursor-auto-free, 2025)."""
    joined: list[bool] = []
    yield from joins(bot, town, joined)
    if not joined:
        return
    bot.headers = {**tool(bot.random, 0), b"authorization": b"Bearer sw-" + bot.random.randbytes(8).hex().encode()}
    bot.known = True
    for _ in range(bot.random.randrange(4, 12)):
        yield town.world.now_s + bot.random.uniform(0.3, 3)
        yield from puts(bot, town, town.words(bot.random.randrange(30, 110)), bot.random.uniform(4e3, 2e4), "away")
    bot.send("/v1/chat/completions")
    bot.told(429, 3600.0)
    bot.known = False


def _wave(bot: Bot, town: Town) -> Script:
    """Rented servers that all flood, rest and move on together (Anonymous Sudan on ChatGPT, 2023)."""
    world = town.world
    if world.now_s % 50 > 35:
        yield world.now_s + 50 - world.now_s % 50 + bot.random.uniform(0, 1)
    target = bot.random.choice(("/login", "/api/auth/me", "/api/bootstrap", "/v1/models", "/?"))
    for _ in range(bot.random.randrange(8, 24)):
        bot.send(f"/?{bot.random.getrandbits(36):x}" if target == "/?" else target)
        if target == "/v1/models":
            bot.told(401)
        elif bot.random.random() < 0.3:
            bot.told(429, 10.0)
        yield world.now_s + bot.random.uniform(0.2, 1.0)


def _refer(bot: Bot, town: Town) -> Script:
    """Visits for the sake of the address that they claim to come from (Semalt's machines; Incapsula, 2014)."""
    bot.send("/")
    yield town.world.now_s + bot.random.uniform(0.4, 2)
    if bot.random.random() < 0.6:
        bot.send("/static/assets/" + FILES[0])
        yield town.world.now_s + bot.random.uniform(0.1, 1)
        bot.send("/api/bootstrap")
    if bot.random.random() < 0.2:
        yield town.world.now_s + bot.random.uniform(2, 9)
        bot.send(bot.random.choice(("/login", "/signup", "/status")))


# With care.


def _sit_in(bot: Bot, town: Town) -> Script:
    """A forum that has agreed to press reload until it falls (VANK's F5, FloodNet; raids of Kiwi Farms)."""
    random, patience_s = bot.random, bot.random.lognormvariate(0.9, 0.6)
    yield from page(town, bot.where, bot.headers, cached=0.1, hostile=True)
    bot.headers.pop(b"referer", None)
    for _ in range(random.randrange(4, 22)):
        yield town.world.now_s + patience_s * random.uniform(0.5, 2.5)
        yield from page(town, bot.where, bot.headers, cached=0.92, hostile=True)
        if random.random() < 0.15:
            yield town.world.now_s + town.think_s(6)
            bot.send(random.choice(("/signup", "/guest", "/login", "/status")))


def _speak_for_many(bot: Bot, town: Town) -> Script:
    """Influence for hire: people at desks, each with many persons to be (OpenAI on Spamouflage and others, 2024-25)."""
    random = bot.random
    if random.random() < 0.5:
        yield from page(town, bot.where, bot.headers, known=True, cached=0.8, hostile=True)
    for _ in range(random.randrange(2, 7)):
        yield town.world.now_s + town.think_s(22)
        asked = town.words(random.randrange(12, 80))
        if random.random() < 0.55:
            who = random.choice(("a retired teacher", "a young mother", "a veteran", "an angry student"))
            asked = f"Write {random.randrange(3, 12)} short comments as {who} would on this post: {asked}"
        yield from puts(bot, town, asked, random.uniform(1.5e3, 9e3), "away", leaves=0.06)
        if random.random() < 0.2:
            bot.send("/api/conversations")


def _read_unseen(bot: Bot, town: Town) -> Script:
    """A crawler that was shut out, come back as readers' browsers from other networks (Cloudflare on one, 2025)."""
    random = bot.random
    for _ in range(random.randrange(1, 4)):
        talk = random.choice(_TALKS)
        bot.send("/s/" + talk)
        yield town.world.now_s + random.uniform(0.2, 1.2)
        if random.random() < 0.75:
            for name in FILES[: random.randrange(3, len(FILES))]:
                bot.send("/static/assets/" + name)
                yield town.world.now_s + random.uniform(0.01, 0.3)
        bot.send("/api/shared/" + talk)
        if random.random() < 0.06:
            bot.told(404)
        bot.headers.pop(b"referer", None)
        yield town.world.now_s + town.think_s(10)


def _register_for_cents(bot: Bot, town: Town) -> Script:
    """Hired hands who register by hand what is then sold (Thomas et al., "Trafficking fraudulent accounts", 2013)."""
    random, world = bot.random, town.world
    yield from page(town, bot.where, bot.headers, cached=0.25, hostile=True)
    bot.headers.pop(b"referer", None)
    yield world.now_s + town.think_s(9)
    bot.send("/signup")
    yield world.now_s + town.think_s(25)
    bot.send("/api/entrance/challenge")
    yield world.now_s + random.uniform(1, 9)
    for _ in range(3):
        bot.send("/api/auth/signup")
        if random.random() >= world.crowded:
            break
        bot.told(503, 20.0)
        yield world.now_s + (random.uniform(20, 40) if random.random() < 0.6 else random.uniform(1, 6))
    else:
        return
    bot.told(201)
    bot.headers = {**bot.headers, b"cookie": _session(random)}
    bot.known = True
    if random.random() < 0.6:  # The picture that proves the work.
        yield world.now_s + town.think_s(10)
        yield from puts(bot, town, random.choice(("hi", "hello", "test", town.words(4))), SHORT, "away")
    yield world.now_s + town.think_s(8)
    bot.send(random.choice(("/settings", "/api/auth/logout")))
    bot.known = False


BLIND_RINGS: Mapping[str, Ring] = {
    "pingbacks": Ring(_pingback, 2.5, 2_500, rotates=False, wears=_blog),
    "posted-files": Ring(_post_files, 4, 350, rotates=False, wears=_poster),
    "injections": Ring(_inject, 30, 40, networks=2, addresses=6, wears=_prober),
    "greedy-crawler": Ring(_download_again, 32, 90, networks=1, addresses=90, wears=_harvester),
    "dictionary": Ring(_dictionary, 8.5, 700, rotates=False, is_tool=True),
    "router-volleys": Ring(_pipeline, 18.5, 500, rotates=False, networks=70, wears=_router),
    "functions": Ring(_invoke, 21, 250, networks=5, addresses=400, wears=_function),
    "id-walkers": Ring(_walk_ids, 52, 20, keyed=True, networks=2, addresses=5, wears=_account_script),
    "spam-pages": Ring(_spam_page, 3, 200, keyed=True, networks=12, wears=_spinner),
    "trial-burners": Ring(_burn_trial, 11, 200, networks=40, browsers=(CHROME,)),
    "waves": Ring(_wave, 15.5, 400, networks=14, wears=_impersonator),
    "false-referrals": Ring(_refer, 2.4, 900, wears=_refers),
    "reloaders": Ring(_sit_in, 48, 600, rotates=False, linked=True),
    "personas": Ring(_speak_for_many, 7, 300, keyed=True, networks=9, wears=_persona),
    "unseen-readers": Ring(_read_unseen, 12, 450, networks=60, wears=_searcher),
    "hired-hands": Ring(_register_for_cents, 14, 500, wears=_hired_hand),
}
# All but these send a browser's headers.
BLIND_UNDISGUISED = (
    "pingbacks", "posted-files", "injections", "greedy-crawler", "dictionary", "router-volleys",
    "functions", "id-walkers",
)  # fmt: skip
