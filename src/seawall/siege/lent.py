"""A service that runs already, with test accounts that its owner lends. Knows how to look at it; starts nothing."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from seawall.siege.cast import account_of, accounts_of
from seawall.siege.mixes import Mix
from seawall.siege.target import Target


class NotAllowed(Exception):
    """The service may not be attacked from here; the message says what would be right."""


def lent_target(
    url: str,
    *,
    i_own: str | None,
    keys: Sequence[str],
    attackers: Sequence[str],
    forwarded: bool,
    slots: int,
    mixes: Sequence[Mix],
) -> Target:
    """The running service as a target. Registered people have a key each; attackers' groups share theirs.

    Raises NotAllowed, or OSError where it does not answer.
    """
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = {"localhost": "127.0.0.1", None: ""}.get(parts.hostname, parts.hostname or "")
    if parts.scheme not in ("", "http") or not host or not parts.port:
        raise NotAllowed("Name the target as http://HOST:PORT; for https, besiege what stands behind it.")
    if not _is_loopback(host) and host != i_own:
        raise NotAllowed(f"{host} is not this machine. If it is yours to attack, say so: --i-own {host}.")
    if not keys:
        raise NotAllowed("Give API keys of registered test users with --key; each stands for one person.")
    named = {account_of("regular", number).email: key for number, key in enumerate(keys)}
    named[account_of("client", 0).email] = keys[0]
    for mix in mixes:
        hostile = [one for one in accounts_of(mix.accounts) if one.email not in named]
        if attackers:
            named |= {one.email: attackers[number % len(attackers)] for number, one in enumerate(hostile)}
    status_path = "/status" if _get(host, parts.port, "/status", "")[0] == 200 else "/readyz"
    return Target(
        name=host if host == i_own else "this service",
        host=host,
        port=parts.port,
        keys=named,
        model=_first_model(host, parts.port, keys[0]),
        forwarded=forwarded,
        slots=slots,
        status_path=status_path,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _first_model(host: str, port: int, key: str) -> str:
    status, body = _get(host, port, "/v1/models", key)
    if status != 200:
        raise NotAllowed(f"The target answers the first --key with {status}: give keys that it knows.")
    models: list[dict[str, Any]] = json.loads(body)["data"]
    if not models:
        raise NotAllowed("The target offers no model yet: wait until it is ready.")
    return str(models[0]["id"])


def _get(host: str, port: int, path: str, key: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {key}"} if key else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
