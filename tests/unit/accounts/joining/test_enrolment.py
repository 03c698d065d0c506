"""Registering: at once, by mail, by invite, by domain, by approval."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from account_house import CLOSED, House, house_over
from mailbox_in_memory import Mailbox
from records_that_fail import SwitchedRecords
from seawall.accounts.joining.approvals import Approvals
from seawall.accounts.joining.enrolment import Awaited
from seawall.accounts.joining.invites import Invites, NewInvite, Wanted
from seawall.accounts.joining.signup_rules import SignupRules
from seawall.accounts.joining.terms import Terms
from seawall.accounts.letters.link_secrets import LinkSecrets
from seawall.accounts.sessions import Session
from seawall.records.port import RecordsUnavailable
from seawall.values.identity import Role
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

MakeHouse = Callable[..., House]
BY_INVITE = SignupRules("invite")
BY_APPROVAL = SignupRules("approval")
BY_DOMAIN = SignupRules("domain", ("example.org", "@Example.NET"))


@pytest.fixture
def built(records: SwitchedRecords, clock: SettableClock) -> Iterator[MakeHouse]:
    houses = list[House]()

    def build(**options: Any) -> House:
        houses.append(house_over(records, clock, **options))
        return houses[-1]

    yield build
    for house in houses:
        house.passwords.close()


def told(result: object) -> tuple[Reason, str | None]:
    assert isinstance(result, Refusal), result
    assert result.message.endswith(".")
    return result.reason, result.param


async def an_invite(house: House, **wanted: Any) -> NewInvite:
    made = await house.invites.make(Wanted(**wanted))
    assert isinstance(made, NewInvite)
    return made


async def test_where_it_is_closed_an_invite_opens_nothing(built: MakeHouse) -> None:
    house = built(rules=CLOSED)
    invite = await an_invite(house)
    assert told(await house.enrol(invite=invite.secret)) == (Reason.SIGNUP_CLOSED, None)


async def test_by_invite_one_registers_with_its_role_and_only_once(built: MakeHouse) -> None:
    house = built(rules=BY_INVITE)
    invite = await an_invite(house, role=Role.OPERATOR)
    assert told(await house.enrol()) == (Reason.INVITE_NEEDED, "invite")
    session = await house.enrol(invite=invite.secret)
    assert isinstance(session, Session)
    assert session.identity.role is Role.OPERATOR
    again = await house.enrol("eve@example.org", invite=invite.secret)
    assert told(again) == (Reason.DEAD_LINK, "invite")
    assert "used" in getattr(again, "message", "")


async def test_of_ten_who_come_at_once_with_an_invite_for_three_three_come_in(built: MakeHouse) -> None:
    house = built(rules=BY_INVITE)
    invite = await an_invite(house, uses=3)
    results = await asyncio.gather(*(house.enrol(f"n{n}@example.org", invite=invite.secret) for n in range(8)))
    assert sum(isinstance(result, Session) for result in results) == 3
    assert {told(result) for result in results if isinstance(result, Refusal)} == {(Reason.DEAD_LINK, "invite")}


async def test_an_invite_that_is_over_revoked_or_invented_says_which(built: MakeHouse) -> None:
    house = built(rules=BY_INVITE)
    short, revoked = await an_invite(house, days=1.0), await an_invite(house)
    house.clock.advance(86_401)
    await house.invites.revoke(revoked.row.id)
    results = [await house.enrol(invite=secret) for secret in (short.secret, revoked.secret, "x", "0" * 48)]
    assert {told(result) for result in results} == {(Reason.DEAD_LINK, "invite")}
    sentences = [getattr(result, "message", "") for result in results]
    assert "expired" in sentences[0]
    assert sentences[1] == sentences[2] == sentences[3]
    assert "not known here" in sentences[1]


async def test_an_invented_invite_costs_no_look_up(built: MakeHouse) -> None:
    house = built(rules=BY_INVITE)
    asked = house.records.asked
    await house.enrol(invite="0" * 48)
    assert house.records.asked == asked


async def test_an_invite_of_an_address_is_nobody_elses(built: MakeHouse) -> None:
    house = built(rules=BY_INVITE)
    invite = await an_invite(house, email="Ada@Example.org")
    assert told(await house.enrol("eve@example.org", invite=invite.secret)) == (Reason.DEAD_LINK, "email")
    assert isinstance(await house.enrol("ada@example.org", invite=invite.secret), Session)


@pytest.mark.parametrize(
    ("wanted", "param"),
    [
        (Wanted(uses=0), "uses"),
        (Wanted(uses=1001), "uses"),
        (Wanted(days=0), "days"),
        (Wanted(days=91), "days"),
        (Wanted(role=Role.OWNER), "role"),
        (Wanted(email="nobody"), "email"),
    ],
)
async def test_an_invite_out_of_bounds_is_told(house: House, wanted: Wanted, param: str) -> None:
    assert told(await house.invites.make(wanted)) == (Reason.INVALID_REQUEST, param)


async def test_operators_invite_members_and_the_owner_operators_too(house: House) -> None:
    owner, member = await house.owner(), await house.member()
    wanted = Wanted(role=Role.OPERATOR)
    assert isinstance(await house.invites.make_as(owner.identity, wanted), NewInvite)
    assert told(await house.invites.make_as(member.identity, wanted)) == (Reason.NOT_ALLOWED, None)


async def test_a_link_of_one_kind_opens_nothing_of_another(clock: SettableClock, house: House) -> None:
    invites = Invites(house.records, LinkSecrets(b"s" * 32, "invite"), house.letters, unix_time=clock)
    foreign = LinkSecrets(b"s" * 32, "reset").new()
    assert told(await invites.opened_by(foreign, "ada@example.org")) == (Reason.DEAD_LINK, "invite")


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@EXAMPLE.NET"])
async def test_by_domain_its_people_register(built: MakeHouse, email: str) -> None:
    assert isinstance(await built(rules=BY_DOMAIN).enrol(email), Session)


@pytest.mark.parametrize("email", ["eve@evil.example", "eve@sub.example.org", "eve@notexample.org"])
async def test_by_domain_others_are_told_which_and_an_invite_lets_them_in(built: MakeHouse, email: str) -> None:
    house = built(rules=BY_DOMAIN)
    refused = await house.enrol(email)
    assert told(refused) == (Reason.DOMAIN_NOT_ALLOWED, "email")
    assert "example.net, example.org" in getattr(refused, "message", "")
    invite = await an_invite(house)
    assert isinstance(await house.enrol(email, invite=invite.secret), Session)


async def test_by_approval_an_account_waits_and_its_owner_is_told_when_it_is_let_in(built: MakeHouse) -> None:
    house = built(rules=BY_APPROVAL)
    mailbox = Mailbox()
    heard = built(rules=BY_APPROVAL, mailer=mailbox)
    approvals = Approvals(house.records, house.accounts, heard.letters)
    waiting = await house.enrol()
    assert isinstance(waiting, Awaited)
    assert waiting.what == "approval"
    sign_in = await house.entrance.sign_in("ada@example.org", "a good password", "net")
    assert told(sign_in) == (Reason.APPROVAL_PENDING, None)
    assert told(await house.entrance.sign_in("ada@example.org", "a bad password", "net")) == (
        Reason.WRONG_CREDENTIALS,
        None,
    )
    (account,) = await approvals.waiting()
    assert not isinstance(await approvals.approve(account.id), Refusal)
    await heard.letters.close()
    assert [mail.to for mail in mailbox.mails] == ["ada@example.org"]
    assert isinstance(await house.entrance.sign_in("ada@example.org", "a good password", "net"), Session)
    assert told(await approvals.approve(account.id)) == (Reason.CONFLICT, None)
    assert told(await approvals.reject(account.id)) == (Reason.CONFLICT, None)


async def test_who_is_turned_away_is_gone_and_may_try_again(built: MakeHouse) -> None:
    house = built(rules=BY_APPROVAL)
    await house.enrol()
    (account,) = await house.approvals.waiting()
    assert await house.approvals.reject(account.id) is None
    assert told(await house.approvals.reject(account.id)) == (Reason.NOT_FOUND, None)
    assert isinstance(await house.enrol(), Awaited)


async def test_a_waiting_accounts_key_says_that_it_waits(built: MakeHouse) -> None:
    house = built(rules=BY_APPROVAL)
    await house.enrol()
    (account,) = await house.approvals.waiting()
    key = await house.keys.create(account.id, "early")
    secret = getattr(key, "secret", "")
    assert told(await house.keys.identify(secret)) == (Reason.APPROVAL_PENDING, None)
    await house.approvals.approve(account.id)
    assert not isinstance(await house.keys.identify(secret), Refusal)


async def test_an_invite_is_an_operators_word_already(built: MakeHouse) -> None:
    house = built(rules=BY_APPROVAL)
    invite = await an_invite(house)
    assert isinstance(await house.enrol(invite=invite.secret), Session)


async def test_terms_are_accepted_by_who_registers(built: MakeHouse) -> None:
    house = built(terms=Terms("Be kind.", "2"))
    assert told(await house.enrol()) == (Reason.INVALID_REQUEST, "accept_terms")
    session = await house.enrol(accepts_terms=True)
    assert isinstance(session, Session)
    account = await house.accounts.by_id(session.identity.account_id)
    assert account is not None
    assert account.terms_accepted == "2"


async def test_by_mail_there_is_no_account_before_its_address_is_shown(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    waiting = await house.enrol(language="zh")
    await house.letters.close()
    assert isinstance(waiting, Awaited)
    assert await house.accounts.by_email("ada@example.org") is None
    page, secret = mailbox.mails[0].link
    assert page == "verify"
    assert told(await house.enrolment.confirm(secret, "a bad password")) == (
        Reason.INVALID_REQUEST,
        "password",
    )
    session = await house.enrolment.confirm(secret, "a good password")
    assert isinstance(session, Session)
    account = await house.accounts.by_email("ada@example.org")
    assert account is not None
    assert (account.verified_s, account.language) == (house.clock(), "zh")
    assert told(await house.enrolment.confirm(secret, "a good password")) == (Reason.DEAD_LINK, None)


async def test_a_known_and_an_unknown_address_are_told_the_same_and_their_owners_the_truth(built: MakeHouse) -> None:
    await built().member("ada@example.org")
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    known, unknown = await house.enrol("ada@example.org"), await house.enrol("eve@example.org")
    await house.letters.close()
    assert known == unknown
    assert isinstance(known, Awaited)
    by_address = {mail.to: mail.text for mail in mailbox.mails}
    assert "have an account" in by_address["ada@example.org"] or "has an account" in by_address["ada@example.org"]
    assert "/verify#" not in by_address["ada@example.org"]
    assert "/verify#" in by_address["eve@example.org"]


async def test_a_known_and_an_unknown_address_cost_the_records_the_same(built: MakeHouse) -> None:
    await built().member("ada@example.org")
    house = built(mailer=Mailbox())
    costs = []
    for email in ("ada@example.org", "eve@example.org"):
        before = house.records.asked
        await house.enrol(email)
        costs.append(house.records.asked - before)
        await house.letters.close()
    assert costs[0] == costs[1]


async def test_a_strangers_registration_of_my_address_gives_him_nothing(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    await house.enrol("ada@example.org", "what eve chose")
    await house.letters.close()  # Letters are on their way side by side: the second might arrive first.
    await house.enrol("ada@example.org", "what ada chose")
    await house.letters.close()
    first, second = (mail.link[1] for mail in mailbox.mails)
    assert told(await house.enrolment.confirm(first, "what ada chose")) == (Reason.INVALID_REQUEST, "password")
    assert isinstance(await house.enrolment.confirm(second, "what ada chose"), Session)
    assert told(await house.enrolment.confirm(first, "what eve chose")) == (Reason.DEAD_LINK, None)


async def test_a_link_is_good_for_a_day(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    await house.enrol()
    await house.letters.close()
    house.clock.advance(86_401)
    late = await house.enrolment.confirm(mailbox.mails[0].link[1], "a good password")
    assert told(late) == (Reason.DEAD_LINK, None)


async def test_a_link_of_before_the_registration_was_closed_opens_nothing(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    await house.enrol()
    await house.letters.close()
    closed = built(rules=CLOSED, mailer=mailbox)
    late = await closed.enrolment.confirm(mailbox.mails[0].link[1], "a good password")
    assert told(late) == (Reason.SIGNUP_CLOSED, None)


async def test_by_mail_an_invite_is_used_up_when_the_account_is_made(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(rules=BY_INVITE, mailer=mailbox)
    invite = await an_invite(house)
    for email in ("ada@example.org", "eve@example.org"):
        await house.enrol(email, invite=invite.secret)
    await house.letters.close()
    ada, eve = (mail.link[1] for mail in mailbox.mails)
    assert isinstance(await house.enrolment.confirm(eve, "a good password"), Session)
    assert told(await house.enrolment.confirm(ada, "a good password")) == (Reason.DEAD_LINK, "invite")


async def test_by_mail_and_approval_both_are_waited_for(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(rules=BY_APPROVAL, mailer=mailbox)
    await house.enrol()
    await house.letters.close()
    assert await house.approvals.waiting() == ()
    waiting = await house.enrolment.confirm(mailbox.mails[0].link[1], "a good password")
    assert isinstance(waiting, Awaited)
    assert waiting.what == "approval"
    assert len(await house.approvals.waiting()) == 1


async def test_nobodys_mailbox_is_filled_by_registering_for_him(built: MakeHouse) -> None:
    mailbox = Mailbox()
    house = built(mailer=mailbox)
    results = [await house.enrol() for _ in range(6)]
    await house.letters.close()
    assert len(mailbox.mails) == 3
    assert all(result == results[0] for result in results)


async def test_a_failed_sign_in_mentions_the_mail_for_every_address_alike(built: MakeHouse) -> None:
    await built().member()
    house = built(mailer=Mailbox())
    wrong = await house.entrance.sign_in("ada@example.org", "a bad password", "net")
    unknown = await house.entrance.sign_in("eve@example.org", "a bad password", "net")
    assert wrong == unknown
    assert "open the link in the mail" in getattr(wrong, "message", "")


async def test_while_the_records_are_away_nobody_is_told_to_look_for_a_mail(built: MakeHouse) -> None:
    house = built(mailer=Mailbox())
    house.records.away = True
    with pytest.raises(RecordsUnavailable):
        await house.enrol()


async def test_an_invite_is_mailed_to_its_address_and_shown_all_the_same(built: MakeHouse) -> None:
    house = built(mailer=Mailbox())
    made = await house.invites.make(Wanted("Eve@Example.org", send=True))
    assert isinstance(made, NewInvite)
    assert made.sent
    (mail,) = house.mailbox.mails
    assert (mail.to, made.link(house.letters.home) in mail.text, "7 days" in mail.text) == (
        "eve@example.org",
        True,
        True,
    )

    house.mailbox.away = True
    unsent = await house.invites.make(Wanted("bob@example.org", send=True))
    assert isinstance(unsent, NewInvite)
    assert not unsent.sent


async def test_an_invite_that_cannot_be_mailed_is_not_made(built: MakeHouse) -> None:
    mailing, silent = built(mailer=Mailbox()), built()
    assert told(await mailing.invites.make(Wanted(send=True))) == (Reason.INVALID_REQUEST, "email")
    assert told(await silent.invites.make(Wanted("eve@example.org", send=True))) == (Reason.CONFLICT, "send")
    assert await silent.invites.all() == ()
