"""Which passwords are too easily guessed, and which are not."""

from __future__ import annotations

import pytest

from seawall.accounts.homes.agents import browser_of
from seawall.accounts.passwords.common_passwords import common_passwords, is_common
from seawall.accounts.passwords.passwords import SHORTEST, Passwords
from seawall.values.refusal import Refusal


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(threads=1, waiting=1, service=("seawall", "chat"))


def test_the_list_is_as_long_as_it_must_be_and_of_passwords_that_could_be_chosen() -> None:
    listed = common_passwords()
    assert len(listed) >= 3000
    assert all(len(one) >= SHORTEST and one == one.casefold() for one in listed)


@pytest.mark.parametrize("password", ["password", "PassWord1", "12345678", "iloveyou", "ｐａｓｓｗｏｒｄ"])
def test_what_is_guessed_first_is_refused_however_it_is_written(passwords: Passwords, password: str) -> None:
    refusal = passwords.weakness_of(password, "ada@example.org")
    assert is_common(password)
    assert isinstance(refusal, Refusal)
    assert refusal.param == "password"


@pytest.mark.parametrize(
    "password",
    ["ada.lovelace@example.org", "Ada.Lovelace", "ada.lovelace1815!", "Seawall2026", "chat1234"],
)
def test_ones_own_address_and_the_services_name_are_refused(passwords: Passwords, password: str) -> None:
    assert isinstance(passwords.weakness_of(password, "Ada.Lovelace@example.org"), Refusal)


@pytest.mark.parametrize(
    "password",
    ["correct horse", "密码密码密码密码", "x" * 128, "seawall of granite", "a good password"],
)
def test_no_rule_of_composition_refuses_the_rest(passwords: Passwords, password: str) -> None:
    assert passwords.weakness_of(password, "ada@example.org") is None


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("python-httpx/0.28", ("python-httpx", "")),
        ("<script>alert(1)</script>", ("", "")),
        ("Mozilla/5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_user_agent_is_told_in_words(agent: str, words: tuple[str, str]) -> None:
    assert browser_of(agent) == words
