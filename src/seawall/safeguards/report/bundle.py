"""The file that a report is handed on as: a zip that is the same to the byte for the same texts. Knows no content.

Stored and not deflated: two programs deflate the same text to different bytes, and every byte is to be checked.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The least that zip files can tell: when the bundle was made is in it, and hashed.
_TIME = (1980, 1, 1, 0, 0, 0)
MOST_BYTES = 512 * 1024 * 1024
MOST_FILES = 32


class BadBundle(Exception):
    """The file is no bundle, or was changed; the message says where."""


def bundled(files: Mapping[str, str]) -> bytes:
    """The zip of these texts, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, text in files.items():
            member = zipfile.ZipInfo(name, _TIME)
            member.create_system, member.external_attr = 3, 0o644 << 16
            archive.writestr(member, text.encode())
    return made.getvalue()


def unbundled(bundle: bytes) -> dict[str, str]:
    """The texts in it. Raises BadBundle for whatever differs by a byte from what ``bundled`` makes of them."""
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
                raise BadBundle("There is more in it than a report has.")
            if any(member.compress_type != zipfile.ZIP_STORED for member in members):
                raise BadBundle("Its files were packed anew by another program.")
            files = {member.filename: archive.read(member).decode() for member in members}
    except (zipfile.BadZipFile, UnicodeDecodeError, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadBundle(f"It is no whole report: {error}.") from error
    if bundled(files) != bundle:
        raise BadBundle("Something was changed between its files, or it was packed anew by another program.")
    return files
