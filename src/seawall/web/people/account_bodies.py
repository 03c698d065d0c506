"""What may be sent about accounts. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from seawall.accounts.joining.invites import DAYS
from seawall.values.identity import Role
from seawall.web.bodies import Address, Body, CleanText, Credentials, Password, Proof, Token

# Of invites and mailed links: longer than ours, so that the sentence about one that is not whole can be told.
LinkSecret = Annotated[CleanText, Field(max_length=256)]
# Whatever the app speaks by then: the service keeps it and speaks none itself.
Language = Annotated[str, Field(max_length=16, pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$")]


class SignUp(Credentials):
    """``proof`` is a solved puzzle, ``place`` one whose turn has come; a quiet service asks for neither."""

    proof: Proof = ""
    place: Token = ""
    invite: LinkSecret = ""
    accept_terms: bool = False
    language: Language = ""


class Confirmation(Body):
    """``token`` is what the mailed link ends in; ``password`` the one with which one registered."""

    token: LinkSecret
    password: Password


class Forgot(Body):
    email: Address


class Reset(Body):
    token: LinkSecret
    password: Password


class Preferences(Body):
    """What is left out stays. ``language`` and ``theme`` may be empty: as the browser says."""

    language: Language | None = None
    theme: Literal["", "light", "dark"] | None = None


class TermsAccepted(Body):
    version: Annotated[CleanText, Field(min_length=1, max_length=64)]


class Leaving(Body):
    """``password`` stays empty for an account that has none."""

    password: Password = ""


class InviteWanted(Body):
    """An empty ``email`` is whoever holds the link; with ``send`` the link is mailed to that address."""

    email: Annotated[CleanText, Field(max_length=320)] = ""
    role: Annotated[Role, Field(strict=False)] = Role.MEMBER
    uses: int = 1
    days: Annotated[float, Field(allow_inf_nan=False)] = DAYS
    send: bool = False
