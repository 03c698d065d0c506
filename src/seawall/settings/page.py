"""Writes docs/settings.md from the tree of settings. Knows Markdown; knows no value but the defaults.

``python -m seawall.settings.page > docs/settings.md``
"""

from __future__ import annotations

import sys
from itertools import groupby

from pydantic_core import PydanticUndefined

from seawall.settings.listing import Setting, all_settings, shown, table_of

_HEAD = """\
# Settings

<!-- Written by `python -m seawall.settings.page > docs/settings.md`; a test holds it to settings/tree.py. -->

Everything has a default that works. A value is taken from the first of these that gives one:

1. the command line (`seawall serve --port 9000`),
2. the environment: `SEAWALL_` and the key's path in capitals, joined by `_`,
3. the TOML file of `--config`, else `seawall.toml` in the data folder,
4. the default.

`seawall config check` validates; `seawall config show` tells each setting's value and where it came from, with
secrets hidden. An unknown key in the file is an error that names the nearest known one; an unknown `SEAWALL_*` name in
the environment is a warning, because other programs may use it. Two names are the command line's own: `SEAWALL_DATA`
(the data folder, `--data`) and `SEAWALL_CONFIG` (the file, `--config`).

In the environment, lists are written with commas (`SEAWALL_TRUSTED_PROXIES=10.0.0.0/8,127.0.0.1`) or as JSON, and
`true`, `false`, `yes`, `no`, `1` and `0` are the truth values. An empty text clears a text or a list; elsewhere it
counts as not set.

```toml
# seawall.toml
public_url = "https://chat.example.org"
trusted_proxies = ["127.0.0.1/32"]

[engine]
use = ["http://127.0.0.1:9000/v1"]

[limits]
body_bytes = 2_097_152
```
"""


def settings_page() -> str:
    """The whole page, ending in a newline."""
    parts = [_HEAD]
    for section, settings in groupby(all_settings(), key=lambda one: one.path.rpartition(".")[0]):
        parts.append(f"\n## {'`[' + section + ']`' if section else 'Top level'}\n")
        parts += [_entry(setting) for setting in settings]
    return "".join(parts)


def _entry(setting: Setting) -> str:
    facts = f"{setting.kind}; default `{shown(setting.default)}`; environment `{setting.environment_name}`"
    text = f"\n### `{setting.path}`\n\n{setting.description}\n\n{facts[0].upper() + facts[1:]}\n"
    table = table_of(setting)
    if table is None:
        return text
    keys = (f"- `{key.path}`: {key.description} ({_told(key)})\n" for key in all_settings(table))
    return text + "\nThe keys of each:\n\n" + "".join(keys)


def _told(key: Setting) -> str:
    return f"{key.kind}; needed" if key.default is PydanticUndefined else f"{key.kind}; default `{shown(key.default)}`"


if __name__ == "__main__":
    sys.stdout.write(settings_page())
