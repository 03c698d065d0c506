"""What people do with their own account: sessions, preferences, terms, leaving; and the second factor's seam."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from account_house import House, house_over
from records_that_fail import SwitchedRecords
from seawall.accounts.accounts import Standing
from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.joining.terms import Terms, TermsError, read_terms
from seawall.accounts.own_account import Profile
from seawall.accounts.sessions import Session
from seawall.records.entries import AccountRow, AddAccount
from seawall.values.arrival import Place
from seawall.values.identity import Identity, Role
from seawall.values.refusal import Reason, Refusal
from settable_clock import SettableClock

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def with_terms(records: SwitchedRecords, clock: SettableClock) -> Iterator[House]:
    built = house_over(records, clock, terms=Terms("Be kind.", "2"))
    yield built
    built.passwords.close()


def told(result: object) -> tuple[Reason, str | None]:
    assert isinstance(result, Refusal), result
    return result.reason, result.param


async def signed_in(house: House, agent: str = "") -> Session:
    session = await house.entrance.sign_in("ada@example.org", "a good password", "net", agent)
    assert isinstance(session, Session)
    return session


async def without_password(house: House, role: Role = Role.MEMBER) -> Session:
    account = await house.accounts.put(AddAccount(house.accounts.new_row("sso@example.org", "", role)))
    assert isinstance(account, AccountRow)
    session = await house.entrance.let_in(account)
    assert isinstance(session, Session)
    return session


async def test_sessions_are_listed_in_words_and_this_one_is_marked(house: House) -> None:
    await house.member()
    house.clock.advance(10)
    here = await signed_in(house, FIREFOX)
    listed = await house.sessions.listed(here.identity)
    assert [(one.browser, one.system, one.is_this) for one in listed] == [("Firefox", "Windows", True), ("", "", False)]


async def test_each_sign_in_is_a_session_of_its_own(house: House) -> None:
    sessions = [await house.member(), await signed_in(house), await signed_in(house)]
    assert len({session.cookie for session in sessions}) == 3
    assert len({session.identity.session_id for session in sessions}) == 3


async def test_one_session_is_ended_and_the_others_go_on(house: House, restarted: House) -> None:
    other = await house.member()
    here = await signed_in(house)
    assert await house.sessions.end_one(here.identity, other.identity.session_id or "")
    assert not await house.sessions.end_one(here.identity, other.identity.session_id or "")
    assert told(await house.sessions.identify(other.cookie)) == (Reason.NOT_SIGNED_IN, None)
    assert told(await restarted.sessions.identify(other.cookie)) == (Reason.NOT_SIGNED_IN, None)
    assert isinstance(await house.sessions.identify(here.cookie), Identity)


async def test_nobody_ends_another_accounts_session(house: House) -> None:
    ada, eve = await house.member(), await house.member("eve@example.org")
    assert not await house.sessions.end_one(eve.identity, ada.identity.session_id or "")
    assert isinstance(await house.sessions.identify(ada.cookie), Identity)


async def test_all_others_are_ended(house: House) -> None:
    others = [await house.member(), await signed_in(house)]
    here = await signed_in(house)
    assert await house.sessions.end_others(here.identity) == 2
    for session in others:
        assert told(await house.sessions.identify(session.cookie)) == (Reason.NOT_SIGNED_IN, None)
    assert isinstance(await house.sessions.identify(here.cookie), Identity)


async def test_last_use_is_noted_within_minutes_and_without_a_write_a_request(house: House) -> None:
    session = await house.member()
    began_s = house.clock()
    for _ in range(20):
        house.clock.advance(10)
        await house.sessions.identify(session.cookie)
    await house.sessions.close()
    (row,) = await house.sessions.listed(session.identity)
    assert row.last_used_s == began_s
    house.clock.advance(200)
    await house.sessions.identify(session.cookie)
    await house.sessions.close()
    (row,) = await house.sessions.listed(session.identity)
    assert row.last_used_s == house.clock()


async def test_a_disabled_accounts_sessions_and_keys_die_at_once(house: House, restarted: House) -> None:
    session = await house.member()
    secret = getattr(await house.keys.create(session.identity.account_id, "laptop"), "secret", "")
    for one in (house, restarted):
        assert isinstance(await one.sessions.identify(session.cookie), Identity)
        assert isinstance(await one.keys.identify(secret), Identity)
    await house.accounts.change(session.identity.account_id, Standing(disabled=True))
    assert isinstance(await house.sessions.identify(session.cookie), Refusal)
    assert told(await house.keys.identify(secret)) == (Reason.NOT_ALLOWED, None)
    house.clock.advance(5)
    assert isinstance(await restarted.sessions.identify(session.cookie), Refusal)
    assert told(await restarted.keys.identify(secret)) == (Reason.NOT_ALLOWED, None)


async def test_fifteen_wrong_guesses_from_elsewhere_never_keep_the_owner_out(house: House) -> None:
    owner = await house.owner()
    home = Place("192.0.2.7", "00")
    await house.homes.settle(owner.identity.account_id, home)
    for number in range(15):
        stranger = Place("198.51.100.9", "11")
        await house.entrance.sign_in("owner@example.org", f"guess {number}", "attacker", place=stranger)
    for network, place in (("attacker", home), ("home", home), ("hotel", None)):
        result = await house.entrance.sign_in("owner@example.org", "a good password", network, place=place)
        assert isinstance(result, Session), (network, result)


async def test_preferences_and_terms_are_told_and_set(with_terms: House) -> None:
    session = await with_terms.owner()
    assert await with_terms.own.profile(session.identity) == Profile("", "", True, True, None)
    assert told(await with_terms.own.accept_terms(session.identity, "1")) == (Reason.CONFLICT, "version")
    await with_terms.own.prefer(session.identity, "zh", None)
    await with_terms.own.prefer(session.identity, None, "dark")
    assert await with_terms.own.accept_terms(session.identity, "2") == Profile("zh", "dark", True, False, None)


async def test_leaving_asks_for_the_password_and_takes_all_along(house: House) -> None:
    await house.owner()
    session = await house.member()
    secret = getattr(await house.keys.create(session.identity.account_id, "laptop"), "secret", "")
    assert told(await house.own.leave(session.identity, "a bad password")) == (
        Reason.INVALID_REQUEST,
        "password",
    )
    assert await house.own.leave(session.identity, "a good password") is None
    assert told(await house.sessions.identify(session.cookie)) == (Reason.NOT_SIGNED_IN, None)
    assert told(await house.keys.identify(secret)) == (Reason.UNKNOWN_KEY, None)
    assert isinstance(await house.enrol(), Session)


async def test_the_last_owner_stays(house: House) -> None:
    owner = await house.owner()
    assert told(await house.own.leave(owner.identity, "a good password")) == (Reason.CONFLICT, None)
    assert isinstance(await house.sessions.identify(owner.cookie), Identity)


async def test_an_account_without_a_password_does_all_of_it(house: House) -> None:
    session = await without_password(house)
    profile = await house.own.profile(session.identity)
    assert isinstance(profile, Profile)
    assert not profile.has_password
    assert told(await house.entrance.sign_in("sso@example.org", "", "net")) == (Reason.WRONG_CREDENTIALS, None)
    changed = await house.entrance.change_password(session.identity, "", "a good password")
    assert told(changed) == (Reason.NOT_ALLOWED, None)
    house.clock.advance(601)
    assert told(await house.own.leave(session.identity, "")) == (Reason.SIGN_IN_AGAIN, None)
    account = await house.accounts.by_id(session.identity.account_id)
    assert account is not None
    fresh = await house.entrance.let_in(account)
    assert isinstance(fresh, Session)
    assert await house.own.leave(fresh.identity, "") is None


async def test_terms_are_read_from_their_file_and_a_fault_says_which(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("terms") / "terms.md"
    assert read_terms("", "1") == Terms()
    with pytest.raises(TermsError, match=r"terms\.md"):
        read_terms(str(file), "1")
    file.write_text("  ")
    with pytest.raises(TermsError, match="empty"):
        read_terms(str(file), "1")
    file.write_text("Be kind.\n")
    terms = read_terms(str(file), "3")
    assert (terms.due("2"), terms.due("3"), Terms().due("")) == (True, False, False)


class TwoFactors:
    """An account's second factor, and who proves it."""

    async def of(self, account_id: str) -> tuple[str, ...]:
        return ("totp", "passkey")

    async def right(self, account: AccountRow) -> Refusal | None:
        return None

    async def wrong(self, account: AccountRow) -> Refusal | None:
        return Refusal(Reason.WRONG_CREDENTIALS, "No.")


@pytest.fixture
def factors(house: House, monkeypatch: pytest.MonkeyPatch) -> TwoFactors:
    kept = TwoFactors()
    monkeypatch.setattr(house.entrance, "_factors_of", kept.of)
    return kept


async def due(house: House) -> SecondFactorDue:
    result = await house.entrance.sign_in("ada@example.org", "a good password", "net")
    assert isinstance(result, SecondFactorDue)
    return result


async def test_the_password_alone_is_a_ticket_where_more_is_asked(house: House, factors: TwoFactors) -> None:
    await house.member()
    ticket = await due(house)
    assert ticket.ways == ("totp", "passkey")
    assert told(await house.entrance.finish_sign_in(ticket.ticket, factors.wrong)) == (Reason.WRONG_CREDENTIALS, None)
    assert isinstance(await house.entrance.finish_sign_in(ticket.ticket, factors.right), Session)
    again = await house.entrance.finish_sign_in(ticket.ticket, factors.right)
    assert told(again) == (Reason.NOT_SIGNED_IN, None)


@pytest.mark.parametrize("spoilt", ["late", "other account", "new password", "nonsense", "disabled"])
async def test_a_ticket_that_is_not_good_any_more_opens_nothing(house: House, factors: TwoFactors, spoilt: str) -> None:
    account_id = (await house.member()).identity.account_id
    eve = (await house.member("eve@example.org")).identity.account_id
    ticket = (await due(house)).ticket
    if spoilt == "late":
        house.clock.advance(301)
    elif spoilt == "other account":
        ticket = ticket.replace(account_id, eve)
    elif spoilt == "new password":
        await house.accounts.set_password(account_id, "a better password")
    elif spoilt == "nonsense":
        ticket = f"{account_id}.é.1.2"
    else:
        await house.accounts.change(account_id, Standing(disabled=True))
    expected = Reason.NOT_ALLOWED if spoilt == "disabled" else Reason.NOT_SIGNED_IN
    assert told(await house.entrance.finish_sign_in(ticket, factors.right)) == (expected, None)
