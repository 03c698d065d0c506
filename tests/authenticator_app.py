"""An authenticator app, as its owner uses it with a running service. Knows no test."""

from __future__ import annotations

import httpx
from pyotp.totp import TOTP

from web_app import WebApp


def code_of(app: WebApp, secret: str, steps: int = 0) -> str:
    """What the app shows so many half minutes from now."""
    return TOTP(secret).at(int(app.house.clock()) + 30 * steps)


async def with_app(app: WebApp, browser: httpx.AsyncClient) -> tuple[str, list[str]]:
    """An authenticator app's secret and the recovery codes, of who is signed in there."""
    begun = await browser.post("/api/account/authenticator", json={})
    assert begun.status_code == 201, begun.text
    secret: str = begun.json()["secret"]
    confirmed = await browser.post("/api/account/authenticator/confirm", json={"code": code_of(app, secret)})
    assert confirmed.is_success, confirmed.text
    return secret, confirmed.json()["recovery_codes"]
