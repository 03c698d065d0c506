"""A real model at a TCP port, with the parameters of Seawall's own engine process. Knows llama.cpp's server alone.

``python bench/siege/model_server.py --model FILE --port 9000 --slots 4``. The names of its fields are xllamacpp's.
"""

from __future__ import annotations

import argparse
import os
import signal

from seawall.engines.child import prepared
from seawall.engines.child_order import ChildOrder
from seawall.engines.sizing import usable_cores
from seawall.siege.stub_server import MODEL

CONTEXT_TOKENS = 2048
"""Of a slot. The longest question of any mix, scaled down for a small engine, is a third of it."""
# Each waiting connection holds a thread, and a door without limits lets everybody wait here.
HTTP_THREADS = 512


def main() -> None:
    """Serves until it is killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    chosen = parser.parse_args()
    # Named like the stub, as the doors' configurations know that name.
    order = ChildOrder(chosen.model, MODEL, "", "", chosen.slots, CONTEXT_TOKENS, usable_cores(), 0, os.getppid())
    library, parameters = prepared(order)
    parameters.hostnames, parameters.port, parameters.api_keys = ["127.0.0.1"], chosen.port, []
    parameters.n_threads_http = HTTP_THREADS
    # Each answer is as long as was asked. One that the model ends before its first word would look like no answer.
    parameters.sampling.ignore_eos = True
    server = library.Server(parameters)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main()
