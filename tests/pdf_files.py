"""PDFs as people have them and as attackers make them. Knows the format by hand; knows no test."""

from __future__ import annotations

import io
import zlib

from pypdf import PdfReader, PdfWriter


def pdf(*pages: str) -> bytes:
    """One page for each text."""
    return _pages([f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode() for text in pages])


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("The treasure is under the oak."))))
    writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def deflate_bomb(unpacked_mib: int) -> bytes:
    """A page whose content unpacks to so much, twice packed: a few kilobytes in all."""
    packer, mib = zlib.compressobj(9), b" " * 1024 * 1024
    # Flushed whole, each further one packs to the same bytes: to pack them all would take longer than any test.
    first, other = (packer.compress(mib) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    checksum = 1
    for _ in range(unpacked_mib):
        checksum = zlib.adler32(mib, checksum)
    once = first + other * (unpacked_mib - 1) + packer.flush()[:-4] + checksum.to_bytes(4, "big")
    return _pages([zlib.compress(once, 9)], b"/Filter [/FlateDecode /FlateDecode]")


def endless_pages() -> bytes:
    """A tree of pages that is its own branch."""
    return _file([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"])


def endless_object_stream() -> bytes:
    """A stream of objects that lies within itself, as the catalogue does too."""
    packed = zlib.compress(b"1 0 << /Type /Catalog /Pages 1 0 R >>")
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Extends 1 0 R /Filter /FlateDecode /Length %d >>" % len(packed)
    body = b"%PDF-1.5\n1 0 obj\n" + stream + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    rows = bytes([0, 0, 0, 0]) + bytes([2, 0, 1, 0])
    table = zlib.compress(rows)
    told = b"<< /Type /XRef /Size 2 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(table)
    return (
        body + b"2 0 obj\n" + told + b"\nstream\n" + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)
    )


def _pages(contents: list[bytes], how: bytes = b"") -> bytes:
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, content in enumerate(contents):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R" % (5 + 2 * number)
        objects.append(page + b" /Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), how, content))
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out, starts = io.BytesIO(b"%PDF-1.4\n"), list[int]()
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % start for start in starts))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()
