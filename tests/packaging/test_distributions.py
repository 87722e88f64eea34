"""Wheel and sdist, built from a clean checkout, install into an empty environment and serve."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.packaging.building import built, run
from tests.servers import wait_until

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(1200)]

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
START_SECONDS = 300.0  # the first start fits the search index, which may take a minute of its own
UNREACHABLE = "http://127.0.0.1:9"  # nobody listens there: what asks npm's registry fails


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist from the checkout."""
    return built(checkout, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel_of_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a wheel from the sdist where there is neither Node nor a way to npm's registry."""
    folder, nothing = tmp_path_factory.mktemp("wheel-of-sdist"), tmp_path_factory.mktemp("empty")
    environment = {"PATH": str(nothing), "HOME": str(Path.home()), "npm_config_registry": UNREACHABLE}
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", folder, sdist, cwd=folder, environment=environment)
    (distribution,) = folder.iterdir()
    return distribution


# Both hold the same files, so that installing one will do.
@pytest.fixture(scope="module", params=["wheel", pytest.param("wheel_of_sdist", marks=pytest.mark.full_only)])
def parley(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install a distribution into a fresh virtual environment; return its `parley` command."""
    distribution = request.getfixturevalue(request.param)
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    lock = ROOT / "tests" / "requirements.lock"
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-c", lock, distribution, cwd=folder)
    return folder / "bin" / "parley"


@pytest.fixture(scope="module")
def home(parley: Path) -> Path:
    """Make an empty folder to run in: database and search index are kept there."""
    folder = parley.parent.parent / "home"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def outside(parley: Path, home: Path, index_cache: Path, *, full: bool) -> dict[str, str]:
    """Give what is set where it runs: no more than anybody has, and in the short form what other tests learned."""
    learned = {} if full else {"PARLEY_CACHE": str(index_cache)}
    return {"PATH": f"{parley.parent}:/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", **learned}


def names_in(distribution: Path) -> list[str]:
    if distribution.suffix == ".whl":
        return zipfile.ZipFile(distribution).namelist()
    with tarfile.open(distribution) as archive:
        return ["/".join(name.split("/")[1:]) for name in archive.getnames()]


def test_wheel_holds_what_the_server_needs_and_no_more(wheel: Path):
    names = names_in(wheel)
    for needed in ("bot/assets/embed.js", "bot/assets/manifest.json", "bot/locale/translations/es.po"):
        assert needed in names
    assert any(name.startswith("bot/demo_kb/") and name.endswith(".fr.md") for name in names)
    folders = {name.split("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"bot"}


def test_sdist_holds_sources_and_assets_but_no_packages_of_npm(sdist: Path):
    names = names_in(sdist)
    for needed in ("bot/assets/embed.js", "widget/package-lock.json", "widget/build_hook.py", "tests/run", "LICENSE"):
        assert needed in names
    assert [name for name in names if "node_modules" in name or "__pycache__" in name] == []


def test_both_wheels_hold_the_same_files(wheel: Path, wheel_of_sdist: Path):
    assert sorted(names_in(wheel)) == sorted(names_in(wheel_of_sdist))


def test_installed_command_says_its_version(parley: Path, home: Path, outside: dict[str, str]):
    assert VERSION in run(parley, "--version", cwd=home, environment=outside)


def test_installed_command_answers(parley: Path, home: Path, outside: dict[str, str]):
    said = run(parley, "ask", "where is my parcel?", "--json", cwd=home, environment=outside)
    line = json.loads(said)
    assert line["entry"]
    assert line["language"] == "en"
    assert line["candidates"]


@pytest.fixture
def address(parley: Path, home: Path, outside: dict[str, str]) -> Iterator[str]:
    """Serve on a free port and return the address that the server prints; it must end well when told to."""
    output = home / "serve.txt"
    with output.open("w") as stream:
        process = subprocess.Popen(
            [parley, "serve", "--port", "0"],
            cwd=home,
            env=outside,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(
            lambda: "/chat" in output.read_text() or process.poll() is not None,
            seconds=START_SECONDS,
            what="parley serve to say where it is",
        )
        found = re.search(r"(http://\S+?)/chat", output.read_text())
        assert found, output.read_text()
        yield found[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, output.read_text()
    finally:
        process.kill()
        process.wait()


def test_installed_server_is_healthy_and_has_its_assets(address: str):
    for path in ("/healthz", "/readyz", "/embed.js", "/chat", "/agent"):
        with urllib.request.urlopen(address + path, timeout=30) as response:
            assert response.status == 200, path
            assert response.read(), path
