"""The tree of settings as a flat list of keys. Knows names, types, defaults and docs; knows no source of values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, Literal, Union, cast, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from seawall.settings.tree import Settings

MASK = "***"
_SECRETS = frozenset({"engine.key", "mail.password"})
# Of the tables within lists.
_SECRET_KEYS = frozenset({"client_secret"})
_URL_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@/\s]+(?=@)")
_QUERY_PASSWORD = re.compile(r"([?&]password=)[^&\s\"]+")
_NUMBERS: dict[Any, str] = {int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. ``path`` is dotted, ``kind`` says in words what it takes, ``default`` is the default's own type."""

    path: str
    kind: str
    default: Any
    description: str
    annotation: Any

    @property
    def environment_name(self) -> str:
        return "SEAWALL_" + self.path.replace(".", "_").upper()


def all_settings(model: type[BaseModel] = Settings, prefix: str = "") -> Iterator[Setting]:
    """Every key of the tree in the order of its definition, sections after the keys beside them."""
    sections: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            sections.append((name, annotation))
            continue
        description = " ".join((field.description or "").split())
        yield Setting(prefix + name, _kind(field), field.get_default(), description, annotation)
    for name, section in sections:
        yield from all_settings(section, f"{prefix}{name}.")


def is_secret(path: str) -> bool:
    """Whether the value of this key is never shown; others may have a secret within, which ``masked`` hides."""
    return path in _SECRETS


def masked(path: str, value: Any) -> str:
    """The value as it may be shown: secrets and passwords within URLs are hidden."""
    if path in _SECRETS:
        return shown(MASK if value else "")
    text = _URL_PASSWORD.sub(rf"\g<1>{MASK}", shown(_without_secrets(value)))
    return _QUERY_PASSWORD.sub(rf"\g<1>{MASK}", text)


def shown(value: Any) -> str:
    """The value as one would write it in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return "[" + ", ".join(shown(item) for item in items) + "]"
    if isinstance(value, BaseModel):
        return shown(value.model_dump(mode="json", exclude_defaults=True))
    if isinstance(value, Mapping):
        table = cast(Mapping[str, Any], value)
        # As JSON, which `config show --json` reads again: as TOML a table has no line of its own.
        return "{" + ", ".join(f"{json.dumps(name)}: {shown(item)}" for name, item in table.items()) + "}"
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)  # A JSON string is a TOML basic string too.


def _without_secrets(value: Any) -> Any:
    """The same, but for what is secret in tables within it."""
    if isinstance(value, BaseModel):
        return _without_secrets(value.model_dump(mode="json", exclude_defaults=True))
    if isinstance(value, Mapping):
        table = cast(Mapping[str, Any], value)
        return {name: MASK if name in _SECRET_KEYS else _without_secrets(item) for name, item in table.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(item) for item in cast(list[Any], value)]
    return value


def table_of(setting: Setting) -> type[BaseModel] | None:
    """What each table of the list holds, where the setting is a list of tables."""
    item = get_args(setting.annotation)[0] if get_origin(setting.annotation) is tuple else None
    return item if isinstance(item, type) and issubclass(item, BaseModel) else None


def _kind(field: FieldInfo) -> str:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(annotation))
    if get_origin(annotation) is tuple:
        item = get_args(annotation)[0]
        if isinstance(item, type) and issubclass(item, BaseModel):
            needed = [name for name, one in item.model_fields.items() if one.is_required()]
            return f"a list of tables, each with {', '.join(needed)} and only with keys that are known"
        members = get_args(item) if get_origin(item) is Union or not isinstance(item, type) else (item,)
        return 'a list of networks such as ["10.0.0.0/8"]' if IPv4Network in members else "a list of texts"
    if get_origin(annotation) is dict:
        return "a table, its values " + " or ".join(f'"{choice}"' for choice in get_args(get_args(annotation)[1]))
    if annotation is bool:
        return "true or false"
    return _NUMBERS[annotation] + _range(field) if annotation in _NUMBERS else "a text"


def _range(field: FieldInfo) -> str:
    low = next((m for m in field.metadata if isinstance(m, Ge | Gt)), None)
    high = next((m.le for m in field.metadata if isinstance(m, Le)), None)
    if isinstance(low, Gt):
        return f" above {low.gt}" + (f" and up to {high}" if high is not None else "")
    if low is None:
        return "" if high is None else f" up to {high}"
    return f" from {low.ge} to {high}" if high is not None else f" of at least {low.ge}"
