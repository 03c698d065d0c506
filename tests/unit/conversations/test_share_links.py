"""A link's secret follows from its id and the service's own, and cannot be made without it."""

from __future__ import annotations

import pytest

from seawall.conversations.share_links import ShareLinks

LINKS = ShareLinks(b"the service's secret")


def test_a_token_tells_its_id_again_and_again():
    share_id = LINKS.new_id()

    assert LINKS.id_of(LINKS.token(share_id)) == share_id
    assert LINKS.token(share_id) == LINKS.token(share_id)
    assert LINKS.new_id() != share_id


def test_another_services_token_opens_nothing():
    assert LINKS.id_of(ShareLinks(b"another secret").token(LINKS.new_id())) is None


@pytest.mark.parametrize("place", [0, 10, 21, 22, 30, 42])
def test_a_token_with_one_character_changed_opens_nothing(place: int):
    token = LINKS.token("00" * 16)
    other = "B" if token[place] == "A" else "A"

    assert LINKS.id_of(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize("token", ["", "x", "é", "%00", "=" * 43, "A" * 42, "A" * 44, "A" * 10_000, "../../etc/passwd"])
def test_what_is_no_token_opens_nothing(token: str):
    assert LINKS.id_of(token) is None
