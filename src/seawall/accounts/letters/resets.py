"""A new password by a link in a mail. Knows its order and bounds; knows no second factor and no HTTP."""

from __future__ import annotations

from collections.abc import Callable

from seawall.accounts.accounts import Accounts
from seawall.accounts.addresses import mail_address
from seawall.accounts.letters.letter_words import new_password, no_password
from seawall.accounts.letters.letters import Letters
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.letters.notices import Notices
from seawall.accounts.passwords.passwords import Lane, Passwords
from seawall.records.entrance_entries import AddMailedLink, MailedLinkByHash, MailedLinkRow, ResetByLink
from seawall.records.port import Records
from seawall.values.refusal import Reason, Refusal

PURPOSE = "reset"
# A link in a mailbox is as good as the password for so long. OWASP asks for an hour or so at most.
LIVES_S = 3600.0

NO_MAIL = Refusal(
    Reason.NOT_FOUND,
    "This service sends no mail. Ask an operator for a new password: they set one with 'seawall user set-password'.",
)
DEAD_RESET = Refusal(
    Reason.DEAD_LINK,
    "This link has set a password already, or is older than an hour, or was not copied whole. Ask for a new one.",
)


class Resets:
    """``ask`` is told the same in the same time for every address; what depends on the address happens afterwards."""

    def __init__(
        self,
        records: Records,
        accounts: Accounts,
        passwords: Passwords,
        letters: Letters,
        notices: Notices,
        links: LinkSecrets,
        *,
        unix_time: Callable[[], float],
    ) -> None:
        self._records = records
        self._accounts = accounts
        self._passwords = passwords
        self._letters = letters
        self._notices = notices
        self._links = links
        self._unix_time = unix_time

    def ask(self, email: str, network: str) -> Refusal | None:
        """Has a link sent to the account of this address, if there is one."""
        if not self._letters.are_sent:
            return NO_MAIL
        address = mail_address(email)
        if isinstance(address, Refusal):
            return address
        wait_s = self._letters.network_wait_s(network)
        if wait_s > 0:
            sentence = "Many links were asked for from your network. Look into your mailbox, or try again later."
            return Refusal(Reason.TOO_MANY_ATTEMPTS, sentence, retry_after_s=wait_s)
        if self._letters.allow(address):
            self._letters.later(self._send(address))
        return None

    async def reset(self, secret: str, password: str) -> Refusal | None:
        """Sets the password and ends every session; signing in comes after it, with the second factor if there is one.

        A password that is not taken leaves the link good. Raises RecordsUnavailable.
        """
        name = self._links.hash_of(secret)
        link = None if name is None else await self._records.read(MailedLinkByHash(name, self._unix_time()))
        if name is None or link is None:
            return DEAD_RESET
        password_hash = await self._passwords.hash(password, lane=Lane.SIGNUP, about=link.email)
        if isinstance(password_hash, Refusal):
            return password_hash
        account_id = await self._records.write(ResetByLink(name, PURPOSE, password_hash, self._unix_time()))
        if account_id is None:
            return DEAD_RESET
        self._accounts.forget(account_id)
        self._notices.password_changed(account_id)
        return None

    async def _send(self, address: str) -> None:
        account = await self._accounts.by_email(address)
        if account is None or account.disabled:
            return
        letters = self._letters
        if not account.password_hash:
            await letters.send(account.email, no_password(letters.service, f"{letters.home}/login"))
            return
        secret, now_s = self._links.new(), self._unix_time()
        hashed = self._links.hash_of(secret) or ""
        row = MailedLinkRow(hashed, account.id, PURPOSE, account.email, now_s, now_s + LIVES_S)
        await self._records.write(AddMailedLink(row))
        url = f"{letters.home}/reset#{secret}"
        await letters.send(account.email, new_password(letters.service, url, round(LIVES_S / 60)))
