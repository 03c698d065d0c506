"""`seawall config check` and `show`, run as click runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.config import config_group
from seawall.cli.invocation import Invocation


def run(tmp_path: Path, *words: str, **environment: str) -> Result:
    return CliRunner().invoke(config_group, words, obj=Invocation(data_option=tmp_path, environment=environment))


def test_check_says_that_all_is_right(tmp_path: Path) -> None:
    result = run(tmp_path, "check", SEAWALL_PORT="9000")
    assert result.exit_code == 0
    assert "1 changed" in result.output


def test_check_answers_a_mistake_with_one_sentence_and_status_1(tmp_path: Path) -> None:
    result = run(tmp_path, "check", SEAWALL_PORT="many")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert '`port` (environment SEAWALL_PORT) is "many"' in result.stderr


def test_check_warns_of_what_goes_badly_together(tmp_path: Path) -> None:
    result = run(tmp_path, "check", SEAWALL_ACCOUNTS_SIGNUP="domain", SEAWALL_ACCOUNTS_SIGNUP_DOMAINS="example.org")
    assert result.exit_code == 0
    assert "Warning: With accounts.signup" in result.stderr


def test_show_tells_each_value_and_where_it_came_from(tmp_path: Path) -> None:
    lines = run(tmp_path, "show", SEAWALL_PORT="9000").output.splitlines()
    assert any(line.split() == ["port", "9000", "environment", "SEAWALL_PORT"] for line in lines)
    assert any(line.split() == ["engine.slots", "0", "default"] for line in lines)


PROVIDER = {"name": "acme", "issuer": "https://id.example.org", "client_id": "seawall"}


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_show_hides_secrets(tmp_path: Path, form: tuple[str, ...]) -> None:
    result = run(
        tmp_path,
        "show",
        *form,
        SEAWALL_ENGINE_KEY="sk-123",
        SEAWALL_DATABASE="postgresql://me:hush@db/x?password=hush2",
        SEAWALL_ENGINE_USE="http://me:hush3@engine/v1",
        SEAWALL_OIDC_PROVIDERS=json.dumps([PROVIDER | {"client_secret": "hush4"}]),
    )
    assert result.exit_code == 0
    assert "sk-123" not in result.output
    assert "https://id.example.org" in result.output
    assert "hush" not in result.output
    assert "postgresql://me:***@db/x?password=***" in result.output


def test_show_speaks_json_with_the_values_own_types(tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "show", "--json", SEAWALL_TRUSTED_PROXIES="10.0.0.0/8").stdout)
    assert told["port"] == {"value": 8080, "source": "default"}
    assert told["open_browser"]["value"] is True
    assert told["trusted_proxies"]["value"] == ["10.0.0.0/8"]


def test_a_warning_goes_to_standard_error_alone(tmp_path: Path) -> None:
    result = run(tmp_path, "show", "--json", SEAWALL_PROT="1")
    assert "SEAWALL_PROT" in result.stderr
    json.loads(result.stdout)
