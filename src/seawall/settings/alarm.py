"""The settings of what wakes an operator. Acts on none of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from seawall.settings.section import Section


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
    """Signs what webhooks are sent (standardwebhooks.com: `whsec_` and base64). Empty: signed all the same, with a
    secret that nobody knows; name one where the receiver is to check it.
    """
    private_webhooks: bool = False
    """Whether these webhooks may lead into private networks and over plain `http`, such as to a chat server beside this
    one. Off, so that a mistyped name does not have this machine knock at its neighbours.
    """
    language: Literal["en", "zh"] = "en"
    """The language of the sentences."""
