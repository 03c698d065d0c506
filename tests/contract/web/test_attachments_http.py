"""Files over HTTP: taken for what they are, carried by messages, shown to models, given back to their owner alone."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from pdf_files import deflate_bomb, locked_pdf, pdf
from picture_files import png
from records_that_fail import SwitchedRecords
from seawall.settings.files import FileSettings
from web_app import WebApp, web_app

MIB = 1024 * 1024
SEEING = "vision=1,tokens=3"


@pytest.fixture
async def app(records: SwitchedRecords) -> AsyncGenerator[WebApp]:
    files = FileSettings(account_bytes=3 * MIB, file_bytes=2 * MIB, pending=5, text_bytes=64 * 1024, pdf_pages=20)
    async with web_app(records, SEEING, files=files) as opened:
        yield opened


async def attach(browser: httpx.AsyncClient, data: bytes, name: str = "notes.txt", **headers: str) -> httpx.Response:
    return await browser.post("/api/attachments", params={"name": name}, content=data, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def say(browser: httpx.AsyncClient, attachments: list[str], **body: Any) -> dict[str, Any]:
    """The conversation's view once the answer has ended."""
    told = {"message_id": "message-1", "text": "What is in it?", "attachments": attachments, **body}
    answer = await browser.post("/api/chat", json=told)
    assert answer.status_code == 200, answer.text
    begun = json.loads(answer.text.partition("event: begun\ndata: ")[2].partition("\n")[0])
    return (await browser.get(f"/api/conversations/{begun['conversation']['id']}")).json()


async def test_a_text_is_taken_carried_and_given_back(app: WebApp):
    async with app.member() as ada:
        added = await attach(ada, "Flut um zwölf.".encode(), "../Notizen\n‮.md", **{"content-type": "image/png"})
        assert added.status_code == 201
        told = added.json()
        assert (told["name"], told["kind"], told["media_type"]) == ("Notizen.md", "text", "text/markdown")
        assert (told["size_bytes"], told["pages"], told["shortened"]) == (15, None, False)
        assert told["tokens"] > 0

        opened = await say(ada, [told["id"]])
        (carried,) = opened["messages"][0]["attachments"]
        assert (carried["id"], carried["name"]) == (told["id"], "Notizen.md")

        back = await ada.get(f"/api/attachments/{told['id']}")
        assert back.content == "Flut um zwölf.".encode()
        assert back.headers["content-type"] == "text/plain; charset=utf-8"
        assert back.headers["content-disposition"].startswith('attachment; filename="Notizen.md"')
        assert back.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in back.headers["content-security-policy"]


async def test_a_file_is_its_owners_alone(app: WebApp):
    async with app.member() as ada, app.member("eve@example.org") as eve, app.client() as nobody:
        kept = (await attach(ada, b"mine")).json()["id"]

        assert code(await eve.get(f"/api/attachments/{kept}")) == (404, "not_found")
        assert code(await eve.delete(f"/api/attachments/{kept}")) == (404, "not_found")
        assert code(await nobody.get(f"/api/attachments/{kept}")) == (401, "not_signed_in")
        assert code(await attach(nobody, b"mine")) == (401, "not_signed_in")
        taken = await eve.post("/api/chat", json={"message_id": "message-2", "text": "Whose?", "attachments": [kept]})
        assert code(taken) == (409, "conflict")


async def test_a_file_from_another_sites_page_is_refused(app: WebApp):
    async with app.member() as ada:
        del ada.headers["x-csrf-token"]
        assert code(await attach(ada, b"mine")) == (403, "cross_site")


async def test_a_waiting_file_is_removed_and_a_carried_one_is_not(app: WebApp):
    async with app.member() as ada:
        kept = (await attach(ada, b"first")).json()["id"]
        assert (await ada.delete(f"/api/attachments/{kept}")).status_code == 204
        assert code(await ada.get(f"/api/attachments/{kept}")) == (404, "not_found")

        carried = (await attach(ada, b"second")).json()["id"]
        await say(ada, [carried])
        assert code(await ada.delete(f"/api/attachments/{carried}")) == (404, "not_found")


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\x02\x01\x01\0\0", b"PK\x03\x04\x14\0", b"\xff\xfeU\0T\0F\0", b"caf\xe9", b"MZ\x90\0\x03", b"text\0text"],
)
async def test_what_is_no_text_is_refused_whatever_it_says_it_is(app: WebApp, data: bytes):
    async with app.member() as ada:
        told = await attach(ada, data, "notes.txt", **{"content-type": "text/plain"})
        assert code(told) == (415, "unsupported_file")
        assert "UTF-8" in told.json()["error"]["message"]


async def test_files_that_are_too_large_are_refused_and_nothing_of_them_is_kept(app: WebApp):
    async with app.member() as ada:
        assert code(await attach(ada, b"x" * (64 * 1024 + 1))) == (413, "body_too_large")
        assert code(await attach(ada, png() + b"\0" * (2 * MIB))) == (413, "body_too_large")
        assert code(await attach(ada, png(40_000, 40_000, whole=False))) == (413, "body_too_large")
        assert code(await attach(ada, b"")) == (422, "unreadable_file")

        # Larger than any other body, so it came through the gate; and a body without a length does not get around it.
        assert (await attach(ada, pdf("tide") + b"\n" * MIB, "a.pdf")).status_code == 201

        async def endless() -> AsyncGenerator[bytes]:
            for _ in range(48):
                yield b"x" * 64 * 1024

        told = await ada.post("/api/attachments", params={"name": "a"}, content=endless())
        assert code(told) == (413, "body_too_large")


async def test_the_large_bound_is_for_that_path_and_known_sessions_alone(app: WebApp):
    async with app.member() as ada, app.client() as nobody:
        large = b'{"text": "' + b"x" * (MIB + 1)
        assert code(await ada.post("/api/chat", content=large)) == (413, "body_too_large")
        assert code(await nobody.post("/api/attachments", content=large)) == (413, "body_too_large")


async def test_an_account_has_room_for_so_much_and_so_many(app: WebApp):
    async with app.member() as ada:
        large = pdf("tide") + b"\n" * (MIB + MIB // 2)
        for _ in range(1):
            assert (await attach(ada, large, "a.pdf")).status_code == 201
        assert code(await attach(ada, large, "b.pdf")) == (413, "storage_full")
        for number in range(4):
            assert (await attach(ada, b"%d" % number)).status_code == 201
        assert code(await attach(ada, b"one more")) == (413, "storage_full")


async def test_a_pdf_is_read_and_a_strange_one_told_of_calmly(app: WebApp):
    async with app.member() as ada:
        told = (await attach(ada, pdf("High tide is at noon.", "And low?"), "tide.pdf")).json()
        assert (told["kind"], told["media_type"], told["pages"]) == ("pdf", "application/pdf", 2)

        for data, status, word in (
            (locked_pdf("secret"), 422, "password"),
            (pdf(""), 422, "OCR"),
            (pdf(*["page"] * 21), 413, "21 pages"),
            (b"%PDF-1.4\nDear diary", 422, "damaged"),
            (deflate_bomb(500), 422, "PDF"),
        ):
            refused = await attach(ada, data, "strange.pdf")
            assert refused.status_code == status, refused.text
            assert word in refused.json()["error"]["message"]


async def test_the_model_reads_what_is_attached_and_reads_it_again_when_asked_again(records: SwitchedRecords):
    async with web_app(records) as app, app.member() as ada:
        kept = (await attach(ada, b"High tide is at noon.", "tide.md")).json()["id"]

        first = await say(ada, [kept])
        question = first["messages"][0]["id"]
        again = {"text": None, "conversation_id": first["conversation"]["id"], "parent_id": question}
        second = await say(ada, [], message_id="message-2", **again)

        # This engine says again what it was asked.
        answers = [message["text"] for message in second["messages"] if message["speaker"] == "assistant"]
        assert ["High tide is at noon." in text for text in answers] == [True, True]


async def test_an_image_is_shown_to_a_model_that_sees(app: WebApp):
    async with app.member() as ada:
        told = (await attach(ada, png(), "sea.jpg")).json()
        assert (told["kind"], told["media_type"]) == ("image", "image/png")
        opened = await say(ada, [told["id"]])
        assert "image" in opened["messages"][1]["text"]
        back = await ada.get(f"/api/attachments/{told['id']}")
        assert back.headers["content-disposition"].startswith("inline")
        assert back.headers["content-type"] == "image/png"


async def test_an_image_is_refused_where_no_model_sees(records: SwitchedRecords):
    async with web_app(records) as blind, blind.member() as ada:
        told = await attach(ada, png(), "sea.png")
        assert code(told) == (415, "unsupported_file")
        assert "No model" in told.json()["error"]["message"]


async def test_an_edited_message_carries_a_copy(app: WebApp):
    async with app.member() as ada:
        kept = (await attach(ada, b"tide")).json()["id"]
        first = await say(ada, [kept])
        conversation = first["conversation"]["id"]

        edited = await say(
            ada, [kept], message_id="message-2", text="And now?", conversation_id=conversation, parent_id=""
        )

        carried = [m["attachments"] for m in edited["messages"] if m["speaker"] == "user"]
        assert [len(each) for each in carried] == [1, 1]
        assert carried[0][0]["id"] == kept != carried[1][0]["id"]
        assert (await ada.get(f"/api/attachments/{carried[1][0]['id']}")).content == b"tide"


async def test_one_message_carries_so_many(app: WebApp):
    async with app.member() as ada:
        body = {"message_id": "message-1", "text": "All?", "attachments": [f"file-{n}" for n in range(9)]}
        assert code(await ada.post("/api/chat", json=body)) == (400, "invalid_request")


async def test_without_records_a_file_is_refused_and_may_be_sent_again(app: WebApp):
    async with app.member() as ada:
        app.records.away = True
        assert code(await attach(ada, b"tide")) == (503, "records_unavailable")
        app.records.away = False
        assert (await attach(ada, b"tide")).status_code == 201
