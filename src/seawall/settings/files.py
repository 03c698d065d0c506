"""The settings of files: what may be attached, and what may come in from elsewhere. Acts on none of them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from seawall.settings.section import Section

_MIB = 1024 * 1024


class FileSettings(Section):
    file_bytes: Annotated[int, Field(ge=1024, le=64 * _MIB)] = 16 * _MIB
    """The largest file that may be attached. A scientific paper with figures has 1 to 10 MiB; whole books, which no
    model reads at once, have more.
    """
    image_bytes: Annotated[int, Field(ge=1024, le=64 * _MIB)] = 4 * _MIB
    """The largest image. It goes to the model server whole with each question that shows it, a third larger as
    base64; a photograph of a phone, scaled to what models see, has less than 1 MiB.
    """
    image_pixels: Annotated[int, Field(ge=1024)] = 50_000_000
    """The most pixels of an image: a phone's camera has 12 to 50 million. A small file can say that it has a billion,
    which whoever opens it has to find memory for.
    """
    text_bytes: Annotated[int, Field(ge=1024, le=16 * _MIB)] = _MIB
    """The most text that is kept of a file for the model to read, and the largest text file: some 350,000 tokens,
    twice what most models take.
    """
    prompt_tokens: Annotated[int, Field(ge=64)] = 65_536
    """The most tokens of attached text that one question shows, and never more than half of the model's context: the
    other half is for what was said. What is cut off is told to the model.
    """
    pdf_pages: Annotated[int, Field(ge=1, le=100_000)] = 500
    """The most pages of a PDF: a thick book, read in some 20 s of one core."""
    per_message: Annotated[int, Field(ge=1, le=16)] = 8
    """The most files that one message carries."""
    message_bytes: Annotated[int, Field(ge=1024, le=1024 * _MIB)] = 32 * _MIB
    """The most bytes of all files that one message carries: two of the largest."""
    account_bytes: Annotated[int, Field(ge=0)] = 256 * _MIB
    """The most bytes that one account keeps in files, those of deleted conversations included until they are swept.
    They are in the database and in each backup: a hundred people come to 25 GiB at the very most.
    """
    pending: Annotated[int, Field(ge=1, le=10_000)] = 32
    """The most files of one account that wait for the message that carries them. They are swept after a day."""
    uploads: Annotated[int, Field(ge=1, le=1000)] = 16
    """The most uploads in progress at once, and two of one account. They are written to a temporary file as they come,
    so a slow one costs room on the disk and no memory.
    """
    pdf_readers: Annotated[int, Field(ge=1, le=16)] = 1
    """PDFs read at once, each in a process of its own of at most 512 MiB and 20 s of a core; four more wait. One, as
    the cores belong to those who chat.
    """
    import_bytes: Annotated[int, Field(ge=1024, le=1024 * _MIB)] = 320 * _MIB
    """The largest file that may be imported: an account's own export with all the files that it may keep
    (`account_bytes`) and the text of ten thousand conversations. It lies on the disk, four at once.
    """
    import_unpacked_bytes: Annotated[int, Field(ge=1024, le=4096 * _MIB)] = 256 * _MIB
    """The most text that is read out of an imported file; JSON in a ZIP file packs to a fifth. What unpacks to more is
    refused before it is unpacked. Files of messages are counted apart, by `account_bytes`.
    """
    import_conversations: Annotated[int, Field(ge=1)] = 20_000
    """The most conversations of one import: ten a day for five years."""
