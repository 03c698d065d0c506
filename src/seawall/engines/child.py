"""The process that holds the model: ``python -m seawall.engines.child``. Knows xllamacpp; nothing else may import it.

It lives apart because one nested grammar kills it (SIGSEGV), and it speaks HTTP on a UNIX socket that only we can
reach. Its life: read the order, bind it to the parent's life, load, say so, serve until standard input ends.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from seawall.engines.child_order import ChildOrder

# A prompt is read in bites of so many tokens. Between two bites the other slots say a token each and a cancelled
# question is dropped: with 512 the others stood still for 2.3 s on two cores, with 128 for 0.6 s, and reading was
# no slower (docs/rooms/engines.md).
BATCH_TOKENS = 128
# Half-sent requests hold a thread each; the default pool is starved by eight of them.
SPARE_HTTP_THREADS = 32
# llama-server keeps finished conversations in memory, 8 GiB of them by default.
CACHE_MIB = 256
# What answers need on top of what is there once the model is loaded: grammars, logits, request bodies, fragments.
MARGIN_MIB = 512
MARGIN_PER_SLOT_MIB = 64
ERRORS_ONLY = 1
PR_SET_PDEATHSIG = 1
MIB = 1024 * 1024


def main() -> None:
    """Serves the model that the order on standard input names."""
    order = ChildOrder.of_line(sys.stdin.buffer.readline())
    _die_with_parent(order.parent_pid)
    tell = _private_standard_output()
    if order.memory_limit_mib:
        _limit_data(_allowed_data_bytes(order))
    try:
        server = _serve(order)
    except Exception as error:  # noqa: BLE001  # Whatever it is, the parent must hear of it.
        # With the file's name: the library's thread that logs it may well have no time to.
        _say(tell, failure=f"{Path(order.model_path).name}: {type(error).__name__}: {error}")
        os._exit(1)
    if not order.memory_limit_mib:
        _limit_data(_data_bytes() + (CACHE_MIB + MARGIN_MIB + MARGIN_PER_SLOT_MIB * order.slots) * MIB)
    _say(tell, ready=server.listening_address)
    sys.stdin.buffer.read()
    # Not by return: destructors would wait for answers that nobody is left to read.
    os._exit(0)


def _serve(order: ChildOrder) -> Any:
    """The running server. Returns when the model is loaded and the socket listens."""
    library, parameters = prepared(order)
    return library.Server(parameters)


def prepared(order: ChildOrder) -> tuple[Any, Any]:
    """The library, and what its server is to be started with."""
    xllamacpp: Any = import_module("xllamacpp")  # Untyped, 100 MB, and not before the limits are set.
    params = xllamacpp.CommonParams()
    params.model.path = order.model_path
    params.model_alias = {order.model_name}
    params.hostnames = [order.socket_path]
    params.api_keys = [order.key]
    params.n_parallel = order.slots
    params.n_ctx = order.slots * order.context_tokens
    params.fit_params = False
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    params.n_threads_http = order.slots + SPARE_HTTP_THREADS
    params.cache_ram_mib = CACHE_MIB
    if order.exact:
        params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
        params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.warmup = False
    params.ui = params.endpoint_slots = params.endpoint_props = False
    params.endpoint_metrics = True
    params.cors_origins = ""
    params.verbosity = ERRORS_ONLY
    return xllamacpp, params


def _die_with_parent(parent_pid: int) -> None:
    """The kernel kills us when the thread that started us ends; standard input tells us elsewhere than on Linux."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # It died before we asked to be told.
        os._exit(1)


def _private_standard_output() -> int:
    """A descriptor that only we write to; what the library prints goes to standard error."""
    private = os.dup(1)
    os.dup2(2, 1)
    return private


def _say(descriptor: int, **said: str) -> None:
    os.write(descriptor, json.dumps(said).encode() + b"\n")


def _limit_data(limit_bytes: int) -> None:
    """RLIMIT_DATA, not RLIMIT_AS: a mapped model is the page cache's, and reserved addresses cost nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit_bytes = min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, limit_bytes))


def _allowed_data_bytes(order: ChildOrder) -> int:
    """An operator's limit without the mapped model, and without stacks: they are reserved whole but hardly touched."""
    stack_bytes, _ = resource.getrlimit(resource.RLIMIT_STACK)
    if stack_bytes == resource.RLIM_INFINITY:
        stack_bytes = 8 * MIB
    threads = order.slots + SPARE_HTTP_THREADS + 2 * order.threads + 8
    model_bytes = os.stat(order.model_path).st_size  # noqa: PTH116
    return max(64 * MIB, order.memory_limit_mib * MIB - model_bytes) + threads * stack_bytes


def _data_bytes() -> int:
    """What counts against RLIMIT_DATA now."""
    with open("/proc/self/status") as status:  # noqa: PTH123
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))


if __name__ == "__main__":
    main()
