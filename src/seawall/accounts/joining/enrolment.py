"""From a filled-in form to an account: at once, by a link in a mail, or by an operator's word. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from seawall.accounts.accounts import Accounts
from seawall.accounts.addresses import mail_address
from seawall.accounts.joining.bell import Bell
from seawall.accounts.joining.invites import Invites
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms
from seawall.accounts.letters.letter_words import confirm_address, known_already
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.passwords.passwords import Checked, Lane, Passwords
from seawall.accounts.passwords.throttle import Throttle
from seawall.accounts.refusals import DEAD_REGISTRATION, wrong
from seawall.accounts.sessions import Session, Sessions
from seawall.records.entrance_entries import AddRegistration, InviteRow, RegistrationByHash, RegistrationRow
from seawall.records.entries import AccountRow, AddAccount
from seawall.records.port import Records
from seawall.values.identity import Role
from seawall.values.refusal import Refusal

# A night and a day: who registers on a Friday evening opens the mail on Saturday.
CONFIRM_HOURS = 24

_NOT_THIS_PASSWORD = wrong(
    "This is not the password with which you registered. Type that one, or register again with another.", "password"
)
_LOOK_INTO_MAILBOX = (
    "Look into your mailbox: a link that was sent to this address leads on. If nothing comes within some minutes, look "
    "among the spam, see that the address is right, and register again."
)
_AWAITS_APPROVAL = "Your account is made, and waits for an operator of this service, who lets you in. Come back later."


@dataclass(frozen=True, slots=True)
class Application:
    """What was filled in, and what was shown at the gate: a solved puzzle, or a place whose turn has come."""

    email: str
    password: str
    proof: str = ""
    place: str = ""
    invite: str = ""
    accepts_terms: bool = False
    language: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """An application that nothing speaks against."""

    address: str
    password: str
    invite: InviteRow | None = None
    language: str = ""

    @property
    def role(self) -> Role:
        return self.invite.role if self.invite else Role.MEMBER


@dataclass(frozen=True, slots=True)
class Awaited:
    """A registration that went well, and is no session yet: ``what`` it waits for, and a sentence that says so."""

    what: Literal["mail", "approval"]
    message: str


class Enrolment:
    """Every method raises RecordsUnavailable where the records do not answer.

    With ``by_mail`` an account begins its life once its address is shown: there is none before, so nobody can hold an
    address that is another's. The link asks for the password too; so who only reads the mail cannot be made to confirm
    what a stranger typed.
    """

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        passwords: Passwords,
        sessions: Sessions,
        throttle: Throttle,
        invites: Invites,
        letters: Letters,
        bell: Bell,
        links: LinkSecrets,
        *,
        rules: SignupRules,
        terms: Terms,
        by_mail: bool,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._passwords = passwords
        self._sessions = sessions
        self._throttle = throttle
        self._invites = invites
        self._letters = letters
        self._bell = bell
        self._links = links
        self._unix_time = unix_time
        self.rules = rules
        self.terms = terms
        self.by_mail = by_mail and letters.are_sent

    async def look(self, application: Application) -> Applicant | Refusal:
        """What speaks against it, as far as it can be told before a puzzle or a place is paid for it."""
        address = mail_address(application.email)
        refusal = self.rules.closed or self._passwords.weakness_of(application.password, application.email)
        if refusal is not None:
            return refusal
        if isinstance(address, Refusal):
            return address
        invite = await self._invites.opened_by(application.invite, address) if application.invite else None
        if isinstance(invite, Refusal):
            return invite
        refusal = self.rules.objection(address, invite)
        if refusal is None and self.terms.text and not application.accepts_terms:
            refusal = wrong("Read the terms of this service and accept them, then register.", "accept_terms")
        return refusal or Applicant(address, application.password, invite, application.language)

    async def enrol(self, applicant: Applicant, user_agent: str = "") -> Session | Awaited | Refusal:
        """An account and its first session; or what is waited for."""
        password_hash = await self._passwords.hash(applicant.password, about=applicant.address)
        if isinstance(password_hash, Refusal):
            return password_hash
        if self.by_mail:
            return await self._by_mail(applicant, password_hash)
        row = replace(
            self._accounts.new_row(applicant.address, password_hash, applicant.role),
            pending=self.rules.asks_for_approval(invited=applicant.invite is not None),
            language=applicant.language,
            terms_accepted=self.terms.version,
        )
        return await self._begin(AddAccount(row, invite_id=applicant.invite.id if applicant.invite else ""), user_agent)

    async def confirm(self, secret: str, password: str, user_agent: str = "") -> Session | Awaited | Refusal:
        """The account of who opened the mailed link and knows the password."""
        if self.rules.closed is not None:
            return self.rules.closed
        name = self._links.hash_of(secret)
        now_s = self._unix_time()
        registration = None if name is None else await self._records.read(RegistrationByHash(name, now_s))
        if registration is None:
            return DEAD_REGISTRATION
        refusal = await self._prove(registration, password)
        if refusal is not None:
            return refusal
        invited = bool(registration.invite_id)
        row = replace(
            self._accounts.new_row(registration.email, registration.password_hash, registration.role),
            pending=self.rules.asks_for_approval(invited=invited),
            verified_s=now_s,
            language=registration.language,
            terms_accepted=registration.terms_accepted,
        )
        change = AddAccount(row, invite_id=registration.invite_id, registration_hash=registration.secret_hash)
        return await self._begin(change, user_agent)

    async def _by_mail(self, applicant: Applicant, password_hash: str) -> Awaited:
        """Writes the same down for an address that has an account: what takes as long tells nothing."""
        secret, now_s = self._links.new(), self._unix_time()
        registration = RegistrationRow(
            secret_hash=self._links.hash_of(secret) or "",
            email=applicant.address,
            password_hash=password_hash,
            role=applicant.role,
            invite_id=applicant.invite.id if applicant.invite else "",
            language=applicant.language,
            terms_accepted=self.terms.version,
            created_s=now_s,
            expires_s=now_s + CONFIRM_HOURS * 3600,
        )
        await self._records.write(AddRegistration(registration))
        if self._letters.allow(applicant.address):
            self._letters.later(self._tell(applicant.address, secret))
        return Awaited("mail", _LOOK_INTO_MAILBOX)

    async def _tell(self, address: str, secret: str) -> None:
        letters = self._letters
        if await self._accounts.by_email(address) is None:
            letter = confirm_address(letters.service, f"{letters.home}/verify#{secret}", CONFIRM_HOURS)
        else:
            letter = known_already(letters.service, f"{letters.home}/login", f"{letters.home}/forgot")
        await letters.send(address, letter)

    async def _begin(self, change: AddAccount, user_agent: str) -> Session | Awaited | Refusal:
        account = await self._accounts.put(change)
        if isinstance(account, AccountRow) and account.pending:
            self._bell.ring()
            return Awaited("approval", _AWAITS_APPROVAL)
        return account if isinstance(account, Refusal) else await self._sessions.begin(account, user_agent)

    async def _prove(self, registration: RegistrationRow, password: str) -> Refusal | None:
        """Counted by the link: who has none cannot use a guess of this one up."""
        where = f"link:{registration.secret_hash}"
        refusal = self._throttle.take(registration.email, where)
        if refusal is not None:
            return refusal
        checked = await self._passwords.check(password, registration.password_hash, lane=Lane.STRANGER)
        if isinstance(checked, Checked) and not checked.right:
            return _NOT_THIS_PASSWORD
        self._throttle.give_back(registration.email, where)
        return checked if isinstance(checked, Refusal) else None
