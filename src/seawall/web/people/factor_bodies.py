"""What may be sent about second factors and passkeys. Knows fields and bounds; decides nothing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from seawall.accounts.factors.factors import Shown
from seawall.accounts.factors.passkeys import ShownPasskey
from seawall.accounts.factors.sites import Site
from seawall.accounts.ownership import Proof
from seawall.web.bodies import Body, CleanText, Password, StepUpBegin, Token

# A credential's id has 1,023 bytes at most (WebAuthn, 5.1).
PasskeyId = Annotated[str, Path(max_length=1400, pattern=r"^[A-Za-z0-9_-]+$")]
Encoded = Annotated[str, Field(max_length=8192, pattern=r"^[A-Za-z0-9_=-]*$")]
Code = Annotated[CleanText, Field(max_length=64)]
Name = Annotated[CleanText, Field(max_length=200)]


class BrowsersAnswer(BaseModel):
    """As ``PublicKeyCredential.toJSON()`` gives it. Browsers add fields now and then."""

    model_config = ConfigDict(extra="ignore")

    clientDataJSON: Encoded  # noqa: N815 - the browsers' names.
    attestationObject: Annotated[str, Field(max_length=65_536)] | None = None  # noqa: N815
    authenticatorData: Encoded | None = None  # noqa: N815
    signature: Encoded | None = None
    userHandle: Encoded | None = None  # noqa: N815
    transports: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=16)] | None = None


class Credential(BaseModel):
    """A passkey's answer, as the browser gives it."""

    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, Field(max_length=1400, pattern=r"^[A-Za-z0-9_-]+$")]
    rawId: Encoded  # noqa: N815
    type: Literal["public-key"]
    response: BrowsersAnswer

    def at(self, site: Site) -> ShownPasskey:
        """As the passkeys take it."""
        shown: dict[str, Any] = self.model_dump(exclude_none=True)
        return ShownPasskey(shown, site)


class FactorShown(Body):
    """``code`` for `totp` and `recovery`, ``credential`` for `passkey`."""

    way: Literal["totp", "recovery", "passkey"]
    code: Code = ""
    credential: Credential | None = None

    @property
    def passkey(self) -> Credential | None:
        """What needs to know the site."""
        return self.credential if self.way == "passkey" else None

    def shown(self, site: Site | None) -> Shown:
        """As the services take it."""
        return Shown(self.way, self.code, self.passkey.at(site) if self.passkey and site else None)


class SecondFactor(FactorShown):
    """``ticket`` is what the sign-in with the password gave."""

    ticket: Token


class HeldTicket(Body):
    ticket: Token


class PasskeyShown(Body):
    credential: Credential


class Owner(Body):
    """That it is you: the password or a second factor. Empty, where a fresh sign-in is to be enough."""

    password: Password = ""
    factor: FactorShown | None = None

    @property
    def passkey(self) -> Credential | None:
        """What needs to know the site."""
        return self.factor.passkey if self.factor else None

    def proof(self, site: Site | None) -> Proof:
        """As the services take it."""
        return Proof(self.password, self.factor.shown(site) if self.factor else None)


class FirstCode(Body):
    code: Code


class NewPasskey(PasskeyShown):
    name: Name = ""


class PasskeyName(Body):
    name: Name


class StepUpShown(StepUpBegin):
    """``code`` for `mail` and `totp`, ``credential`` for `passkey`."""

    code: Code = ""
    credential: Credential | None = None
