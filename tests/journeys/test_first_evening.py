"""The owner's first evening, from the printed link to signing out. Knows the page as a person sees it."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from reader import Meet
from running_service import OWNER, RunningService, Serve


def test_the_owner_is_made_by_the_link_and_the_word_leaves_the_address_bar(meet: Meet, serve: Serve) -> None:
    service = serve("--engine", "echo:tokens=20", fresh=True)
    owner = meet(service)
    owner.page.goto(f"/setup#{service.setup_token()}")
    expect(owner.page.get_by_role("heading", name="Welcome to Seawall")).to_be_visible()
    assert owner.page.url == f"{service.url}/setup"

    owner.page.get_by_label("Email").fill(OWNER["email"])
    owner.page.get_by_label("Password", exact=True).fill(OWNER["password"])
    owner.page.get_by_role("button", name="Make the owner’s account").click()
    owner.says("good evening")
    expect(owner.answers).to_contain_text("good evening")

    stranger = meet(service)
    stranger.page.goto("/setup#anything")
    expect(stranger.page.get_by_text("has its owner already")).to_be_visible()


def test_a_stranger_is_told_what_the_owner_must_do_first(meet: Meet, serve: Serve) -> None:
    stranger = meet(serve("--engine", "echo"))
    stranger.page.goto("/")
    expect(stranger.page).to_have_url(re.compile("/login$"))
    expect(stranger.page.get_by_text("This service has no owner yet")).to_be_visible()


def test_signing_out_and_in_leads_back_to_the_page_that_was_wanted(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).signed_in()
    reader.page.goto("/settings")
    reader.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(reader.page).to_have_url(re.compile("/login$"))

    reader.page.goto("/settings")
    expect(reader.page.get_by_role("heading", name="Sign in")).to_be_visible()
    reader.expects("401")
    reader.sign_in("not the password")
    expect(reader.page.get_by_role("alert")).to_be_visible()
    reader.sign_in()
    expect(reader.page).to_have_url(re.compile("/settings$"))
    expect(reader.page.get_by_role("heading", name="Settings")).to_be_focused()


def test_a_key_works_once_created_and_no_longer_once_revoked(meet: Meet, quick: RunningService) -> None:
    reader = meet(quick).signed_in()
    reader.page.goto("/settings")
    reader.page.get_by_label("What the key is for").fill("Notebook")
    reader.page.get_by_role("button", name="Create a key").click()
    key = reader.page.get_by_label("The new key “Notebook”").input_value()
    assert _models_status(quick.url, key) == 200

    reader.page.reload()
    expect(reader.page.get_by_text("Notebook")).to_be_visible()
    assert key not in reader.page.content()
    reader.page.get_by_role("button", name="Revoke the key “Notebook”").click()
    reader.page.get_by_role("button", name="Revoke for good").click()
    expect(reader.page.get_by_text("Notebook")).to_have_count(0)
    assert _models_status(quick.url, key) == 401


def test_a_new_password_replaces_the_old_one(meet: Meet, serve: Serve) -> None:
    service = serve("--engine", "echo")
    reader = meet(service).signed_in()
    reader.page.goto("/settings")
    reader.page.get_by_label("Current password").fill(OWNER["password"])
    reader.page.get_by_label("New password").fill("an entirely new phrase")
    reader.page.get_by_role("button", name="Change password").click()
    expect(reader.page.get_by_text("Your password is changed")).to_be_visible()
    with service.client() as door:
        new = {"email": OWNER["email"], "password": "an entirely new phrase"}
        assert door.post("/api/auth/login", json=OWNER).status_code == 401
        assert door.post("/api/auth/login", json=new).status_code == 200


def _models_status(url: str, key: str) -> int:
    headers = {"authorization": f"Bearer {key}"}
    return httpx.get(f"{url}/v1/models", headers=headers, trust_env=False, verify=False).status_code
