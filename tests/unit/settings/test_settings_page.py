"""docs/settings.md holds every setting as settings.py has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.settings.listing import Setting, all_settings, shown
from seawall.settings.page import settings_page

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


@pytest.mark.parametrize("setting", list(all_settings()), ids=lambda setting: setting.path)
def test_the_page_has_the_setting_with_its_default_and_variable(setting: Setting) -> None:
    _, _, after = PAGE.read_text(encoding="utf-8").partition(f"### `{setting.path}`\n")
    section = after.partition("\n#")[0]
    assert setting.description, f"{setting.path} has no docstring in settings.py"
    assert f"default `{shown(setting.default)}`" in section
    assert f"`{setting.environment_name}`" in section


def test_the_page_is_as_the_tree_writes_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), (
        "run: python -m seawall.settings.page > docs/settings.md"
    )
