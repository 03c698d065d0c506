"""The engine's own child process with a model, asked directly: what a test wants to know no port tells.

Knows how the child is told its order; knows no supervisor.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seawall.engines.child_order import ChildOrder
from seawall.engines.sizing import is_exact


class NativeEngine:
    """One loaded model, asked in tokens."""

    def __init__(self, order: ChildOrder) -> None:
        self._order = order

    def says(self, tokens: Sequence[int], count: int) -> list[int]:
        """What it says after ``tokens`` when no temperature is named."""
        return self._complete(tokens, count)["tokens"]

    def most_likely(self, tokens: Sequence[int], count: int) -> dict[int, float]:
        """The likeliest next tokens with their log-probabilities. It is made to say another one, for it tells them of
        whole letters alone and a token may be half of one; what it tells is from before that."""
        said = self._complete(tokens, 1, n_probs=count, logit_bias=[["A", 1000.0]])["completion_probabilities"][0]
        return {one["id"]: one["logprob"] for one in said["top_logprobs"]}

    def _complete(self, tokens: Sequence[int], count: int, **more: Any) -> dict[str, Any]:
        body = {"prompt": list(tokens), "n_predict": count, "return_tokens": True}
        return self._post("/completion", body | more)

    def tokens_of(self, text: str) -> list[int]:
        return self._post("/tokenize", {"content": text, "add_special": True, "parse_special": True})["tokens"]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        connection = http.client.HTTPConnection("engine", timeout=60)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(self._order.socket_path)
        headers = {"Authorization": f"Bearer {self._order.key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            read = json.loads(answer.read())
        finally:
            connection.close()
        assert answer.status == 200, read
        return read


@contextmanager
def native_engine(model: Path, context_tokens: int = 512) -> Generator[NativeEngine]:
    """Loads the model as the service does."""
    with TemporaryDirectory(prefix="engine-") as folder:
        order = ChildOrder(
            model_path=str(model),
            model_name=model.stem,
            socket_path=f"{folder}/engine.sock",
            key="test",
            slots=1,
            context_tokens=context_tokens,
            threads=1,
            memory_limit_mib=0,
            parent_pid=os.getpid(),
            exact=is_exact(model.stat().st_size),
        )
        command = [sys.executable, "-P", "-m", "seawall.engines.child"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stderr is not None
            child.stdin.write(order.line())
            child.stdin.flush()
            said = child.stdout.readline()
            try:
                assert b'"ready"' in said, said + child.stderr.read()
                yield NativeEngine(order)
            finally:
                child.stdin.close()
                child.wait(timeout=30)
