"""An operator shuts a network out of the running service, and the service keeps to it."""

from __future__ import annotations

from pathlib import Path

from command_line import seawall
from running_service import Serve


def test_a_blocked_network_is_refused_at_once_and_let_in_again(serve: Serve) -> None:
    service = serve("--engine", "echo")
    data = str(service.data)
    operator = service.owner()
    done = seawall("block", "127.0.0.0/24", "--for", "1h", "--reason", "a test", "--data", data)
    assert done.status == 0
    assert "This machine is in it" in done.err
    with service.client() as anybody:
        refused = anybody.get("/v1/models")
        page = anybody.get("/", headers={"accept": "text/html"})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "blocked"
    assert refused.headers["x-request-id"]
    assert "text/html" in page.headers["content-type"]
    with operator:
        assert operator.get("/api/auth/me").status_code == 200
    assert "127.0.0.0/24" in seawall("block", "--list", "--data", data).out
    assert seawall("unblock", "127.0.0.0/24", "--data", data).status == 0
    assert service.status("/") == 200


def test_a_block_made_while_no_service_runs_holds_once_one_does(serve: Serve) -> None:
    service = serve("--engine", "echo")
    service.stop()
    data = str(service.data)
    assert (done := seawall("block", "203.0.113.0/24", "--data", data)).status == 0
    assert done.err == ""
    again = serve("--engine", "echo", "--config", _behind_a_proxy(service.data), data=service.data)
    with again.client(headers={"x-forwarded-for": "203.0.113.9"}) as shut_out:
        assert shut_out.get("/login").status_code == 403
    assert seawall("unblock", "203.0.113.0/24", "--data", data).status == 0
    assert seawall("unblock", "203.0.113.0/24", "--data", data).status == 1


def _behind_a_proxy(data: Path) -> str:
    config = data / "seawall.toml"
    config.write_text('trusted_proxies = ["127.0.0.0/8"]\n')
    return str(config)
