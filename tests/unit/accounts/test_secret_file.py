"""The service's secret: one for a folder, for its owner alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from seawall.accounts.secret_file import SecretFileError, service_secret


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    secret = service_secret(tmp_path)
    assert len(secret) == 32
    assert service_secret(tmp_path) == secret
    (file,) = tmp_path.iterdir()
    assert file.name == "secret.key"
    assert file.stat().st_mode & 0o777 == 0o600


def test_many_who_ask_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        secrets = set(pool.map(lambda _: service_secret(tmp_path), range(64)))
    assert len(secrets) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


def test_a_damaged_secret_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"half")
    with pytest.raises(SecretFileError, match=r"4 bytes instead of 32.*Restore it"):
        service_secret(tmp_path)
