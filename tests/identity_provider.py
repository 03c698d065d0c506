"""A real provider of identities on this machine, and a browser that signs in there. Knows no test."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx


@dataclass(frozen=True)
class Provider:
    """``issuer`` is its address."""

    issuer: str

    def knows(self, subject: str, **claims: Any) -> None:
        """What it says of somebody from now on."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims, trust_env=False).raise_for_status()

    async def sign_in(self, url: str, subject: str, *, agree: bool = True) -> str:
        """Where the provider sends the browser back to, once that person has signed in at ``url``."""
        form = {"sub": subject} if agree else {"action": "deny"}
        async with httpx.AsyncClient(trust_env=False) as browser:
            answer = await browser.post(url, data=form)
        assert answer.status_code in (302, 303), answer.text
        return answer.headers["location"]


@contextmanager
def running_provider(*, tokens_live: timedelta = timedelta(hours=1), needs_nonce: bool = True) -> Generator[Provider]:
    """On a port of its own, until the end."""
    with warnings.catch_warnings():
        # It is built on a part of Authlib that is going to move.
        warnings.simplefilter("ignore")
        from oidc_provider_mock import run_server_in_thread  # pyright: ignore[reportMissingTypeStubs]

        with run_server_in_thread(require_nonce=needs_nonce, access_token_max_age=tokens_live) as server:
            yield Provider(f"http://localhost:{server.server_port}")
