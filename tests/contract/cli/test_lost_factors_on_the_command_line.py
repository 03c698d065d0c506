"""`seawall user reset-factors` on a real data folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.accounts.factors.second_factor import SecondFactorDue
from seawall.accounts.sessions import Session
from seawall.cli.main import run
from seawall.people import AccountRooms, open_accounts
from seawall.records.factor_entries import AuthenticatorRow, BeginAuthenticator, UseStep
from seawall.settings.tree import Settings

ADA = "ada@example.org"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def seawall(data: Path, *words: str, typed: bytes = b"") -> tuple[int, str, str]:
    with CliRunner().isolation(typed) as (out, err, _):
        status = run(["--data", str(data), *words])
        return status, out.getvalue().decode(), err.getvalue().decode()


def sign_in(data: Path, *, with_app: bool = False) -> object:
    """What becomes of the right password; ``with_app`` an authenticator app is there from now on."""

    async def work(rooms: AccountRooms) -> object:
        account = await rooms.accounts.by_email(ADA)
        assert account is not None
        if with_app:
            row = AuthenticatorRow(account.id, "sealed", account.created_s)
            await rooms.own_factors.records.write(BeginAuthenticator(row))
            await rooms.own_factors.records.write(UseStep(account.id, 1, account.created_s, confirms=True))
        return await rooms.entrance.sign_in(ADA, "a good password", "net")

    async def in_rooms() -> object:
        async with open_accounts(Settings(), data) as rooms:
            return await work(rooms)

    return asyncio.run(in_rooms())


def test_lost_factors_are_taken_away_by_who_has_the_data(data: Path) -> None:
    typed = b"a good password\n"
    assert seawall(data, "user", "add", ADA, "--password-stdin", typed=typed)[0] == 0
    assert isinstance(sign_in(data, with_app=True), SecondFactorDue)
    status, out, err = seawall(data, "user", "reset-factors", ADA)
    assert (status, out) == (0, f"Took all second factors of {ADA} away and ended its sessions.\n"), err
    assert isinstance(sign_in(data), Session)
    status, out, err = seawall(data, "user", "reset-factors", ADA)
    assert (status, out) == (1, "")
    assert "no second factor" in err
