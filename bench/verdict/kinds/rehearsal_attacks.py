"""Attacks for a rehearsal, written by someone who had not read the verdict. Knows visits; judges nothing.

Each is drawn from something published and named where it is made. Half of them are as plain as most reported floods
and scripts are, a quarter takes some trouble, and a quarter is done by real browsers or by people who are paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from attackers import LONG, SHORT, USUAL, Bot
from people import FILES, Town, page
from programs import Headers, browser, tool
from visits import ANDROID, CHROME, Ring, joins, opens, puts, tries
from world import Script

IPHONE, EDGE = 3, 5


def _session(random: Random) -> bytes:
    return b"session=" + random.randbytes(8).hex().encode()


# What they send for headers.


def _blog(random: Random) -> Headers:
    """A blog's own client, of one version or another."""
    names = (b"host", b"user-agent", b"accept", b"accept-encoding", b"connection")
    return {
        **dict.fromkeys(names if random.random() < 0.7 else (*names, b"referer"), b"v"),
        b"host": b"assistant.example",
    }


def _through_proxy(random: Random) -> Headers:
    """A script that draws its agent from a list, and what open proxies add to it."""
    headers: Headers = dict.fromkeys((b"host", b"user-agent", b"accept", b"referer", b"connection"), b"v")
    headers[b"host"] = b"assistant.example"
    for name in (b"via", b"x-forwarded-for"):
        if random.random() < 0.6:
            headers[name] = b"v"
    return headers


def _router(random: Random) -> Headers:
    return tool(random, 4)


def _loader(random: Random) -> Headers:
    return tool(random, 1)


def _registrar(random: Random) -> Headers:
    return tool(random, 0)


def _cookie_client(random: Random) -> Headers:
    return {**tool(random, 5), b"cookie": b"v"}


def _cloud_chrome(random: Random) -> Headers:
    """A browser without a screen: it speaks English wherever it runs."""
    return browser(random, which=CHROME, language=b"en-US")


def _office_browser(random: Random) -> Headers:
    languages = (b"zh-CN,zh;q=0.9", b"ru-RU,ru;q=0.9", b"en-US,en;q=0.9")
    chosen = browser(random, which=random.choice((CHROME, CHROME, EDGE)), language=random.choice(languages))
    return {**chosen, b"cookie": _session(random)}


def _worker(random: Random) -> Headers:
    languages = (b"en-US,en;q=0.9", b"bn-BD,bn;q=0.9", b"en-IN,en;q=0.9", b"vi-VN,vi;q=0.9", b"id-ID", b"es-VE")
    return browser(random, which=random.choice((CHROME, ANDROID, ANDROID, None)), language=random.choice(languages))


# Plainly.


def _pingback(bot: Bot, town: Town) -> Script:
    """Blogs that are sent to verify a link that does not exist (Sucuri 2014 and 2016: 26,000 of them)."""
    for _ in range(bot.random.randrange(1, 5)):
        bot.send(f"/?{bot.random.randrange(10**7)}={bot.random.randrange(10**7)}")
        if bot.random.random() < 0.35:
            bot.told(429, 10.0)
        yield town.world.now_s + bot.random.uniform(0.5, 6)


def _pipeline(bot: Bot, town: Town) -> Script:
    """Infected home routers that write a row of requests into one connection at once (Meris, 2021)."""
    for _ in range(bot.random.randrange(8, 24)):
        bot.send("/")
        if bot.random.random() < 0.5:
            bot.told(429 if bot.random.random() < 0.7 else 503, 10.0)
    yield town.world.now_s + bot.random.uniform(0.2, 1.0)


def _open_proxies(bot: Bot, town: Town) -> Script:
    """Hacktivists' public scripts over lists of free proxies, most of them slow or dead (Killnet, NoName, MHDDoS)."""
    path = bot.random.choice(("/", "/login", "/api/bootstrap", "/status"))
    for _ in range(bot.random.randrange(3, 15)):
        bot.send(path)
        if bot.random.random() < 0.4:
            bot.told(429, 10.0)
        yield town.world.now_s + bot.random.expovariate(1 / 0.8)


def _demonstrate(bot: Bot, town: Town) -> Script:
    """A load generator on a few rented servers, on and off, to lend weight to a letter (ransom attacks since 2020)."""
    for _ in range(100):
        bot.send(bot.random.choice(("/", "/static/assets/" + FILES[0], "/login")))
        if bot.random.random() < 0.6:
            bot.told(429, 10.0)
        yield town.world.now_s + 0.1


def _inject(bot: Bot, town: Town) -> Script:
    """A scanner of the shelf that tries quotes in each field that it finds (sqlmap and its kin; Imperva's reports)."""
    for _ in range(bot.random.randrange(20, 60)):
        if bot.random.random() < 0.5:
            tries(bot, town, f"' or {bot.random.randrange(10**4)}=1 --", 0.0)
        else:
            name = bot.random.choice(("/s/", "/?id=", "/?lang=", "/api/conversations?q="))
            bot.send(f"{name}1%27+AND+{bot.random.randrange(10**4)}")
            bot.told(bot.random.choice((400, 404, 401)))
        yield town.world.now_s + bot.random.uniform(0.05, 0.3)


def _burn_credit(bot: Bot, town: Town) -> Script:
    """Scripts that register for the free credit and spend it on the dearest answers (aipower's report of 340)."""
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(0.5, 3)
    bot.send("/api/auth/signup")
    if bot.random.random() < town.world.crowded:
        bot.told(503, 20.0)
        return
    bot.told(201)
    plain, bot.known = bot.headers, True
    bot.headers = {**plain, b"authorization": b"Bearer sw-" + bot.random.randbytes(8).hex().encode()}
    for _ in range(bot.random.choice((0, 0, 3, 10))):
        yield from puts(bot, town, town.words(30), LONG, "away", leaves=0.0)
    bot.headers, bot.known = plain, False


def _guess_sessions(bot: Bot, town: Town) -> Script:
    """Who guesses sessions by the thousand, in case that they are counted or weakly drawn (OWASP: session guessing)."""
    for _ in range(bot.random.randrange(30, 80)):
        bot.headers = {**bot.headers, b"cookie": _session(bot.random)}
        bot.send("/api/auth/me")
        bot.told(401)
        yield town.world.now_s + bot.random.uniform(0.08, 0.25)


# With some trouble.


def _lock_out(bot: Bot, town: Town) -> Script:
    """Who locks known people out with wrong passwords, out of spite or to be alone later (OWASP: lockout attack)."""
    account = f"person {bot.random.randrange(3_000)}"
    if bot.random.random() < 0.3:
        yield from opens(bot, town, "/login")
    for attempt in range(bot.random.randrange(5, 8)):
        if attempt < 5:
            tries(bot, town, account, 0.0)
        else:
            bot.send("/api/auth/login")
            bot.told(429, 60.0)
        yield town.world.now_s + bot.random.lognormvariate(0.7, 0.5)


def _spam_links(bot: Bot, town: Town) -> Script:
    """Sellers of casino and pill links, who have pages written here and shared in our name (OWASP: spamming)."""
    joined: list[bool] = []
    yield from joins(bot, town, joined)
    if not joined:
        return
    bot.headers, bot.known = {**bot.headers, b"cookie": _session(bot.random)}, True
    yield town.world.now_s + bot.random.uniform(1, 4)
    wish = "Write an article of praise with headings and the following link in each paragraph: https://win.example/"
    for _ in range(bot.random.randrange(1, 4)):
        yield from puts(bot, town, wish + town.words(5), USUAL, "away", leaves=0.0)
        bot.send("/api/conversations")
        yield town.world.now_s + bot.random.uniform(0.5, 2)
        bot.send(f"/s/{bot.random.getrandbits(48):x}")
    bot.known = False


def _all_doors(bot: Bot, town: Town) -> Script:
    """A hired botnet that changes what it does each few minutes, registering among it (told of DeepSeek, 2025)."""
    phase = int(town.world.now_s / 45) % 3
    for _ in range(bot.random.randrange(3, 7)):
        if phase == 0:
            bot.send(bot.random.choice(("/", "/", "/signup", "/login")))
        elif phase == 1:
            tries(bot, town, f"{bot.random.getrandbits(32):x}", 0.001)
        else:
            bot.send("/api/auth/signup")
            if bot.random.random() < town.world.crowded:
                bot.told(503, 20.0)
            else:
                bot.told(400)
        yield town.world.now_s + bot.random.lognormvariate(0.6, 0.6)


def _cloud_pages(bot: Bot, town: Town) -> Script:
    """Browsers without screens in rented functions: the whole page with all files, and again from another address."""
    for _ in range(bot.random.randrange(1, 4)):
        yield from page(town, bot.where, bot.headers, cached=0.0, hostile=True)
        yield town.world.now_s + bot.random.uniform(0.5, 3)


# With care.


def _write_comments(bot: Bot, town: Town) -> Script:
    """An office that makes opinions: shifts of people with bought accounts behind a few exits (OpenAI's reports)."""
    if bot.random.random() < 0.3:
        yield from page(town, bot.where, bot.headers, known=True, cached=0.85, hostile=True)
    for _ in range(bot.random.randrange(1, 4)):
        kind = bot.random.choice(("angry", "short", "friendly", "doubtful", "patriotic"))
        orders = f"Write five {kind} comments as if by different readers, not too polished, under this post: "
        usual = bot.random.random() < 0.75
        prompt = (orders if usual else "Translate this for the weekly report: ") + town.words(30)
        yield from puts(bot, town, prompt, bot.random.uniform(2e3, 9e3), "away", leaves=0.06)
        yield town.world.now_s + town.think_s(18)


def _driven(bot: Bot, town: Town) -> Script:
    """Real browsers led by a model that looks at each page before it acts, hired to gather accounts' free answers."""
    yield from page(town, bot.where, bot.headers, cached=0.05, hostile=True)
    yield town.world.now_s + bot.random.uniform(6, 18)
    bot.send("/signup")
    yield town.world.now_s + bot.random.uniform(8, 25)
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(2, 8)
    bot.send("/api/auth/signup")
    if bot.random.random() < town.world.crowded:
        bot.told(503, 20.0)
        return
    bot.told(201)
    anonymous = bot.headers
    bot.headers, bot.known = {**anonymous, b"cookie": _session(bot.random)}, True
    for _ in range(bot.random.randrange(2, 6)):
        yield town.world.now_s + bot.random.uniform(6, 20)
        yield from puts(bot, town, town.words(bot.random.randrange(20, 60)), USUAL, "away", leaves=0.01)
    bot.headers, bot.known = anonymous, False


def _click_work(bot: Bot, town: Town) -> Script:
    """People paid a few cents for each account that they register and hand over (Arkose's reports of fraud farms)."""
    yield from page(town, bot.where, bot.headers, cached=0.4, hostile=True)
    yield town.world.now_s + town.think_s(8)
    bot.send("/signup")
    yield town.world.now_s + town.think_s(18)
    bot.send("/api/entrance/challenge")
    yield town.world.now_s + bot.random.uniform(1, 7)
    for _ in range(2):
        bot.send("/api/auth/signup")
        if bot.random.random() >= town.world.crowded:
            bot.told(201)
            break
        bot.told(503, 20.0)
        yield town.world.now_s + bot.random.uniform(18, 45)
    else:
        return
    if bot.random.random() < 0.5:  # The order asks for a picture of one answer as proof.
        anonymous = bot.headers
        bot.headers, bot.known = {**anonymous, b"cookie": _session(bot.random)}, True
        yield town.world.now_s + town.think_s(10)
        yield from puts(bot, town, bot.random.choice(("hello", "hi", "how are you", town.words(5))), SHORT, "away")
        bot.headers, bot.known = anonymous, False


REHEARSAL_RINGS: Mapping[str, Ring] = {
    "pingback": Ring(_pingback, 2.5, 2_000, wears=_blog, networks=90),
    "router-pipelines": Ring(_pipeline, 15.5, 900, rotates=False, wears=_router),
    "open-proxies": Ring(_open_proxies, 8.5, 500, addresses=400, networks=200, wears=_through_proxy),
    "ransom-demo": Ring(_demonstrate, 100, 12, rotates=False, networks=3, addresses=6, wears=_loader),
    "injection-tool": Ring(_inject, 39.5, 6, rotates=False, networks=2, addresses=3, is_tool=True),
    "credit-burners": Ring(_burn_credit, 4.5, 150, networks=5, addresses=40, wears=_registrar),
    "session-guessers": Ring(_guess_sessions, 54.5, 20, networks=3, addresses=10, wears=_cookie_client),
    "lock-out": Ring(_lock_out, 9, 250, browsers=(CHROME, EDGE), networks=60),
    "link-spammers": Ring(_spam_links, 17, 150, browsers=(CHROME,), networks=15),
    "all-doors": Ring(_all_doors, 4.5, 700, browsers=(CHROME, ANDROID, IPHONE)),
    "cloud-pages": Ring(_cloud_pages, 18, 200, networks=6, wears=_cloud_chrome),
    "comment-office": Ring(_write_comments, 2.5, 400, keyed=True, networks=3, addresses=25, wears=_office_browser),
    "driven-browsers": Ring(_driven, 15, 300, browsers=(CHROME,), networks=120),
    "click-work": Ring(_click_work, 9, 700, wears=_worker),
}
# All but these send a browser's headers, or are done by people.
REHEARSAL_UNDISGUISED = (
    "pingback", "router-pipelines", "open-proxies", "ransom-demo", "injection-tool", "credit-burners",
    "session-guessers",
)  # fmt: skip
