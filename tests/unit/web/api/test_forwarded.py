"""A trusted front end names its users; nobody else does."""

from __future__ import annotations

import pytest

from seawall.values.identity import Identity, Role
from seawall.web.api.forwarded import forwarded_user

FRONT = Identity("webui", "", Role.MEMBER, 0.0, key_id="k", front_end=True)
PLAIN = Identity("ada", "", Role.MEMBER, 0.0, key_id="k")


@pytest.mark.parametrize(
    "header", [b"x-openwebui-user-id", b"x-librechat-user-id", b"x-user-id", b"x-openwebui-user-email"]
)
def test_each_front_ends_header_names_the_user(header: bytes):
    one, other = ({header: value} for value in (b"ada", b"bob"))
    assert forwarded_user(FRONT, one, "") == forwarded_user(FRONT, one, "somebody else")
    assert forwarded_user(FRONT, one, "") != forwarded_user(FRONT, other, "")


def test_the_bodys_user_serves_where_no_header_does():
    assert forwarded_user(FRONT, {}, "ada") == forwarded_user(FRONT, {b"x-user-id": b" "}, "ada")
    assert forwarded_user(FRONT, {}, "ada") == forwarded_user(FRONT, {b"x-user-id": b"ada"}, "")
    assert forwarded_user(FRONT, {}, "") is None


def test_a_key_without_the_mark_names_nobody():
    assert forwarded_user(PLAIN, {b"x-openwebui-user-id": b"ada"}, "ada") is None


def test_names_of_any_length_and_content_become_short():
    for value in (b"x" * 100_000, "naïve 漢字".encode(), b"\xff\x00"):
        assert len(forwarded_user(FRONT, {b"x-user-id": value}, "") or "") == 16
