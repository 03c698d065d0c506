"""The settings of accounts: who may have one, how they are proven, the operator's terms. Acts on none of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from seawall.settings.section import Section

SignupMode = Literal["open", "approval", "invite", "domain", "closed"]


class AccountSettings(Section):
    signup: SignupMode = "open"
    """Who may register: everybody (`open`), everybody whom an operator then lets in (`approval`), holders of an invite
    (`invite`), owners of an address at one of `signup_domains` (`domain`), or nobody (`closed`). Open, as a first try
    on one's own machine should need no second command; choose before the world can reach it.
    """
    signup_domains: tuple[str, ...] = ()
    """Mail domains whose people may register with `signup = "domain"`, each as it stands after the @; the domains below
    one are not meant. Set `mail.host` too: without it nobody shows that an address is theirs.
    """
    verify_mail: Literal["auto", "never"] = "auto"
    """Whether who registers opens a link in a mail first. `auto`: where `mail.host` is set. `never` is for a closed
    network: anybody could register in somebody else's name, and the page then tells which addresses have an account.
    """
    terms_file: str = ""
    """A file with your terms, in plain text or simple Markdown. They are shown at `/terms`, and whoever registers has
    to accept them. Empty: there are none.
    """
    terms_version: str = Field(default="1", max_length=64)
    """The name of their version, such as a date. Whoever accepted another is asked at the next sign-in, so a corrected
    comma needs no new one.
    """
    sharing: bool = True
    """Whether people may show a conversation by a link. Nothing is shared until its owner makes one, and each can be
    taken back. False opens no link any more, those of before neither.
    """
    session_days: Annotated[float, Field(gt=0, le=365)] = 30.0
    """How long a session lasts without signing in again. A month, as people leave for a holiday and come back."""
    hashing_threads: Annotated[int, Field(ge=1, le=16)] = 2
    """Passwords hashed at once, at 30 ms of a core each; what comes on top waits, and past `hashing_waiting` is
    refused. Strangers have one fewer, so that guesses leave a core to those who chat.
    """
    hashing_waiting: Annotated[int, Field(ge=1, le=1000)] = 32
    """Passwords waiting to be hashed before further sign-ins are refused with 429; about half a second's worth."""
    verdict_s: Annotated[float, Field(gt=0, le=300)] = 5.0
    """How long a key's or session's verdict is trusted without asking the records again, while they answer. So long a
    disabled account may go on at most.
    """

    @model_validator(mode="after")
    def _names_its_domains(self) -> AccountSettings:
        if self.signup == "domain" and not self.signup_domains:
            raise ValueError('signup = "domain" needs signup_domains, such as ["example.org"]')
        return self
