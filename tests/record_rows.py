"""Rows and changes that tests write, one short call each. Knows their shape; knows no test."""

from __future__ import annotations

from seawall.records.attachment_entries import AttachmentRow
from seawall.records.conversation_entries import BeginTurn, ConversationRow, FinishAnswer, MessageRow, MessageStatus
from seawall.records.entries import AccountRow, AddAccount, KeyRow, SessionRow, UsageCount
from seawall.values.identity import Role
from seawall.values.piece import Usage

NOW_S = 1_790_000_000.123456


def an_account(name: str = "ada", role: Role = Role.MEMBER) -> AccountRow:
    return AccountRow(
        id=f"account-{name}",
        email=f"{name.capitalize()}@Example.org",
        role=role,
        password_hash="$argon2id$...",
        created_s=NOW_S,
    )


def add_account(name: str = "ada", role: Role = Role.MEMBER, *, first_owner: bool = False) -> AddAccount:
    return AddAccount(an_account(name, role), first_owner)


def a_session(name: str, account: str = "ada", expires_s: float = NOW_S + 60) -> SessionRow:
    return SessionRow(f"session-{name}", f"account-{account}", NOW_S, expires_s, "a browser")


def a_key(name: str, account: str = "ada", created_s: float = NOW_S) -> KeyRow:
    return KeyRow(f"key-{name}", f"account-{account}", name, f"hash-{name}", "sw-12", created_s)


def a_conversation(name: str = "tides", account: str = "ada", updated_s: float = NOW_S) -> ConversationRow:
    return ConversationRow(f"conversation-{name}", f"account-{account}", f"On {name}", "smollm2-135m", NOW_S, updated_s)


def a_turn(
    number: int = 0,
    conversation: str = "tides",
    account: str = "ada",
    *,
    is_new: bool | None = None,
    text: str = "When is high tide?",
    at_s: float = NOW_S,
    parent_id: str | None = None,
) -> BeginTurn:
    """The turn of that number; the first makes the conversation unless it is said not to."""
    there = a_conversation(conversation, account, at_s)
    name = f"{account}-{conversation}-{number}"
    return BeginTurn(
        conversation=there,
        is_new=number == 0 if is_new is None else is_new,
        message=MessageRow(f"message-{name}", there.id, -1, "user", text, at_s, parent_id=parent_id),
        answer=MessageRow(
            f"answer-{name}",
            there.id,
            -1,
            "assistant",
            "",
            at_s,
            MessageStatus.STREAMING,
            model="smollm2-135m",
            parent_id=f"message-{name}",
        ),
    )


def the_end_of(turn: BeginTurn, text: str = "At noon.", at_s: float = NOW_S + 5) -> FinishAnswer:
    return FinishAnswer(turn.answer.id, text, "It is spring.", MessageStatus.COMPLETE, Usage(12, 34, 5, 6), at_s)


def a_count(day: str = "2026-11-22", key_id: str = "", requests: int = 1, account: str = "ada") -> UsageCount:
    return UsageCount(f"account-{account}", key_id, "smollm2-135m", day, requests, 10, 4, 20)


def a_file(
    name: str = "tides.txt", account: str = "ada", data: bytes = b"High at noon.", *, at_s: float = NOW_S
) -> AttachmentRow:
    text = data.decode("latin-1").replace("\0", "")
    return AttachmentRow(
        f"file-{account}-{name}", f"account-{account}", name, "text", "text/plain", len(data), text, data, at_s
    )
