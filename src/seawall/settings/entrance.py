"""The entrance's settings: guests, challenge, sign-up gate, waiting room, mail. Acts on none of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from seawall.settings.section import Section

PerMinute = Annotated[float, Field(gt=0, le=100_000)]


class EntranceSettings(Section):
    guests: Literal["off", "on"] = "off"
    """Whether `/v1/chat/completions` answers strangers who bring no key, and the app has a page for them (`/guest`),
    which keeps what is said in their browser alone. Off: a team's engine is for the team. On, guests come last: freely
    on a quiet day, with a pass while the service is busy, from the waiting room in a siege.
    """
    challenge: Literal["auto", "always", "off"] = "auto"
    """When registering asks the browser to solve a puzzle: while the service is busy (`auto`), always, or never. On a
    quiet day it would only cost people time; `always` suits a service that is known to the whole world.
    """
    challenge_threads: Annotated[int, Field(ge=1, le=16)] = 1
    """Solved puzzles that are checked at once, at 5 to 50 ms of a core each. One, so that a flood of them takes at most
    one core from the answers.
    """
    challenge_waiting: Annotated[int, Field(ge=1, le=1000)] = 32
    """Solved puzzles waiting to be checked before further ones are asked to come again; about a second's worth."""
    ticket_s: Annotated[float, Field(ge=0, le=3600)] = 60.0
    """How long somebody waits who solves no puzzle, such as without JavaScript. Longer than any puzzle takes, so that
    waiting is never the cheaper way for a machine; half as long on a quiet day, twice as long in a siege.
    """
    signups: PerMinute = 120.0
    """Registrations a minute on a quiet day, and as many at once. Hashing a password takes 30 ms: 6 % of a core."""
    signups_elevated: PerMinute = 12.0
    """Registrations a minute while the service is busy, when all its engine is free; fewer as it is less free. New
    people bring new load: at twelve, an hour brings 720 of them.
    """
    signups_siege: PerMinute = 4.0
    """The same in a siege: enough to keep the line moving, too few to be worth a flood of accounts."""
    passes: PerMinute = 12.0
    """Passes for guests from the waiting room a minute, for each slot of the engine that is free: as many as it answers
    questions of 5 s. With twelve for the whole engine a famous service left ten of its 16 slots idle.
    """
    place_kept_s: Annotated[float, Field(ge=30, le=86400)] = 600.0
    """How long a turn that has come waits for its holder, before the next one has it: time to come back to the page."""
    line: Literal["auto", "in_order", "by_lot"] = "auto"
    """How the waiting line moves: in the order of coming, or by a lot that each network draws anew every hour. In order
    is fair to people; a lot is fair where machines take places by the thousand. `auto` draws lots while the
    service finds that it is attacked (`verdict`).
    """
    large_mail_providers: tuple[str, ...] = (
        "gmail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "proton.me", "gmx.de",
        "gmx.net", "web.de", "mail.ru", "yandex.ru", "qq.com", "163.com", "126.com", "foxmail.com", "sina.com",
        "naver.com",
    )  # fmt: skip
    """Mail domains whose addresses are not held for each other; of every other, registrations are bounded, because
    throw-away domains come in storms.
    """


class MailSettings(Section):
    """How the service sends mail; nothing is sent while no server is named."""

    host: str = ""
    """The server that takes the service's mail, such as `mail.example.org`. Empty: no mail is sent, and people away
    from home need an operator's word instead of a code.
    """
    port: Annotated[int, Field(ge=1, le=65535)] = 465
    """Its port: 465 with `tls`, 587 with `starttls`."""
    tls: Literal["tls", "starttls", "none"] = "tls"
    """How the connection is encrypted. `none` is for a server on this machine; RFC 8314 prefers `tls` to `starttls`."""
    ca_file: str = ""
    """A PEM file of certificates to trust instead of the system's, for a server with a certificate of your own."""
    user: str = ""
    """The name to sign in with; empty: without signing in."""
    password: str = Field(default="", repr=False)
    """Its password. A secret: prefer the environment to the file."""
    sender: str = ""
    """The address that mail is from, such as `Seawall <seawall@example.org>`. Empty: `mail.user` where that is an
    address, else `seawall@` the server's name.
    """
