"""Posts to addresses of strangers' choosing without being led anywhere else. Knows aiohttp and names; knows no message.

Whoever may name an address could have this machine knock at its neighbours. So a name is resolved here, every address
it has must be everybody's, and the connection is made to the one that was checked: a name that answers differently the
second time (DNS rebinding) is never asked a second time.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from seawall.webhooks.addresses import is_public
from seawall.webhooks.port import Reply, WebhookError, WebhookRefused

# Receivers are to take a message and work on it later, as GitHub (10 s) and Slack (3 s) ask of theirs.
PATIENCE_S = 5.0
LONGEST_URL = 500
_ANSWER_BYTES = 4096
# At once. What waits for its place is not timed yet, or receivers that hang would make others late.
_AT_ONCE = 32
# Names that hang in the resolver hold no thread that others need.
_RESOLVING = 4

# Each has its Chinese in web/status/chinese.py.
_PRIVATE = "This address leads into a private network, which is never asked."
_NO_ADDRESS = "Give an address that begins with https:// and holds no name or password."
_SILENT = "Nobody answered there in time."
_NO_NAME = "The name in this address cannot be found."
_BAD_CERTIFICATE = "The certificate at this address is not valid."
_UNREACHABLE = "The address could not be reached."


class _CheckedResolver(AbstractResolver):
    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._threads = ThreadPoolExecutor(_RESOLVING, thread_name_prefix="webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _looked_up, host, port)
        if not self._private and not all(is_public(address) for _, address in found):
            raise WebhookRefused(_PRIVATE)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _looked_up(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, str(address[0])) for family, _, _, _, address in infos]


class GuardedWebhooks:
    """The port's adapter. ``private`` lets addresses of private networks and plain http through."""

    def __init__(self, *, private: bool = False, patience_s: float = PATIENCE_S) -> None:
        self._private = private
        self._patience_s = patience_s
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None
        self._resolver: _CheckedResolver | None = None

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        self._check(url)
        try:
            async with (
                self._places,
                asyncio.timeout(self._patience_s),
                self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                return Reply(answer.status, await answer.content.read(_ANSWER_BYTES))
        except WebhookError:
            raise
        except TimeoutError:
            raise WebhookError(_SILENT) from None
        except aiohttp.InvalidURL:
            raise WebhookRefused(_NO_ADDRESS) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error.__cause__, WebhookRefused):
                raise error.__cause__ from None
            raise WebhookError(_why(error)) from error

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        if self._resolver is not None:
            await self._resolver.close()

    def _check(self, url: str) -> None:
        """What needs no look-up; the resolver is not asked where the host is an address already."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise WebhookRefused(_NO_ADDRESS) from None
        schemes = ("https", "http") if self._private else ("https",)
        if parts.scheme not in schemes or not host or "@" in parts.netloc or len(url) > LONGEST_URL:
            raise WebhookRefused(_NO_ADDRESS)
        if not self._private and _is_an_address(host) and not is_public(host):
            raise WebhookRefused(_PRIVATE)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._resolver = _CheckedResolver(private=self._private)
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=self._resolver, use_dns_cache=False, limit=_AT_ONCE, force_close=True
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,  # A few bytes must not become many.
                headers={"user-agent": "Seawall-Webhook", "accept": "*/*"},
            )
        return self._session


def _why(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return _NO_NAME
    return _BAD_CERTIFICATE if isinstance(error, aiohttp.ClientSSLError) else _UNREACHABLE


def _is_an_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
