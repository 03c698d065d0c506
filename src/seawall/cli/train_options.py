"""Options that several commands of `seawall train` take. Knows their words and defaults; acts on none."""

from __future__ import annotations

from pathlib import Path

import click

project_option = click.option(
    "--out",
    "project",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("training"),
    show_default=True,
    help="The project's folder: its runs and models, and one ledger of all.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
seed_option = click.option(
    "--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True, help="What chance starts from."
)
recipe_option = click.option(
    "--recipe", type=click.Path(dir_okay=False, path_type=Path), help="A TOML file (default: the packaged recipe)."
)
