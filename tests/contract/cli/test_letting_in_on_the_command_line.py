"""`seawall user invite` and `seawall user approve` on a real data folder."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.accounts.joining.enrolment import Application, Awaited
from seawall.accounts.sessions import Session
from seawall.cli.main import run
from seawall.people import open_accounts
from seawall.settings.accounts import AccountSettings, SignupMode
from seawall.settings.tree import Settings
from seawall.values.refusal import Refusal


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


def seawall(data: Path, *words: str) -> tuple[int, str, str]:
    with CliRunner().isolation() as (out, err, _):
        status = run(["--data", str(data), *words])
        return status, out.getvalue().decode(), err.getvalue().decode()


def register(data: Path, mode: SignupMode, invite: str = "") -> Session | Awaited | Refusal:
    """What the service makes of a form."""

    async def enrol() -> Session | Awaited | Refusal:
        async with open_accounts(Settings(accounts=AccountSettings(signup=mode)), data) as rooms:
            applicant = await rooms.enrolment.look(Application("ada@example.org", "a good password", invite=invite))
            return applicant if isinstance(applicant, Refusal) else await rooms.enrolment.enrol(applicant)

    return asyncio.run(enrol())


def test_an_invite_is_a_link_printed_alone_with_which_one_registers(data: Path) -> None:
    status, out, err = seawall(data, "user", "invite", "--role", "operator", "--uses", "1", "--days", "2")
    assert (status, err) == (0, "")
    link = re.fullmatch(r"http://127\.0\.0\.1:8080/signup#([0-9a-f]{48})\n", out)
    assert link, out
    session = register(data, "invite", link[1])
    assert isinstance(session, Session)
    assert session.identity.role == "operator"


def test_an_account_that_waits_is_listed_and_let_in(data: Path) -> None:
    assert isinstance(register(data, "approval"), Awaited)
    assert "waits for approval" in seawall(data, "user", "list")[1]
    assert seawall(data, "user", "approve", "ada@example.org") == (0, "Let ada@example.org in.\n", "")
    assert "enabled" in seawall(data, "user", "list")[1]
    status, out, err = seawall(data, "user", "approve", "ada@example.org")
    assert (status, out) == (1, "")
    assert "let in already" in err


@pytest.mark.parametrize(
    ("words", "status"), [(("--days", "91"), 1), (("--email", "nobody"), 1), (("--role", "owner"), 2)]
)
def test_an_invite_out_of_bounds_is_one_sentence(data: Path, words: tuple[str, ...], status: int) -> None:
    code, out, err = seawall(data, "user", "invite", *words)
    assert (code, out) == (status, "")
    assert len(err.strip().splitlines()) == 1
