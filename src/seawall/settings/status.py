"""The settings of the status page: incidents that open by themselves, and who may be told. Acts on none of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from seawall.settings.section import Section


class StatusSettings(Section):
    name: str = Field(default="", max_length=80)
    """What the service is called on its status page and in what subscribers are sent. Empty: the host of `public_url`,
    or `Seawall`.
    """
    incidents: Literal["publish", "draft", "off"] = "publish"
    """What happens when a component is measured to fail, or the posture becomes siege: an incident is opened and shown
    (`publish`), opened for operators alone until one of them publishes it (`draft`), or nothing (`off`). Published, as
    at three in the morning nobody is there to do it, and it says no more than what is measured.
    """
    subscribers: Annotated[int, Field(ge=0, le=100_000)] = 5000
    """The most mail addresses, and the most webhooks, that are told of incidents; 0 for none, whoever asks. Telling
    5,000 webhooks takes a few minutes, and as many mails what your mail server allows.
    """
    webhooks: bool = True
    """Whether anybody may subscribe an address of theirs to be sent what is written to incidents. An address has to
    answer a challenge first, and none in a private network is ever asked.
    """
    private_webhooks: bool = False
    """Whether webhooks may lead into private networks and over plain `http`: for a service that nobody from outside can
    reach, or to try it out. Off, as strangers could otherwise have this machine knock at its neighbours.
    """
