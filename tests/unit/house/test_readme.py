"""What README.md tells a stranger to type exists."""

from __future__ import annotations

import re
from pathlib import Path

TARGET = re.compile(r"\bmake ([a-z][a-z-]*)")
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


def test_every_make_target_that_the_documents_name_exists(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    named = {
        target
        for name in ("README.md", "CONTRIBUTING.md")
        for line in _code(root / name)
        for target in TARGET.findall(line)
    }
    assert {"serve", "test"} <= named
    assert named <= targets


def test_help_lists_every_target(root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    told = set(re.findall(r"@echo 'make ([a-z-]+)", makefile))
    assert set(phony[1].split()) - {"help", "system-parts"} == told


def test_no_document_points_at_a_file_that_is_not_there(root: Path) -> None:
    pages = [*root.glob("*.md"), *(root / "docs").rglob("*.md"), *(root / "bench").glob("*.md")]
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def _code(page: Path) -> list[str]:
    """The lines of a page that are typed: indented blocks, fenced blocks and `spans`."""
    text = page.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    spans = re.findall(r"`([^`\n]+)`", text)
    return [*fenced.splitlines(), *re.findall(r"^ {4}(.*)$", text, re.MULTILINE), *spans]
