"""What goes wrong in training, as one sentence. Knows how faults are called; imports none of what raises them."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager

import click

from seawall.accounts.secret_file import SecretFileError

# The packages of the extra; any other that is missing is a fault of ours.
_EXTRA = frozenset(("torch", "tokenizers", "safetensors", "gguf", "rich", "datasketch", "numpy", "transformers", "trl"))
# By name, as to import them is to import torch. Each is raised with a sentence for the person at the terminal.
_TOLD = frozenset(
    ("CheckpointError", "ConfigError", "DataError", "DemoError", "Diverged", "ExportError", "RecipeError")
)


@contextmanager
def told_in_sentences() -> Generator[None]:
    """What goes wrong in training, told as elsewhere on the command line."""
    try:
        yield
    except ImportError as missing:
        if (missing.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise click.ClickException(
            f'Training needs {missing.name}, which is not installed: pip install "seawall[training]".'
        ) from None
    except SecretFileError as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise click.ClickException("There is no more room on the disk: free some and ask again.") from None
        raise click.ClickException(f"{fault.filename or 'A file'} cannot be used: {fault.strerror or fault}.") from None
    except Exception as fault:
        if type(fault).__name__ not in _TOLD:
            raise
        raise click.ClickException(str(fault)) from None
