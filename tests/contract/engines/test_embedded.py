"""The local engine when things go wrong: real crashes of the real child with the real small model."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
import textwrap
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from engine_places import embedded
from patience import until
from seawall.engines.embedded import Embedded
from seawall.engines.port import EngineBroke, EngineError, Quarantined
from seawall.values.piece import Piece
from seawall.values.question import Question

NESTED = 100_000


def question(text: str, max_tokens: int = 8, **fields: object) -> Question:
    messages = [{"role": "user", "content": text}]
    return Question("small", {"messages": messages, "temperature": 0, **fields}, max_tokens)


def deadly(text: str = "x") -> Question:
    """A grammar that overflows llama.cpp's stack. The API lets no grammar pass; here it goes straight to the engine."""
    return question(text, grammar="root ::= " + "(" * NESTED + '"a"' + ")" * NESTED)


async def answer(engine: Embedded, asked: Question) -> list[Piece]:
    async with aclosing(engine.ask(asked)) as pieces:
        return [piece async for piece in pieces]


def is_whole(pieces: list[Piece]) -> bool:
    """Ended by the model, by whatever it had to say: at temperature 0 some prompts are answered with nothing."""
    return [piece.finish for piece in pieces if piece.finish] in (["stop"], ["length"])


@asynccontextmanager
async def running(model: Path, stall_s: float = 30.0) -> AsyncGenerator[Embedded, None]:
    engine = embedded(model, slots=4, stall_s=stall_s)
    await engine.start()
    try:
        await until(lambda: engine.report().ready)
        yield engine
    finally:
        await engine.close()


@pytest.fixture
async def engine(small_model: Path) -> AsyncIterator[Embedded]:
    async with running(small_model) as made:
        yield made


def kill(engine: Embedded, how: signal.Signals = signal.SIGKILL) -> int:
    pid = engine.child_pid
    assert pid is not None
    os.kill(pid, how)
    return pid


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
async def test_a_crash_in_the_middle_of_an_answer_breaks_it_and_the_next_is_served(
    engine: Embedded, how: signal.Signals
) -> None:
    story = engine.ask(question("Tell me a long story.", 500))
    while not (await anext(story)).tokens:
        pass
    kill(engine, how)
    with pytest.raises(EngineBroke):
        await asyncio.wait_for(_exhaust(story), 30)
    await until(lambda: engine.report().ready, 30)
    assert engine.report().restarts == 1
    assert await answer(engine, question("Hello"))


async def _exhaust(pieces: AsyncIterator[Piece]) -> None:
    async for _ in pieces:
        pass


async def test_a_question_that_had_no_token_yet_is_asked_again_after_a_crash(engine: Embedded) -> None:
    asking = asyncio.create_task(answer(engine, question("word " * 300)))
    await until(lambda: engine.report().in_flight == 1)
    await asyncio.sleep(0.2)  # Well into reading the prompt, which takes a second.
    kill(engine)
    pieces = await asking
    assert is_whole(pieces)
    assert engine.report().restarts == 1


async def test_a_question_that_kills_the_engine_twice_is_quarantined_and_others_are_served(engine: Embedded) -> None:
    with pytest.raises(Quarantined):
        await answer(engine, deadly())
    assert await answer(engine, question("Hello"))
    restarts = engine.report().restarts
    assert restarts == 2
    with pytest.raises(Quarantined):
        await answer(engine, deadly())
    assert engine.report().restarts == restarts


async def test_what_a_user_wrote_is_not_told_as_the_reason_of_a_death(engine: Embedded) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "s", "schema": {"type": "string", "pattern": "^(secret$"}}}
    with pytest.raises(EngineError):
        await answer(engine, question("Hello", response_format=schema, grammar="secret ::= (("))
    kill(engine)
    await until(lambda: "died" in (engine.report().trouble or ""))
    assert "secret" not in (engine.report().trouble or "")


async def test_who_waits_beside_a_deadly_question_is_answered_and_not_quarantined(engine: Embedded) -> None:
    innocent = [asyncio.create_task(answer(engine, question("word " * 300 + str(n), 3))) for n in range(2)]
    await until(lambda: engine.report().in_flight == 2)
    with pytest.raises(Quarantined):
        await answer(engine, deadly())
    for pieces in await asyncio.gather(*innocent):
        assert is_whole(pieces)


async def test_an_engine_that_makes_no_progress_is_restarted_and_the_question_answered(small_model: Path) -> None:
    async with running(small_model, stall_s=1.0) as engine:
        stuck = kill(engine, signal.SIGSTOP)
        pieces = await asyncio.wait_for(answer(engine, question("Hello")), 20)
        assert is_whole(pieces)
        assert not is_alive(stuck)
        assert engine.report().restarts == 1


async def test_a_reader_who_takes_no_piece_does_not_look_like_a_stalled_engine(small_model: Path) -> None:
    async with running(small_model, stall_s=1.0) as engine:
        slow = engine.ask(question("Tell me a long story.", 20))
        await anext(slow)
        await asyncio.sleep(2.0)  # Twice the stall: there is nothing to poll in what must not happen.
        assert engine.report().restarts == 0
        await slow.aclose()


async def test_a_long_prompt_moves_the_model_before_it_shows_a_piece(engine: Embedded) -> None:
    """What the watch for stalls goes by: see ``tests/unit/engines/test_life.py``."""
    asked = asyncio.create_task(answer(engine, question("word " * 1900, 1)))
    seen: set[int] = set()

    async def moved() -> bool:
        with suppress(EngineError):
            seen.add(await engine.decodes())
        return len(seen) >= 3

    while not await moved():
        assert not asked.done(), "the prompt was read before three steps of it were seen"
        await asyncio.sleep(0.01)
    assert is_whole(await asked)


async def test_only_we_can_reach_the_child_and_its_secrets_are_not_on_show(engine: Embedded) -> None:
    pid = engine.child_pid
    addresses = Path("/proc/net/unix").read_text().split()
    (socket,) = {Path(each) for each in addresses if each.endswith("/engine.sock") and _listens(pid, each)}
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert len(os.fsencode(socket)) < 100
    command = Path(f"/proc/{pid}/cmdline").read_text()
    assert command.split("\0")[1:4] == ["-P", "-m", "seawall.engines.child"]
    assert "xllamacpp" not in sys.modules
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket))) as stranger:
        assert (await stranger.get("http://x/v1/models")).status == 401
    await engine.close()
    assert not socket.parent.exists()


def _listens(pid: int | None, address: str) -> bool:
    """Whether the socket belongs to the child: each of its open sockets has its inode in /proc/net/unix."""
    inodes = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()}
    lines = Path("/proc/net/unix").read_text().splitlines()
    return any(line.endswith(address) and f"socket:[{line.split()[6]}]" in inodes for line in lines)


async def test_our_settings_do_not_reach_the_childs_environment(
    small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAWALL_ENGINE__KEY", "sk-secret")
    engine = embedded(small_model)
    await engine.start()
    await until(lambda: engine.report().ready)
    environment = Path(f"/proc/{engine.child_pid}/environ").read_text()
    await engine.close()
    assert "sk-secret" not in environment
    assert "OMP_WAIT_POLICY=PASSIVE" in environment


async def test_the_childs_memory_is_limited(engine: Embedded) -> None:
    limits = Path(f"/proc/{engine.child_pid}/limits").read_text().splitlines()
    (data,) = (line for line in limits if line.startswith("Max data size"))
    assert int(data.split()[3]) < 3 * 1024**3


async def test_a_limit_too_small_for_the_model_is_said_and_tried_again_with_patience(small_model: Path) -> None:
    engine = embedded(small_model, slots=8, memory_limit_mib=1)
    await engine.start()
    await until(lambda: "does not start" in (engine.report().trouble or ""))
    assert not engine.report().ready
    await engine.close()


async def test_a_broken_model_file_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\0" * 1000)
    engine = embedded(broken)
    await engine.start()
    await until(lambda: "does not start" in (engine.report().trouble or ""))
    assert not engine.report().ready
    await engine.close()


@pytest.mark.parametrize("content", [None, b"no model at all"])
async def test_a_model_that_is_missing_or_none_fails_the_start(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EngineError, match=r"model\.gguf"):
        await embedded(path).start()


async def test_without_the_extra_the_start_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(EngineError, match=r'pip install "seawall\[local\]"'):
        await embedded(tmp_path / "model.gguf").start()


async def test_the_child_dies_within_a_second_of_its_parent(small_model: Path) -> None:
    program = textwrap.dedent(
        """
        import asyncio, sys, time
        from pathlib import Path
        from seawall.engines.embedded import Embedded

        async def main():
            engine = Embedded(Path(sys.argv[1]), "small", slots=2, context_tokens=512, memory_limit_mib=0,
                              stall_s=30, clock=time.monotonic)
            await engine.start()
            while not engine.report().ready:
                await asyncio.sleep(0.01)
            print(engine.child_pid, flush=True)
            await asyncio.sleep(60)

        asyncio.run(main())
        """
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(small_model), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await asyncio.wait_for(parent.stdout.readline(), 20))
    assert is_alive(child)
    parent.kill()
    await parent.wait()
    await until(lambda: not is_alive(child), within_s=1)
