"""What every command is given: the data folder and the settings. Knows how they are named; loads them when asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from seawall.settings.loading import LoadedSettings, load_settings
from seawall.settings.tree import Settings, SettingsError, data_folder

DEFAULT_CONFIG = "seawall.toml"


@dataclass
class Invocation:
    """One run of the command line. ``overrides`` are settings that a command's options name, by dotted path."""

    data_option: Path | None = None
    config_option: Path | None = None
    overrides: dict[str, Any] = field(default_factory=dict[str, Any])
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @cached_property
    def data(self) -> Path:
        """The data folder; it may not exist yet."""
        return data_folder(self.data_option).absolute()

    @cached_property
    def loaded(self) -> LoadedSettings:
        """The settings with their sources. Raises SettingsError."""
        config = self.config_option
        if config is None and (self.data / DEFAULT_CONFIG).exists():
            config = self.data / DEFAULT_CONFIG
        return load_settings(config, self.environment, self.overrides)

    @property
    def settings(self) -> Settings:
        """The settings, or the command's end with a sentence."""
        try:
            return self.loaded.settings
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
