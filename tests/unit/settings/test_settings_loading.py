"""Where settings come from, which wins, and what a mistake is answered with."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from seawall.settings.listing import all_settings
from seawall.settings.loading import LoadedSettings, load_settings
from seawall.settings.tree import Settings, SettingsError


def load(
    tmp_path: Path, text: str | None = None, environment: dict[str, str] | None = None, **overrides: Any
) -> LoadedSettings:
    config = None
    if text is not None:
        config = tmp_path / "seawall.toml"
        config.write_text(text, encoding="utf-8")
    return load_settings(config, environment or {}, {k.replace("__", "."): v for k, v in overrides.items()})


def complaint(tmp_path: Path, text: str | None = None, **given: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text, **given)
    return str(caught.value)


def test_without_anything_given_all_is_default(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert set(loaded.sources.values()) == {"default"}
    assert set(loaded.sources) == {setting.path for setting in all_settings()}


def test_the_command_line_wins_over_the_environment_over_the_file(tmp_path: Path) -> None:
    text = "port = 1\nhost = 'a'\n\n[limits]\nbody_bytes = 2048\n"
    environment = {"SEAWALL_PORT": "2", "SEAWALL_HOST": "b"}
    loaded = load(tmp_path, text, environment, port=3)
    assert (loaded.settings.port, loaded.settings.host) == (3, "b")
    assert loaded.settings.limits.body_bytes == 2048
    assert loaded.sources["port"] == "command line"
    assert loaded.sources["host"] == "environment SEAWALL_HOST"
    assert loaded.sources["limits.body_bytes"] == "seawall.toml line 5"


def test_an_override_of_none_is_no_override(tmp_path: Path) -> None:
    assert load(tmp_path, "port = 1", port=None).settings.port == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.0/8, 127.0.0.1", ("10.0.0.0/8", "127.0.0.1/32")),
        ('["10.0.0.0/8"]', ("10.0.0.0/8",)),
        ("10.0.0.0/8,", ("10.0.0.0/8",)),
        ("", ()),
    ],
)
def test_the_environment_gives_networks_as_a_comma_list_or_as_json(
    tmp_path: Path, text: str, expected: tuple[str, ...]
) -> None:
    loaded = load(tmp_path, 'trusted_proxies = ["1.1.1.1"]', {"SEAWALL_TRUSTED_PROXIES": text})
    assert loaded.settings.trusted_proxies == tuple(IPv4Network(one) for one in expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo:slots=8,ttft_ms=100", ("echo:slots=8,ttft_ms=100",)),
        ("http://a:1/v1,http://b/v1", ("http://a:1/v1", "http://b/v1")),
        ("http://a/v1 http://b/v1", ("http://a/v1", "http://b/v1")),
    ],
)
def test_a_comma_within_an_engine_does_not_part_it(tmp_path: Path, text: str, expected: tuple[str, ...]) -> None:
    assert load(tmp_path, environment={"SEAWALL_ENGINE_USE": text}).settings.engine.use == expected


@pytest.mark.parametrize(("text", "expected"), [("no", False), ("0", False), ("TRUE", True), ("yes", True)])
def test_the_environment_writes_truth_in_several_ways(tmp_path: Path, text: str, expected: bool) -> None:
    assert load(tmp_path, environment={"SEAWALL_OPEN_BROWSER": text}).settings.open_browser is expected


def test_an_empty_variable_counts_as_not_set_where_empty_means_nothing(tmp_path: Path) -> None:
    environment = {"SEAWALL_PORT": "", "SEAWALL_LOG_LEVEL": "", "SEAWALL_OPEN_BROWSER": " "}
    assert load(tmp_path, "port = 1", environment).settings == Settings(port=1)


def test_an_unknown_key_names_its_file_and_the_nearest_known_one(tmp_path: Path) -> None:
    said = complaint(tmp_path, "[limits]\nbody_byte = 2048\n")
    assert said == "unknown setting `limits.body_byte` in seawall.toml; did you mean `limits.body_bytes`?"


def test_an_unknown_section_names_the_nearest_section(tmp_path: Path) -> None:
    assert complaint(tmp_path, "[limit]\nbody_bytes = 2048\n").endswith("did you mean `limits`?")


def test_a_key_that_missed_its_section_is_told_where_it_belongs(tmp_path: Path) -> None:
    assert "did you mean `accounts.signup`?" in complaint(tmp_path, "signup = 'closed'\n")


def test_a_key_like_no_other_is_told_without_a_guess(tmp_path: Path) -> None:
    assert complaint(tmp_path, "zzzz = 1\n") == "unknown setting `zzzz` in seawall.toml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("port = 70000", "`port` (seawall.toml line 1) is 70000, but must be a whole number from 0 to 65535."),
        ('port = "x"', '`port` (seawall.toml line 1) is "x", but must be a whole number from 0 to 65535.'),
        ("port = true", "`port` (seawall.toml line 1) is true, but must be a whole number from 0 to 65535."),
        (
            "[queue]\npatience_s = nan",
            "`queue.patience_s` (seawall.toml line 2) is nan, but must be a number above 0 and up to 3600.",
        ),
        (
            "log_level = 'loud'",
            '`log_level` (seawall.toml line 1) is "loud", but must be one of "debug", "info", "warning", "error".',
        ),
        (
            "trusted_proxies = ['home']",
            '`trusted_proxies` (seawall.toml line 1) is ["home"], '
            'but must be a list of networks such as ["10.0.0.0/8"].',
        ),
        ("limits = 3", "`limits` in seawall.toml is a section: write its keys under `[limits]`."),
    ],
)
def test_a_wrong_value_says_key_source_value_and_what_would_be_right(tmp_path: Path, text: str, expected: str) -> None:
    assert complaint(tmp_path, text) == expected


def test_a_wrong_value_of_the_environment_names_its_variable(tmp_path: Path) -> None:
    said = complaint(tmp_path, environment={"SEAWALL_OPEN_BROWSER": "maybe"})
    assert said == '`open_browser` (environment SEAWALL_OPEN_BROWSER) is "maybe", but must be true or false.'


def test_several_wrong_values_are_counted(tmp_path: Path) -> None:
    said = complaint(tmp_path, "port = -1\nhost = 3\nshutdown_s = -1\n")
    assert said.endswith("(2 more settings are wrong.)")


def test_broken_toml_says_the_line(tmp_path: Path) -> None:
    assert "line 2" in complaint(tmp_path, "port = 1\nhost = = 3\n")


def test_a_file_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="There is no settings file"):
        load_settings(tmp_path / "none.toml", {}, {})
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load_settings(tmp_path, {}, {})
    (tmp_path / "latin.toml").write_bytes(b"host = '\xe9'")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "latin.toml", {}, {})


def test_an_unknown_variable_is_a_warning_that_names_the_nearest(tmp_path: Path) -> None:
    environment = {"SEAWALL_PROT": "1", "SEAWALL_DATA": "/d", "SEAWALL_CONFIG": "/c", "PATH": "/bin"}
    (warning,) = load(tmp_path, environment=environment).warnings
    assert "SEAWALL_PROT" in warning
    assert "did you mean SEAWALL_PORT?" in warning


def test_a_secret_is_not_repeated_in_a_complaint(tmp_path: Path) -> None:
    said = complaint(tmp_path, "[engine]\nkey = ['sk-secret']\n")
    assert "sk-secret" not in said
    assert "engine.key" in said


def test_no_two_settings_share_a_variable() -> None:
    names = [setting.environment_name for setting in all_settings()]
    assert len(set(names)) == len(names)


GOOD = {"name": "acme", "issuer": "https://id.example.org", "client_id": "seawall", "client_secret": "hush"}


@pytest.mark.parametrize(
    ("second", "told"),
    [
        ({"name": "Acme"}, "`oidc.providers[1].name` (environment SEAWALL_OIDC_PROVIDERS): it may hold small letters"),
        ({"issuer": "http://id.example.org"}, "`oidc.providers[1].issuer` ("),
        ({"client_id": None}, "`oidc.providers[1].client_id` ("),
        ({"scope": ["openid"]}, "SEAWALL_OIDC_PROVIDERS) is no setting; did you mean scopes?"),
        ({"groups_claim": "", "group_roles": {"a": "member"}}, "`oidc.providers[1]` ("),
        ({"group_roles": {"a": "emperor"}, "groups_claim": "g"}, "`oidc.providers[1].group_roles.a` ("),
        ({}, "`oidc.providers` (environment SEAWALL_OIDC_PROVIDERS): two providers have one name."),
    ],
)
def test_a_wrong_entry_of_a_list_of_tables_is_named_with_its_field(second: dict[str, Any], told: str) -> None:
    entries = [GOOD, {**GOOD, "name": "other", **second} if second else GOOD]
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {"SEAWALL_OIDC_PROVIDERS": json.dumps(entries)}, {})
    sentence = str(caught.value)
    assert told in sentence
    assert "hush" not in sentence


def test_a_missing_field_of_an_entry_is_said_to_be_missing() -> None:
    lacking = {name: value for name, value in GOOD.items() if name != "client_id"}
    with pytest.raises(SettingsError, match=r"`oidc.providers\[0\].client_id` \(.*\) is missing\."):
        load_settings(None, {"SEAWALL_OIDC_PROVIDERS": json.dumps([lacking])}, {})


def test_keys_that_are_wrong_together_alone_are_told_with_their_section() -> None:
    with pytest.raises(SettingsError, match=r'`accounts`: signup = "domain" needs signup_domains'):
        load_settings(None, {"SEAWALL_ACCOUNTS_SIGNUP": "domain"}, {})
