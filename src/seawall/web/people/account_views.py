"""What is told of accounts: who one is, one's sessions, invites, who may come in. Knows the JSON's shape alone."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from seawall.accounts.joining.invites import NewInvite
from seawall.accounts.own_account import Profile
from seawall.accounts.sessions import ListedSession
from seawall.records.entrance_entries import InviteRow
from seawall.records.entries import AccountRow
from seawall.values.identity import Identity


class Me(BaseModel):
    """``email`` is empty while the records are down and the session is known by its signature alone."""

    id: str
    email: str
    role: str
    created_at: int

    @staticmethod
    def of(who: Identity) -> Me:
        return Me(id=who.account_id, email=who.email, role=who.role.value, created_at=int(who.since_unix_s))


class ProfileView(BaseModel):
    """What the account's own pages show. ``terms_due`` is whether to ask for consent to the terms of today."""

    language: str
    theme: str
    has_password: bool
    terms_due: bool
    verified_at: float | None

    @staticmethod
    def shown(profile: Profile) -> ProfileView:
        return ProfileView(
            language=profile.language,
            theme=profile.theme,
            has_password=profile.has_password,
            terms_due=profile.terms_due,
            verified_at=profile.verified_s,
        )


class MyProfile(Me, ProfileView):
    """Who is signed in, and what this account's own pages show. While the records are down nobody is asked for
    anything.
    """

    @staticmethod
    def known(who: Identity, profile: Profile) -> MyProfile:
        return MyProfile(**Me.of(who).model_dump(), **ProfileView.shown(profile).model_dump())


class SignedIn(BaseModel):
    me: Me
    csrf_token: str


class SecondStep(BaseModel):
    """The password was right. ``second_factor`` names the ways to go on, with the ticket, within five minutes."""

    second_factor: list[str]
    ticket: str


class AwaitedView(BaseModel):
    """Registered, and not signed in: ``state`` is what is waited for."""

    state: Literal["mail", "approval"]
    message: str


class ProviderView(BaseModel):
    """Where people can sign in elsewhere: at `/api/auth/oidc/NAME/begin`."""

    name: str
    title: str


class TermsView(BaseModel):
    version: str
    url: str


class SessionView(BaseModel):
    """``browser`` and ``system`` are words such as `Firefox` and `Windows`, empty where they are not known."""

    id: str
    browser: str
    system: str
    created_at: float
    last_used_at: float = Field(description="exact to five minutes")
    this: bool

    @staticmethod
    def of(session: ListedSession) -> SessionView:
        return SessionView(
            id=session.id,
            browser=session.browser,
            system=session.system,
            created_at=session.created_s,
            last_used_at=session.last_used_s,
            this=session.is_this,
        )


class SessionList(BaseModel):
    sessions: list[SessionView]


class AccountView(BaseModel):
    id: str
    email: str
    role: str
    disabled: bool
    vouched: bool
    pending: bool
    verified_at: float | None
    created_at: float

    @staticmethod
    def of(row: AccountRow) -> AccountView:
        return AccountView(
            id=row.id,
            email=row.email,
            role=row.role.value,
            disabled=row.disabled,
            vouched=row.vouched,
            pending=row.pending,
            verified_at=row.verified_s,
            created_at=row.created_s,
        )


class AccountList(BaseModel):
    accounts: list[AccountView]


class InviteView(BaseModel):
    """``email`` is the one address that may use it, empty for whoever holds the link."""

    id: str
    email: str
    role: str
    made_by: str
    created_at: float
    expires_at: float
    uses_left: int

    @staticmethod
    def of(row: InviteRow) -> InviteView:
        return InviteView(
            id=row.id,
            email=row.email_folded,
            role=row.role.value,
            made_by=row.made_by,
            created_at=row.created_s,
            expires_at=row.expires_s,
            uses_left=row.uses_left,
        )


class InviteList(BaseModel):
    invites: list[InviteView]


class NewInviteView(InviteView):
    url: str = Field(description="The link itself. It is shown this once and kept nowhere.")
    sent: bool = Field(description="Whether the mail server took the mail with it, where it was to be sent.")

    @staticmethod
    def made(new: NewInvite, home: str) -> NewInviteView:
        return NewInviteView(url=new.link(home), sent=new.sent, **InviteView.of(new.row).model_dump())
