"""Mail is handed to a real server, encrypted as it is set, or it is said that it was not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from mail_server import mail_server
from seawall.mail.port import MailError
from seawall.mail.smtp import SmtpMailer

TO = "ada@example.org"


@pytest.mark.parametrize(
    ("tls", "signs_in"), [("none", False), ("starttls", False), ("starttls", True), ("tls", False)]
)
async def test_a_mail_arrives_as_it_was_written(
    tmp_path: Path, tls: Literal["none", "starttls", "tls"], signs_in: bool
):
    async with mail_server(tmp_path, tls, signs_in=signs_in) as server:
        await SmtpMailer(server.settings).send(TO, "12345678 is your code / 验证码", "12345678\n\n验证码\n")
    (mail,) = server.mails
    assert server.recipients == [TO]
    assert mail["from"] == "Seawall <wall@example.org>"
    assert mail["subject"] == "12345678 is your code / 验证码"
    assert mail.get_content().replace("\r\n", "\n") == "12345678\n\n验证码\n"
    assert mail["message-id"].endswith("@example.org>")
    assert mail["auto-submitted"] == "auto-generated"
    assert mail["date"]


async def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(tmp_path: Path):
    async with mail_server(tmp_path, "tls") as server:
        trusting = server.settings.model_copy(update={"ca_file": ""})
        with pytest.raises(MailError, match="certificate"):
            await SmtpMailer(trusting).send(TO, "subject", "text")
    assert server.mails == []


async def test_starttls_is_insisted_on(tmp_path: Path):
    async with mail_server(tmp_path, "none") as server:
        with pytest.raises(MailError, match="STARTTLS"):
            await SmtpMailer(server.settings.model_copy(update={"tls": "starttls"})).send(TO, "subject", "text")
    assert server.mails == []


async def test_a_wrong_password_is_told_without_the_password(tmp_path: Path):
    async with mail_server(tmp_path, "starttls", signs_in=True) as server:
        wrong = server.settings.model_copy(update={"password": "not the password"})
        with pytest.raises(MailError) as fault:
            await SmtpMailer(wrong).send(TO, "subject", "text")
    assert "not the password" not in str(fault.value)
    assert server.mails == []


async def test_a_server_that_takes_nothing_is_told(tmp_path: Path):
    async with mail_server(tmp_path) as server:
        server.refuses = True
        with pytest.raises(MailError, match="disk is full"):
            await SmtpMailer(server.settings).send(TO, "subject", "text")


async def test_a_server_that_is_away_is_told(tmp_path: Path):
    async with mail_server(tmp_path) as server:
        settings = server.settings
    with pytest.raises(MailError, match="ConnectError"):
        await SmtpMailer(settings).send(TO, "subject", "text")


async def test_no_address_or_subject_smuggles_a_header_in(tmp_path: Path):
    async with mail_server(tmp_path) as server:
        for to, subject in (("eve@example.org\r\nBcc: bob@example.org", "s"), (TO, "s\r\nBcc: bob@example.org")):
            with pytest.raises(MailError):
                await SmtpMailer(server.settings).send(to, subject, "text")
    assert server.recipients == []


async def test_many_mails_at_once_open_few_connections_and_all_arrive(tmp_path: Path):
    async with mail_server(tmp_path) as server:
        mailer = SmtpMailer(server.settings)
        await asyncio.gather(*(mailer.send(TO, f"{number}", "text") for number in range(20)))
    assert sorted(int(mail["subject"]) for mail in server.mails) == list(range(20))


async def test_more_mails_than_may_wait_are_refused_at_once(tmp_path: Path):
    async with mail_server(tmp_path) as server:
        mailer = SmtpMailer(server.settings)
        told = await asyncio.gather(*(mailer.send(TO, "s", "t") for _ in range(80)), return_exceptions=True)
    refused = [one for one in told if isinstance(one, MailError)]
    assert len(server.mails) == 80 - len(refused)
    assert len(refused) == 80 - 68
