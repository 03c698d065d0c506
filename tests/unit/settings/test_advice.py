"""An operator is told what settings come to together, before strangers find it out."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.settings.accounts import AccountSettings
from seawall.settings.advice import advice
from seawall.settings.alarm import AlarmSettings
from seawall.settings.entrance import MailSettings
from seawall.settings.tree import Settings

BY_DOMAIN = AccountSettings(signup="domain", signup_domains=("example.org",))
UNPROVEN = AccountSettings(signup="domain", signup_domains=("example.org",), verify_mail="never")
MAIL = MailSettings(host="mail.example.org")
PUBLIC = "https://chat.example.org"
HOOKED = AlarmSettings(mail=("ann@example.org",), webhooks=("https://hooks.example.org/a",))
SIGNED = AlarmSettings(webhooks=("https://hooks.example.org/a",), webhook_secret="whsec_" + "c2VjcmV0" * 4)


@pytest.mark.parametrize(
    ("settings", "about"),
    [
        ({}, []),
        ({"host": "0.0.0.0"}, ["a forgotten password"]),
        ({"public_url": PUBLIC}, ["a forgotten password"]),
        ({"public_url": PUBLIC, "mail": MAIL}, []),
        ({"public_url": PUBLIC, "accounts": AccountSettings(signup="invite")}, []),
        ({"accounts": BY_DOMAIN}, ["anybody can write down an address"]),
        ({"accounts": UNPROVEN, "mail": MAIL, "public_url": PUBLIC}, ["anybody can write down an address"]),
        ({"accounts": BY_DOMAIN, "mail": MAIL}, ["public_url is not"]),
        ({"alarm": HOOKED}, ["no alarm is mailed", "sent unsigned"]),
        ({"alarm": SIGNED}, []),
    ],
)
def test_what_goes_badly_together_is_told(settings: dict[str, Any], about: list[str]) -> None:
    told = advice(Settings(**settings))
    assert len(told) == len(about)
    assert all(words in sentence for words, sentence in zip(about, told, strict=True))


@pytest.mark.parametrize("secret", ["hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all, but long enough"])
def test_a_webhook_secret_that_could_sign_nothing_is_refused_at_the_start(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_"):
        AlarmSettings(webhook_secret=secret)
