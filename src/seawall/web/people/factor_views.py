"""What is told of second factors and passkeys. Knows the JSON's shape alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from seawall.accounts.factors.authenticator import NewAuthenticator
from seawall.accounts.factors.own_factors import AddedPasskey
from seawall.records.factor_entries import KeptFactors, PasskeyRow


class PasskeyView(BaseModel):
    """``transports`` are the browsers' words for how it is reached, such as `internal` or `usb`."""

    id: str
    name: str
    transports: list[str]
    created_at: float
    last_used_at: float | None

    @staticmethod
    def of(row: PasskeyRow) -> PasskeyView:
        return PasskeyView(
            id=row.id,
            name=row.name,
            transports=row.transports.split(),
            created_at=row.created_s,
            last_used_at=row.last_used_s,
        )


class FactorsView(BaseModel):
    """``authenticator_since`` is null where there is no app; ``recovery_codes`` is how many are left."""

    authenticator_since: float | None
    passkeys: list[PasskeyView]
    recovery_codes: int

    @staticmethod
    def of(kept: KeptFactors) -> FactorsView:
        return FactorsView(
            authenticator_since=kept.confirmed.confirmed_s if kept.confirmed else None,
            passkeys=[PasskeyView.of(row) for row in kept.passkeys],
            recovery_codes=kept.codes_left,
        )


class AuthenticatorView(BaseModel):
    """``svg`` is a picture to scan, drawn dark on white; ``secret`` is the same to be typed."""

    secret: str
    uri: str
    svg: str

    @staticmethod
    def of(new: NewAuthenticator) -> AuthenticatorView:
        return AuthenticatorView(secret=new.secret, uri=new.uri, svg=new.svg)


class CodesView(BaseModel):
    recovery_codes: list[str] = Field(description="Shown this once; empty where the account has some already.")


class AddedPasskeyView(CodesView):
    passkey: PasskeyView

    @staticmethod
    def of(added: AddedPasskey) -> AddedPasskeyView:
        return AddedPasskeyView(recovery_codes=list(added.codes), passkey=PasskeyView.of(added.row))


class OptionsView(BaseModel):
    options: dict[str, Any] = Field(
        description="For `PublicKeyCredential.parseCreationOptionsFromJSON()` or `parseRequestOptionsFromJSON()`."
    )
