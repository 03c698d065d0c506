"""The adapter on real sockets: it is led nowhere, waits for nobody, and takes in no more than it needs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from hooked import receiver
from seawall.webhooks.delivering import Delivered, deliver
from seawall.webhooks.guarded import GuardedWebhooks
from seawall.webhooks.port import WebhookError, WebhookRefused
from seawall.webhooks.signature import secret_of

SECRET = secret_of(bytes(24))


@pytest.fixture
async def open_handed() -> AsyncIterator[GuardedWebhooks]:
    """As on a private network, where the receivers of these tests are."""
    webhooks = GuardedWebhooks(private=True, patience_s=0.5)
    yield webhooks
    await webhooks.close()


@pytest.fixture
async def guarded() -> AsyncIterator[GuardedWebhooks]:
    webhooks = GuardedWebhooks(patience_s=0.5)
    yield webhooks
    await webhooks.close()


class Pauses:
    """Sleeps that take no time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


async def delivered(webhooks: GuardedWebhooks, url: str, pauses: Pauses) -> Delivered:
    return await deliver(webhooks, url, SECRET, "message-1", b"{}", unix_time=lambda: 1e9, sleep=pauses)


async def test_a_message_arrives_signed(open_handed: GuardedWebhooks):
    async with receiver() as there:
        assert await delivered(open_handed, there.url, Pauses()) is Delivered.TAKEN
        (message,) = there.took
        assert message.body == b"{}"
        assert message.headers["webhook-id"] == "message-1"
        assert message.headers["webhook-signature"].startswith("v1,")
        assert message.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1:8443/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
    ],
)
async def test_private_addresses_are_never_asked(guarded: GuardedWebhooks, url: str):
    with pytest.raises(WebhookRefused):
        await guarded.post(url, b"{}", {})


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https://ada:secret@example.org/", "nothing",
     "https://example.org:99999/", "https://example.org/" + "x" * 500],
)  # fmt: skip
async def test_what_is_no_address_for_this_is_refused(guarded: GuardedWebhooks, url: str):
    with pytest.raises(WebhookRefused):
        await guarded.post(url, b"{}", {})


async def test_a_name_with_one_private_address_among_public_ones_is_not_asked(
    guarded: GuardedWebhooks, monkeypatch: pytest.MonkeyPatch
):
    def two(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(WebhookRefused, match="private network"):
        await guarded.post("https://two-faced.example.org/", b"{}", {})


async def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_asked(monkeypatch: pytest.MonkeyPatch):
    """A name that answers differently the second time is not asked a second time."""
    looked_up: list[str] = []

    async with receiver() as there:
        port = int(there.url.rpartition(":")[2])

        def rebinding(host: str, _: int, **more: Any) -> list[Any]:
            looked_up.append(host)
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(looked_up) == 1 else "127.0.0.2", port))]

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        webhooks = GuardedWebhooks(private=True, patience_s=2)
        reply = await webhooks.post(f"http://rebinding.example.org:{port}/", b"{}", {})
        await webhooks.close()
        assert reply.status == 200
    assert looked_up == ["rebinding.example.org"]


async def test_a_receiver_that_hangs_is_given_up(open_handed: GuardedWebhooks):
    async with receiver("hangs") as there:
        with pytest.raises(WebhookError, match="in time"):
            await open_handed.post(there.url, b"{}", {})


async def test_receivers_that_hang_make_no_other_late(open_handed: GuardedWebhooks):
    async with receiver("hangs") as stuck, receiver() as well:
        posts = [open_handed.post(stuck.url, b"{}", {}) for _ in range(40)]
        results = await asyncio.gather(*posts, open_handed.post(well.url, b"{}", {}), return_exceptions=True)
        assert all(isinstance(one, WebhookError) for one in results[:-1])
        assert not isinstance(results[-1], BaseException)


async def test_no_redirect_is_followed(open_handed: GuardedWebhooks):
    async with receiver("leads_on") as there:
        assert (await open_handed.post(there.url, b"{}", {})).status == 302
        assert there.asked == 1


async def test_a_flood_of_an_answer_is_not_taken_in(open_handed: GuardedWebhooks):
    async with receiver("floods") as there:
        reply = await open_handed.post(there.url, b"{}", {})
        assert len(reply.body) <= 4096


@pytest.mark.parametrize(
    ("manner", "tries", "result"),
    [
        ("breaks", 3, Delivered.FAILED),
        ("drops", 3, Delivered.FAILED),
        ("is_busy", 3, Delivered.FAILED),
        ("refuses", 1, Delivered.FAILED),
        ("leads_on", 1, Delivered.FAILED),
        ("is_gone", 1, Delivered.GONE),
    ],
)
async def test_what_may_pass_is_tried_again_and_nothing_else(
    open_handed: GuardedWebhooks, manner: Any, tries: int, result: Delivered
):
    async with receiver(manner) as there:
        pauses = Pauses()
        assert await delivered(open_handed, there.url, pauses) is result
        assert there.asked == tries
        assert len(pauses.slept) == tries - 1


async def test_a_private_address_is_not_tried_again(guarded: GuardedWebhooks):
    pauses = Pauses()
    assert await delivered(guarded, "https://127.0.0.1/", pauses) is Delivered.FAILED
    assert pauses.slept == []
