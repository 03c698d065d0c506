"""The headers that browsers and tools send, in their order. Knows names and some values; sends nothing."""

from __future__ import annotations

from random import Random

Headers = dict[bytes, bytes]

_CHROME = (
    b"host connection sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform upgrade-insecure-requests user-agent accept"
    b" sec-fetch-site sec-fetch-mode sec-fetch-user sec-fetch-dest accept-encoding accept-language"
)
_ANDROID = (
    b"host connection sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform user-agent accept x-requested-with"
    b" sec-fetch-site sec-fetch-mode sec-fetch-dest accept-encoding accept-language"
)
_SAFARI = (
    b"host accept sec-fetch-site sec-fetch-dest accept-language sec-fetch-mode user-agent accept-encoding connection"
)
_IPHONE = (
    b"host sec-fetch-dest user-agent accept sec-fetch-site sec-fetch-mode accept-language priority accept-encoding"
)
_FIREFOX = (
    b"host user-agent accept accept-language accept-encoding connection upgrade-insecure-requests sec-fetch-dest"
    b" sec-fetch-mode sec-fetch-site sec-fetch-user priority"
)
_EDGE = (
    b"host connection cache-control sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform user-agent accept"
    b" sec-fetch-site sec-fetch-mode sec-fetch-dest accept-encoding accept-language dnt"
)
# Some without the headers that newer browsers send: old phones, privacy tools.
_OLD = b"host connection user-agent accept accept-encoding accept-language"
BROWSERS = tuple(one.split() for one in (_CHROME, _ANDROID, _SAFARI, _IPHONE, _FIREFOX, _EDGE, _OLD))
SHARES = (0.34, 0.2, 0.08, 0.22, 0.07, 0.06, 0.03)
TOOLS = tuple(
    one.split()
    for one in (
        b"host user-agent accept-encoding accept connection content-type content-length",
        b"host user-agent accept",
        b"host user-agent content-length content-type accept-encoding",
        b"host accept accept-encoding user-agent content-type",
        b"host connection",
        b"accept host user-agent connection",
    )
)
_LANGUAGES = (b"en-US,en;q=0.9", b"en-GB,en;q=0.8", b"zh-CN,zh;q=0.9", b"de-DE,de;q=0.9", b"fr-FR", b"ja-JP", b"pt-BR")
_LANGUAGE_SHARES = (0.38, 0.1, 0.2, 0.1, 0.07, 0.08, 0.07)


def browser(random: Random, *, referrer: bytes = b"", which: int | None = None, language: bytes = b"") -> Headers:
    """One person's browser."""
    names = BROWSERS[which] if which is not None else random.choices(BROWSERS, SHARES)[0]
    headers = dict.fromkeys(names, b"v")
    headers[b"host"] = b"assistant.example"
    headers[b"accept-language"] = language or random.choices(_LANGUAGES, _LANGUAGE_SHARES)[0]
    if referrer:
        headers[b"referer"] = referrer
    return headers


def tool(random: Random, which: int | None = None) -> Headers:
    """One program's client."""
    headers = dict.fromkeys(random.choice(TOOLS) if which is None else TOOLS[which % len(TOOLS)], b"v")
    headers[b"host"] = b"assistant.example"
    return headers


def address(random: Random) -> str:
    """Anywhere."""
    return f"{random.randrange(11, 223)}.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"
