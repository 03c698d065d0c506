"""The settings of signing in through providers of identities (OpenID Connect). Acts on none of them."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from seawall.settings.section import Section


class ProviderSettings(Section):
    """One provider, such as Keycloak, Authentik or a company's own."""

    name: str
    """What it is called in addresses: people come back to `/api/auth/oidc/NAME/callback`, which the provider wants to
    be told. Small letters, digits and hyphens.
    """
    title: Annotated[str, Field(max_length=60)] = ""
    """What the button says; empty: the name."""
    issuer: str
    """Its address, as it calls itself, such as `https://id.example.org/realms/staff`. Everything else is read from its
    `/.well-known/openid-configuration`. With https, unless it is on this machine.
    """
    client_id: Annotated[str, Field(min_length=1)]
    """What it calls this service."""
    client_secret: str = Field(default="", repr=False)
    """The secret that it gave out with it; empty for a client without one, which PKCE protects. A secret."""
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    """What is asked for. An account needs a mail address, and some providers tell groups only for a scope of theirs."""
    groups_claim: str = ""
    """The claim in which it tells somebody's groups, such as `groups`. Empty: it decides no role."""
    group_roles: dict[str, Literal["operator", "member"]] = Field(default={})
    """The role of each group here, such as `{ admins = "operator" }`, set anew at each sign-in; who is in none is a
    member. Nobody is made the owner by it, nor is the owner's role ever changed.
    """
    allow_signup: bool = False
    """Whether who signs in there without an account here gets one. Off, as at a public provider that is everybody.
    With `accounts.signup = "approval"` an operator lets them in.
    """
    link_by_verified_mail: bool = False
    """Whether who signs in there is who has the same mail address here, where both sides had the address shown to them.
    Off: the provider could then open every account here; people connect theirs in the settings.
    """

    @field_validator("name")
    @classmethod
    def _fits_an_address(cls, name: str) -> str:
        if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", name) is None:
            raise ValueError("it may hold small letters, digits and hyphens only, at most 32")
        return name

    @field_validator("issuer")
    @classmethod
    def _is_an_address(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not local):
            raise ValueError("it must be an https address")
        return issuer

    @model_validator(mode="after")
    def _asks_for_what_it_needs(self) -> ProviderSettings:
        if "openid" not in self.scopes:
            raise ValueError('scopes must hold "openid"')
        if self.group_roles and not self.groups_claim:
            raise ValueError("group_roles needs groups_claim")
        return self


class OidcSettings(Section):
    """People may sign in with an account that they have elsewhere."""

    providers: tuple[ProviderSettings, ...] = ()
    """The providers of identities, each a table `[[oidc.providers]]`."""

    @field_validator("providers")
    @classmethod
    def _have_names_of_their_own(cls, providers: tuple[ProviderSettings, ...]) -> tuple[ProviderSettings, ...]:
        if len({provider.name for provider in providers}) < len(providers):
            raise ValueError("two providers have one name")
        return providers
