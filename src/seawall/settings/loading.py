"""Fills the tree of settings from file, environment and command line. Knows which wins; knows no setting by name."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_origin

from pydantic import ValidationError

from seawall.settings.faults import Given, faults_told, nearest, wrong_kind
from seawall.settings.listing import Setting, all_settings
from seawall.settings.tree import Settings, SettingsError

DEFAULT = "default"
COMMAND_LINE = "command line"
_PREFIX = "SEAWALL_"
# These two say where the tree and its file are, so they cannot stand in it.
_OF_THE_COMMAND_LINE = frozenset({"SEAWALL_DATA", "SEAWALL_CONFIG"})
# The comma of `echo:slots=8,tokens=40` stands before a `key=` and parts no items.
_BETWEEN_ITEMS = re.compile(r"\s+|,(?!\s*\w+=)")
_YES = frozenset({"true", "1", "yes", "on"})
_NO = frozenset({"false", "0", "no", "off"})


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The tree, where each key's value came from, and what was found that an operator should know."""

    settings: Settings
    sources: dict[str, str]
    warnings: tuple[str, ...] = ()


def load_settings(config: Path | None, environment: Mapping[str, str], overrides: Mapping[str, Any]) -> LoadedSettings:
    """Defaults, under the file, under the environment, under ``overrides`` (dotted path to value; None is no value).

    Raises:
        SettingsError: one sentence with the key, where its value came from and what would be right.
    """
    known = {setting.path: setting for setting in all_settings()}
    given = dict(_from_file(config, known)) if config is not None else {}
    of_environment, warnings = _from_environment(environment, known)
    given |= of_environment
    for path, value in overrides.items():
        if path not in known:
            raise SettingsError(_unknown(path, COMMAND_LINE, list(known)))
        if value is not None:
            given[path] = Given(value, COMMAND_LINE)
    sources = {path: given[path].source if path in given else DEFAULT for path in known}
    return LoadedSettings(_validated(given, known), sources, warnings)


def _from_file(config: Path, known: Mapping[str, Setting]) -> Iterator[tuple[str, Given]]:
    text = _read(config)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{config} is not valid TOML: {fault}.") from None
    sections = {path.rpartition(".")[0] for path in known} - {""}
    for path, value in _leaves(tree, sections, config):
        if path not in known:
            raise SettingsError(_unknown(path, config.name, [*known, *sections]))
        line = _line_of(path, text)
        yield path, Given(value, config.name + (f" line {line}" if line else ""))


def _read(config: Path) -> str:
    try:
        return config.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(f"There is no settings file {config}: make it, or leave out --config.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{config} is not UTF-8 text: save it as such.") from None
    except OSError as fault:
        raise SettingsError(f"The settings file {config} cannot be read: {fault.strerror}.") from None


def _leaves(tree: Mapping[str, Any], sections: set[str], config: Path, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        path = prefix + name
        if path not in sections:
            yield path, value
        elif isinstance(value, dict):
            yield from _leaves(cast(dict[str, Any], value), sections, config, path + ".")
        else:
            raise SettingsError(f"`{path}` in {config.name} is a section: write its keys under `[{path}]`.")


def _line_of(path: str, text: str) -> int | None:
    """Where the key stands, as far as plain TOML tells; an inline table's keys are not looked for."""
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\s*([\w.\-]+)\s*\]", line):
            section = header[1] + "."
        elif (key := re.match(r"\s*([\w.\-]+)\s*=", line)) and section + key[1] == path:
            return number
    return None


def _from_environment(
    environment: Mapping[str, str], known: Mapping[str, Setting]
) -> tuple[dict[str, Given], tuple[str, ...]]:
    by_name = {setting.environment_name: setting for setting in known.values()}
    given: dict[str, Given] = {}
    warnings: list[str] = []
    for name in sorted(environment):
        if not name.startswith(_PREFIX) or name in _OF_THE_COMMAND_LINE:
            continue
        if name not in by_name:
            near = nearest(name, list(by_name))
            warnings.append(f"The environment's {name} is no setting and has no effect{near}.")
            continue
        setting = by_name[name]
        value = _parsed(environment[name], setting)
        # `PORT=` in a compose file means "not set" wherever empty is no value of its own.
        if value is not None:
            given[setting.path] = Given(value, f"environment {name}")
    return given, tuple(warnings)


def _parsed(text: str, setting: Setting) -> Any:
    stripped = text.strip()
    if get_origin(setting.annotation) is tuple:
        if stripped.startswith("["):
            try:
                return json.loads(stripped)
            except json.JSONDecodeError:
                return text
        return [part.strip() for part in _BETWEEN_ITEMS.split(stripped) if part.strip()]
    if setting.annotation is str:
        return text
    if setting.annotation is bool and stripped:
        lowered = stripped.lower()
        return True if lowered in _YES else False if lowered in _NO else text
    return stripped or None


def _validated(given: Mapping[str, Given], known: Mapping[str, Setting]) -> Settings:
    tree: dict[str, Any] = {}
    for path, one in given.items():
        # Python and pydantic take true for 1; a person who wrote `port = true` meant something else.
        if isinstance(one.value, bool) and known[path].annotation is not bool:
            raise SettingsError(wrong_kind(known[path], one))
        *above, name = path.split(".")
        branch = tree
        for section in above:
            branch = branch.setdefault(section, {})
        branch[name] = one.value
    try:
        return Settings.model_validate(tree)
    except ValidationError as fault:
        wrong = faults_told(fault, known, given)
        more = f" ({len(wrong) - 1} more settings are wrong.)" if len(wrong) > 1 else ""
        raise SettingsError(wrong[0] + more) from None


def _unknown(path: str, source: str, candidates: list[str]) -> str:
    return f"unknown setting `{path}` in {source}{nearest(path, candidates, quote='`')}"
