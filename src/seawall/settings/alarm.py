"""The settings of what wakes an operator. Acts on none of them."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Literal

from pydantic import Field, field_validator

from seawall.settings.section import Section

# Standard Webhooks asks for 24; of fewer than these a key can be guessed.
_LEAST_KEY_BYTES = 16


class AlarmSettings(Section):
    """Whom to tell when the posture changes, the promise burns, an engine or the database is lost, or the disk fills.

    Each begins once its cause has lasted (siege at once, others for twenty seconds to a minute) and is told to be over
    after three quiet minutes; at most twenty an hour are sent. Without receivers they are in the log alone.
    """

    mail: tuple[str, ...] = ()
    """Mail addresses, where mail is set up."""
    webhooks: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    """Addresses that a JSON message is posted to, with a `text` that Slack and its like show as it is."""
    webhook_secret: str = Field(default="", repr=False)
    """Signs what webhooks are sent, so that a receiver can tell it from a stranger's (standardwebhooks.com: `whsec_`
    and base64; `echo "whsec_$(openssl rand -base64 32)"` makes one). Empty: nothing is signed, as Slack and its like
    check nothing; their address is the secret.
    """
    private_webhooks: bool = False
    """Whether these webhooks may lead into private networks and over plain `http`, such as to a chat server beside this
    one. Off, so that a mistyped name does not have this machine knock at its neighbours.
    """
    language: Literal["en", "zh"] = "en"
    """The language of the sentences."""

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: str) -> str:
        try:
            key = b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            key = b""
        if secret and (not secret.startswith("whsec_") or len(key) < _LEAST_KEY_BYTES):
            raise ValueError("it must be 'whsec_' and the base64 of 16 bytes or more")
        return secret
