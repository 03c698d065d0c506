"""Models from a hub, over real sockets: whole, checked and named, or not there at all.

The hub is a small stand-in that speaks resolve, metadata and ranges, and can be told to misbehave.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random

import pytest
from huggingface_hub import close_session

from seawall.models import ModelFile, ModelProblem, ensure, resolve
from seawall.models.catalogue import HubSource, entry_named

NAME = "hf:someone/some-GGUF/small.gguf"
KEY = "someone/some-GGUF/small.gguf"
PLACE = "models/hub/someone/some-GGUF/main/small.gguf"
CONTENT = b"GGUF" + Random(1).randbytes(3_000_000)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class StandIn:
    """``files`` by "owner/repo/file". Bytes come from another host name than the hub's, as from a real one's CDN."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    error: tuple[int, str] | None = None
    stated_size: int | None = None
    stated_etag: str | None = None
    served_instead: bytes | None = None
    heeds_ranges: bool = True
    breaks_after: list[int] = field(default_factory=list[int])
    stalls_after: int | None = None
    ranges: list[str] = field(default_factory=list[str])
    tokens: dict[str, str | None] = field(default_factory=dict[str, str | None])
    gone_on: threading.Event = field(default_factory=threading.Event)

    @property
    def environment(self) -> dict[str, str]:
        return {"HF_ENDPOINT": f"http://127.0.0.1:{self.port}"}


class Handler(BaseHTTPRequestHandler):
    hub: StandIn

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        host = self.headers["Host"].partition(":")[0]
        self.hub.tokens[host] = self.headers.get("Authorization")
        if self.path.startswith("/cdn/"):
            self.send_bytes(self.hub.files[self.path.removeprefix("/cdn/")], body)
        else:
            self.resolve()

    def resolve(self) -> None:
        place, _, rest = self.path.lstrip("/").partition("/resolve/")
        key = f"{place}/{rest.partition('/')[2]}"
        if self.hub.error is not None or key not in self.hub.files:
            status, code = self.hub.error or (404, "EntryNotFound")
            self.send_response(status)
            self.send_header("X-Error-Code", code)
        else:
            content = self.hub.files[key]
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.hub.port}/cdn/{key}")
            self.send_header("X-Linked-Etag", self.hub.stated_etag or f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(self.hub.stated_size or len(content)))
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send_bytes(self, content: bytes, body: bool) -> None:
        content = self.hub.served_instead or content
        asked = self.headers.get("Range", "")
        self.hub.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-") or 0) if self.hub.heeds_ranges else 0
        self.send_response(206 if asked and self.hub.heeds_ranges else 200)
        self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if not body:
            return
        left = content[start:]
        if self.hub.breaks_after:
            left = left[: self.hub.breaks_after.pop(0)]
            self.close_connection = True
        if self.hub.stalls_after is not None:
            self.wfile.write(left[: self.hub.stalls_after])
            self.hub.gone_on.wait(30)
            return
        self.wfile.write(left)


@pytest.fixture
def hub() -> Iterator[StandIn]:
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OneHub", (Handler,), {"hub": stand_in}))
    stand_in.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield stand_in
    stand_in.gone_on.set()
    close_session()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def stocked(hub: StandIn) -> StandIn:
    hub.files[KEY] = CONTENT
    return hub


def problem(tmp_path: Path, hub: StandIn, name: str = NAME) -> str:
    """The sentence that fetching ends in; nothing may lie under the final name then."""
    answer = ensure(name, tmp_path, environment=hub.environment)
    assert isinstance(answer, ModelProblem)
    assert not [path for path in tmp_path.rglob("*.gguf") if path.is_file()]
    return answer.sentence


def test_a_file_arrives_whole_and_with_progress(tmp_path: Path, stocked: StandIn) -> None:
    seen: list[tuple[int, int]] = []
    answer = ensure(NAME, tmp_path, lambda done, total: seen.append((done, total)), stocked.environment)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert answer == ModelFile(tmp_path / PLACE, "small", len(CONTENT), digest)
    assert (tmp_path / PLACE).read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert [path.name for path in (tmp_path / PLACE).parent.iterdir()] == ["small.gguf"]


def test_a_file_that_is_here_is_not_asked_for_again(tmp_path: Path, stocked: StandIn) -> None:
    ensure(NAME, tmp_path, environment=stocked.environment)
    stocked.files.clear()
    assert isinstance(ensure(NAME, tmp_path, environment=stocked.environment), ModelFile)


def test_the_sign_in_token_goes_to_the_hub_and_not_to_where_the_bytes_are(tmp_path: Path, stocked: StandIn) -> None:
    ensure(NAME, tmp_path, environment=stocked.environment | {"HF_TOKEN": "hf_secret"})
    assert stocked.tokens == {"127.0.0.1": "Bearer hf_secret", "localhost": None}


def test_a_broken_connection_goes_on_where_it_broke(tmp_path: Path, stocked: StandIn) -> None:
    stocked.breaks_after = [1_000_000, 0, 500_000]
    assert isinstance(ensure(NAME, tmp_path, environment=stocked.environment), ModelFile)
    assert stocked.ranges == ["bytes=0-", "bytes=1000000-", "bytes=1000000-", "bytes=1500000-"]
    assert (tmp_path / PLACE).read_bytes() == CONTENT


def test_a_server_that_ignores_ranges_is_begun_anew(tmp_path: Path, stocked: StandIn) -> None:
    stocked.breaks_after = [1_000_000]
    stocked.heeds_ranges = False
    assert isinstance(ensure(NAME, tmp_path, environment=stocked.environment), ModelFile)
    assert (tmp_path / PLACE).read_bytes() == CONTENT


def test_a_fetch_that_was_killed_goes_on_at_the_next_try(tmp_path: Path, stocked: StandIn) -> None:
    stocked.stalls_after = 2_000_000
    code = f"from pathlib import Path; from seawall.models import ensure; ensure({NAME!r}, Path({str(tmp_path)!r}))"
    child = subprocess.Popen([sys.executable, "-c", code], env=stocked.environment)
    try:
        until(lambda: part_bytes(tmp_path) >= 1_500_000)
        assert not (tmp_path / PLACE).exists()
        waiting = ensure(NAME, tmp_path, environment=stocked.environment)
        assert isinstance(waiting, ModelProblem)
        assert "Another Seawall is fetching" in waiting.sentence
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    kept = part_bytes(tmp_path)
    stocked.stalls_after = None
    assert isinstance(ensure(NAME, tmp_path, environment=stocked.environment), ModelFile)
    assert stocked.ranges == ["bytes=0-", f"bytes={kept}-"]
    assert (tmp_path / PLACE).read_bytes() == CONTENT


def test_bytes_with_the_wrong_hash_are_deleted(tmp_path: Path, stocked: StandIn) -> None:
    stocked.served_instead = CONTENT[:-1] + b"!"
    assert "wrong SHA-256 and was deleted" in problem(tmp_path, stocked)
    assert part_bytes(tmp_path) == 0


def test_a_hub_with_another_file_than_the_catalogues_is_not_believed(tmp_path: Path, hub: StandIn) -> None:
    entry = entry_named("qwen3-0.6b")
    assert entry is not None
    assert isinstance(entry.source, HubSource)
    hub.files[f"{entry.source.repository}/{entry.source.file}"] = CONTENT
    assert "another file for `qwen3-0.6b`" in problem(tmp_path, hub, "qwen3-0.6b")
    assert hub.ranges == []


def test_a_hub_that_states_no_hash_is_not_fetched_from(tmp_path: Path, stocked: StandIn) -> None:
    stocked.stated_etag = '"33a64df5"'
    assert "states no SHA-256" in problem(tmp_path, stocked)


def test_what_does_not_fit_on_the_disk_is_not_begun(tmp_path: Path, stocked: StandIn) -> None:
    stocked.stated_size = 10**18
    assert "free some, or choose another folder with --data" in problem(tmp_path, stocked)
    assert stocked.ranges == []


def test_a_file_that_is_no_gguf_is_not_kept(tmp_path: Path, stocked: StandIn) -> None:
    stocked.files[KEY] = b"<html>" + CONTENT
    assert "is not a GGUF file" in problem(tmp_path, stocked)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ((404, "EntryNotFound"), "has no small.gguf at main"),
        ((404, "RevisionNotFound"), "has no small.gguf at main"),
        ((401, "RepoNotFound"), "shows no someone/some-GGUF"),
        ((403, "GatedRepo"), "accept its terms"),
        ((500, ""), "does not answer"),
    ],
)
def test_each_no_of_the_hub_says_what_to_do(
    tmp_path: Path, stocked: StandIn, error: tuple[int, str], expected: str
) -> None:
    stocked.error = error
    assert expected in problem(tmp_path, stocked)


def test_without_a_network_one_sentence_says_what_to_do(tmp_path: Path, hub: StandIn) -> None:
    hub.port = 1
    said = problem(tmp_path, hub)
    assert said.startswith("The hub at http://127.0.0.1:1 does not answer")
    assert said.endswith("run the same again, or copy a GGUF file to this machine and give its path with --model.")
    assert said.count(". ") == 0


def test_a_fetched_file_that_was_changed_is_noticed(tmp_path: Path, stocked: StandIn) -> None:
    ensure(NAME, tmp_path, environment=stocked.environment)
    (tmp_path / PLACE).write_bytes(CONTENT + b"more")
    found = resolve(NAME, tmp_path)
    assert isinstance(found, ModelProblem)
    assert "is not the file it should be" in found.sentence


def part_bytes(tmp_path: Path) -> int:
    return sum(part.stat().st_size for part in tmp_path.rglob("*.part"))


def until(condition: Callable[[], bool], deadline_s: float = 20.0) -> None:
    end_s = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end_s, "waited in vain"
        time.sleep(0.01)
