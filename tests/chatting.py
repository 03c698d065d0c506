"""People in the chat app, as tests play them. Knows the chat's events; knows no browser."""

from __future__ import annotations

import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import httpx

from running_service import events


@contextmanager
def saying(
    client: httpx.Client, text: str, conversation_id: str | None = None, message_id: str | None = None
) -> Generator[httpx.Response]:
    """Sends a message; leaving the block leaves the answer."""
    body = {"conversation_id": conversation_id, "message_id": message_id or uuid.uuid4().hex, "text": text}
    with client.stream("POST", "/api/chat", json=body) as response:
        yield response


def talk(client: httpx.Client, text: str, conversation_id: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Says something and hears all of the answer."""
    with saying(client, text, conversation_id) as response:
        assert response.status_code == 200, response.read()
        return list(events(response))


def heard(answer: list[tuple[str, dict[str, Any]]]) -> str:
    """The text of an answer's pieces."""
    return "".join(data.get("text", "") for name, data in answer if name == "piece")


def messages_of(client: httpx.Client, conversation_id: str) -> list[dict[str, Any]]:
    """What is kept of a conversation."""
    answer = client.get(f"/api/conversations/{conversation_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()["messages"]


def every_conversation(client: httpx.Client) -> list[str]:
    """The ids of all that the account has, page by page."""
    ids: list[str] = []
    cursor: str | None = None
    while True:
        page = client.get("/api/conversations", params={"limit": 200, **({"before": cursor} if cursor else {})}).json()
        ids.extend(row["id"] for row in page["conversations"])
        cursor = page["next"]
        if cursor is None:
            return ids
