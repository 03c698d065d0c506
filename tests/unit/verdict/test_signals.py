"""What is remembered of who comes, and what is not."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence

import pytest

from passers_by import BROWSER, PROGRAM, Street, manners
from seawall.verdict.asker import Asker
from seawall.verdict.crowd import Crowd, Networks
from seawall.verdict.manner import Circumstances, manner_of
from seawall.verdict.sketch import Sketches


@pytest.fixture
def street() -> Street:
    return Street()


def of(street: Street, number: int) -> dict[str, str]:
    asker = street.signals.crowd.find(number)
    assert asker is not None
    return dict(manner_of(asker, Circumstances(street.clock.now_s, 500.0)))


def slots_of(asker: Asker) -> Iterator[object]:
    return (getattr(asker, name) for name in Asker.__slots__)


def test_nothing_of_a_prompt_an_account_or_an_address_is_kept(street: Street) -> None:
    number = street.signals.request("198.51.100.77", "/api/auth/login", BROWSER, known=False)
    street.signals.tried(number, "ada@example.org")
    street.signals.asked(number, "the secret recipe of my grandmother has eleven herbs in it", 100.0, "stranger")
    kept = pickle.dumps(
        [list(slots_of(one)) for one in street.signals.crowd] + [vars(street.signals.sketches), "198.51.0.0/16"]
    )
    for secret in (b"ada", b"grandmother", b"recipe", b"198.51.100"):
        assert secret not in kept


def test_a_million_askers_take_no_more_memory_than_the_table_and_are_counted_fairly() -> None:
    crowd = Crowd(b"k" * 16, Networks(), most=256)
    for number in range(20_000):
        crowd.come(crowd.number(b"%d" % number), f"10.1.{number % 250}.1", 1.0)
    assert len(crowd) <= 256
    assert 0.6 < len(crowd) / crowd.looked_at / 20_000 < 1.6


def test_the_sample_widens_again_once_the_crowd_is_gone() -> None:
    crowd = Crowd(b"k" * 16, Networks(), most=64)
    for number in range(5_000):
        crowd.come(crowd.number(b"%d" % number), "10.1.1.1", 1.0)
    for turn in range(20):
        crowd.turn(1000.0 + 10 * turn)
    assert len(crowd) == 0
    assert crowd.looked_at == 1.0


def test_shares_hold_though_only_some_askers_are_looked_at() -> None:
    street = Street(most_askers=256)
    street.window(people=150, bots=1500)
    window = street.said[-1][0]
    assert window.looked_at < 1
    assert 0.8 < sum(one.requests for one in window.clusters) / window.requests < 1.2
    assert 0.75 < window.identities / 1950 < 1.25


def test_who_fetches_the_page_with_its_files_is_told_from_who_does_not(street: Street) -> None:
    reader = street.signals.request("10.0.0.1", "/", BROWSER, known=False)
    street.signals.request("10.0.0.1", "/static/app.js", BROWSER, known=False)
    bot = street.signals.request("10.0.0.2", "/", PROGRAM, known=False)
    caller = street.signals.request("10.0.0.3", "/v1/chat/completions", PROGRAM, known=False)
    street.passes(6)
    assert (of(street, reader)["files"], of(street, reader)["headers"]) == ("fetched", "browser")
    assert (of(street, bot)["files"], of(street, bot)["headers"]) == ("skipped", "program")
    assert of(street, caller)["files"] == "no_page"


def test_who_signs_in_is_still_who_opened_the_page(street: Street) -> None:
    street.signals.request("10.0.0.1", "/", BROWSER, known=False)
    street.signals.request("10.0.0.1", "/static/app.js", BROWSER, known=False)
    known = street.signals.request("10.0.0.1", "/api/chat", {**BROWSER, b"cookie": b"s=1"}, known=True)
    assert of(street, known)["files"] == "fetched"
    assert of(street, known)["standing"] == "known"


def test_who_signs_in_while_the_pages_files_are_on_their_way_has_skipped_none(street: Street) -> None:
    street.passes(60)
    street.signals.request("10.0.0.1", "/", BROWSER, known=False)
    street.passes(1)
    known = street.signals.request("10.0.0.1", "/api/chat", {**BROWSER, b"cookie": b"s=1"}, known=True)
    assert of(street, known)["files"] == "awaited"


def test_coming_back_when_told_is_told_from_not_waiting(street: Street) -> None:
    askers = [street.signals.request(f"10.0.0.{one}", "/v1/messages", PROGRAM, known=False) for one in (1, 2)]
    for _ in range(4):
        for number in askers:
            street.signals.answered(number, "/v1/messages", 503, 20.0)
        street.passes(3)
        street.signals.request("10.0.0.2", "/v1/messages", PROGRAM, known=False)
        street.passes(20)
        street.signals.request("10.0.0.1", "/v1/messages", PROGRAM, known=False)
    assert [of(street, number).get("retry") for number in askers] == ["obeyed", "ignored"]


def test_a_clock_that_is_half_a_second_ahead_has_waited(street: Street) -> None:
    number = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM, known=False)
    for _ in range(4):
        street.signals.answered(number, "/v1/messages", 503, 20.0)
        street.passes(19.5)
        street.signals.request("10.0.0.1", "/v1/messages", PROGRAM, known=False)
    assert of(street, number)["retry"] == "obeyed"


def test_a_clock_is_told_from_a_person(street: Street) -> None:
    person = clock = fast = 0
    for gap_s in (7.0, 21.0, 12.0, 33.0, 9.0):
        person = street.signals.request("10.0.0.1", "/v1/messages", PROGRAM, known=False)
        street.passes(gap_s)
    for _ in range(6):
        clock = street.signals.request("10.0.0.2", "/v1/messages", PROGRAM, known=False)
        street.passes(15.0)
    for _ in range(6):
        fast = street.signals.request("10.0.0.3", "/v1/messages", PROGRAM, known=False)
        street.passes(0.2)
    assert [of(street, number)["pace"] for number in (person, clock, fast)] == ["human", "regular", "fast"]


def test_failing_at_many_accounts_is_told_from_forgetting_a_password(street: Street) -> None:
    forgetful = stuffing = 0
    for attempt in range(4):
        forgetful = street.signals.request("10.0.0.1", "/api/auth/login", BROWSER, known=False)
        street.signals.tried(forgetful, "ada@example.org")
        street.signals.answered(forgetful, "/api/auth/login", 200 if attempt == 3 else 401)
        stuffing = street.signals.request("10.0.0.2", "/api/auth/login", PROGRAM, known=False)
        street.signals.tried(stuffing, f"{attempt}@example.org")
        street.signals.answered(stuffing, "/api/auth/login", 401)
    assert of(street, forgetful)["logins"] == "succeeded"
    assert of(street, stuffing)["logins"] == "spread"


def test_a_puzzle_solved_before_anybody_could_type_is_told_from_one_solved_by_a_person(street: Street) -> None:
    seen: list[str] = []
    for address, took_s in (("10.0.0.1", 8.0), ("10.0.0.2", 0.1)):
        number = street.signals.request(address, "/api/entrance/challenge", BROWSER, known=False)
        street.passes(took_s)
        street.signals.request(address, "/api/auth/signup", BROWSER, known=False)
        street.signals.answered(number, "/api/auth/signup", 201)
        seen.append(of(street, number)["puzzle"])
    assert seen == ["solved", "instant"]


def ask(street: Street, address: str, prompt: str) -> int:
    number = street.signals.request(address, "/v1/messages", PROGRAM, known=False)
    street.signals.asked(number, prompt, 500, "away")
    return number


@pytest.mark.parametrize(
    ("places", "prompts"),
    [
        pytest.param(("10.0.0.1", "10.0.9.1"), "templated", id="the same from two places"),
        pytest.param(("10.0.0.1", "10.0.0.9"), "own", id="one exercise in one class"),
        pytest.param(("10.0.0.1",), "own", id="a program's own template"),
    ],
)
def test_a_template_is_what_several_places_share(street: Street, places: Sequence[str], prompts: str) -> None:
    words = ["river", "stone", "cloud", "engine", "paper", "winter", "garden", "music", "silver", "harbour"]
    own = templated = 0
    for turn, word in enumerate(words):
        rest = " ".join(words[turn:] + words[:turn][::-1])
        own = ask(street, "10.0.5.1", f"{word} {turn} {rest} {turn * 7} how come")
        for place in places:
            templated = ask(
                street, place, f"Answer as an expert would, step by step, and then tell me all you know about {word}"
            )
    assert of(street, own)["prompts"] == "own"
    assert of(street, templated)["prompts"] == prompts


def test_short_words_that_everybody_says_are_no_template(street: Street) -> None:
    number = 0
    for one in range(5):
        number = street.signals.request(f"10.0.0.{one}", "/v1/messages", PROGRAM, known=False)
        street.signals.asked(number, "hello, who are you?", 500, "away")
    assert of(street, number)["prompts"] == "own"


def test_who_is_cut_off_for_slowness_is_seen_though_it_never_asked(street: Street) -> None:
    for _ in range(3):
        street.signals.cut("192.0.2.0/24")
    street.window()
    assert {"reading": "cut_often"}.items() <= {
        key: value for one in street.signals.crowd for key, value in manner_of(one, Circumstances(0.0))
    }.items()
    assert street.said[-1][0].requests == 3


def test_what_is_wasted_on_paths_that_are_not_there_is_seen(street: Street) -> None:
    number = 0
    for path in ("/.env", "/wp-login.php", "/.git/config"):
        number = street.signals.request("10.0.0.1", path, PROGRAM, known=False)
        street.signals.answered(number, path, 404)
    assert of(street, number)["answers"] == "misses"


def test_an_order_of_headers_that_rises_against_what_is_usual_is_seen(street: Street) -> None:
    street.quiet()
    street.window(people=20, newcomers=20, bots=100)
    risen = [manner for manner in manners(street.said[-1][0]) if manner.get("order") == "risen"]
    assert risen
    assert {manner["headers"] for manner in risen} == {"program"}


def test_of_a_handful_nobody_can_tell_what_rises(street: Street) -> None:
    street.quiet()
    street.window(people=5, bots=3)
    told = [dict(manner) for _, manner in street.lookout.closing.manners]
    assert "program" in {manner["headers"] for manner in told}
    assert "risen" not in {manner.get("order") for manner in told}


def test_a_prompt_is_like_another_for_five_minutes() -> None:
    sketches, prompt = Sketches(1), "what is the tide at the old harbour on the first of May"
    assert not sketches.is_alike(prompt, 1)
    for site, windows in ((2, 29), (3, 30)):
        for _ in range(windows):
            sketches.turn()
        assert sketches.is_alike(prompt, site) == (windows < 30)


def test_a_prompt_is_like_another_by_its_beginning_alone_or_its_end_alone() -> None:
    sketches = Sketches(1)
    wish, rest = "write a praising article of three parts that links to us", "about the sea and all that lives below it"
    assert not sketches.is_alike(f"{wish} {rest}", 1)
    assert sketches.is_alike(f"{wish} on mountains and on those who climb them without a rope", 2)
    assert sketches.is_alike(f"tell my children before they go to bed tonight something {rest}", 3)
    assert not sketches.is_alike("explain to me what a heat pump does in winter when it is cold", 4)
