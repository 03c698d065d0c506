"""A file is what its bytes say, and its name is nothing but a name."""

from __future__ import annotations

import struct

import pytest

from seawall.conversations.file_names import safe_name, shown_name
from seawall.conversations.sniffing import Picture, is_pdf, picture_of, text_of, text_type

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 640, 480)
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08" + struct.pack(">HH", 480, 640) + b"\0" * 8
WEBP = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little")
LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 639 | 479 << 14)
LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PNG, "image/png"),
        (GIF, "image/gif"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (LOSSLESS, "image/webp"),
        (LOSSY, "image/webp"),
    ],
)
def test_an_image_is_known_by_its_signature_and_its_size_by_its_header(data: bytes, media_type: str):
    assert picture_of(data) == Picture(media_type, 640, 480)
    for length in range(len(data) - 1):
        found = picture_of(data[:length])
        assert found is None or found.media_type == media_type  # Cut short, it breaks nothing.


def test_what_is_no_image_is_none():
    assert [picture_of(data) for data in (b"", b"<svg/>", b"BM6", b"RIFF\0\0\0\0WAVE", b"\xff\xd8\xff\xc4")] == [
        None
    ] * 5


def test_a_pdf_may_begin_behind_a_few_lines():
    assert is_pdf(b"%PDF-1.7")
    assert is_pdf(b"@PJL\r\n" + b" " * 500 + b"%PDF-1.4")
    assert not is_pdf(b" " * 2000 + b"%PDF-1.4")


@pytest.mark.parametrize("data", ["héllo\r\n\tworld\f".encode(), b"\xef\xbb\xbfwith a mark", b"\x1b[31mred", b"{}"])
def test_utf_8_is_text(data: bytes):
    assert text_of(data) == data.decode("utf-8-sig")


@pytest.mark.parametrize("data", [b"a\0b", b"caf\xe9", b"\xff\xfea\0", b"\x01\x02\x03", b"\xed\xa0\x80"])
def test_anything_else_is_not(data: bytes):
    assert text_of(data) is None


def test_text_is_told_apart_for_programs_alone():
    assert [text_type(name) for name in ("a.MD", "a.csv", "a.json", "a.html", "md")] == [
        "text/markdown",
        "text/csv",
        "application/json",
        "text/plain",
        "text/markdown",
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("notes.txt", "notes.txt"),
        ("C:\\Users\\ada\\notes.txt", "notes.txt"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb\0.txt", "ab.txt"),
        ("invoice‮fdp.exe", "invoicefdp.exe"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("潮汐 🌊.md", "潮汐 🌊.md"),
    ],
)
def test_a_name_is_shown_without_what_misleads(given: str, shown: str):
    assert shown_name(given) == shown


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ('On "tides": high/low?', "On tides high low"),
        ("..", "untitled"),
        ("con.txt", "untitled"),
        ("a" * 200, "a" * 80),
        ("潮汐", "潮汐"),
        ("a..b", "a b"),
    ],
)
def test_a_name_for_any_system_leads_nowhere(given: str, safe: str):
    assert safe_name(given) == safe
