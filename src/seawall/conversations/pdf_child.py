"""The program that takes the text out of a PDF. Knows pypdf and its limits; is started, never imported.

Reads the file from standard input and writes one line of JSON: ``{text, pages, shortened}``, or ``{no}`` with the
reason, which is encrypted, pages, empty, heavy or broken.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from seawall.conversations.confinement import OUT_OF_MEMORY, confine


def main(order: dict[str, Any]) -> dict[str, Any]:
    """What is told of the file."""
    confine(order["memory_bytes"], order["cpu_s"])
    # Imported within the limits, as an import is half of what a small file costs.
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import DependencyError, LimitReachedError

    try:
        reader = PdfReader(sys.stdin.buffer)
        # Many a PDF that only forbids printing is locked with the empty password.
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            return {"no": "encrypted"}
        pages = len(reader.pages)
        if pages > order["pages"]:
            return {"no": "pages", "pages": pages}
        text, shortened = _text(reader, order["text_bytes"])
    except DependencyError:
        return {"no": "encrypted"}
    except (LimitReachedError, RecursionError):
        return {"no": "heavy"}
    if not text.strip():
        return {"no": "empty", "pages": pages}
    return {"text": text, "pages": pages, "shortened": shortened}


def _text(reader: Any, most_bytes: int) -> tuple[str, bool]:
    told: list[str] = []
    left_bytes = most_bytes
    for page in reader.pages:
        # Half a surrogate pair and NUL come out of broken fonts, and no database takes them.
        words = page.extract_text().replace("\0", "").encode(errors="replace").strip()
        told.append(words[:left_bytes].decode(errors="ignore"))
        left_bytes -= len(words) + 2
        if left_bytes < 0:
            return "\n\n".join(told), True
    return "\n\n".join(told), False


if __name__ == "__main__":
    try:
        found = main(json.loads(sys.argv[1]))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - whatever is wrong with a stranger's file, this is what is told of it.
        found = {"no": "broken"}
    sys.stdout.write(json.dumps(found) + "\n")
