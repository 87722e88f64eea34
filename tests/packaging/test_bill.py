"""The bill of materials names everything that a release brings along, with version and licence."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT
from tests.packaging.bill import packages_in, with_browser_side, written

pytestmark = [pytest.mark.packaging, pytest.mark.full_only, pytest.mark.timeout(1200)]

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IN_THE_BROWSER = {"preact", "socket.io-client", "engine.io-client", "engine.io-parser", "socket.io-parser"}
TOOLS = {"esbuild", "terser", "cyclonedx-bom", "pip", "pytest", "ruff"}


@pytest.fixture(scope="module")
def bill(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Write the bill of the wheel and read it."""
    path = written(wheel, tmp_path_factory.mktemp("bill"))
    assert path.name == f"parley-{PROJECT['version']}.cdx.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def faults(bill: dict[str, Any]) -> list[str]:
    """Return what is not in the bill and should be, and what is and should not."""
    found = {component["purl"]: component for component in bill["components"]}
    wrong = [purl for purl, one in found.items() if not (one.get("version") and one.get("licenses"))]
    python = {canonicalize_name(purl[9:].split("@")[0]) for purl in found if purl.startswith("pkg:pypi/")}
    asked = [Requirement(line) for line in PROJECT["dependencies"]]
    here = {canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate()}
    wrong += sorted(here - python)
    locked = json.loads((ROOT / "widget" / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    pinned = {f"pkg:npm/{name}@{locked[f'node_modules/{name}']['version']}" for name in IN_THE_BROWSER}
    wrong += sorted(pinned - set(found))
    return wrong + sorted(TOOLS & {component["name"] for component in bill["components"]})


def test_everything_that_a_release_brings_is_in_the_bill(bill: dict[str, Any], wheel: Path):
    assert faults(bill) == []
    addresses = {component["purl"] for component in bill["components"]}
    for package in packages_in(wheel):
        assert f"pkg:npm/{package['name'].replace('@', '%40')}@{package['version']}" in addresses
    whole = bill["metadata"]["component"]
    assert (whole["name"], whole["version"]) == (PROJECT["name"], PROJECT["version"])
    print(f"\n{len(addresses)} components, {len(packages_in(wheel))} of them in the browser")


def test_what_is_left_out_of_a_bill_is_noticed(bill: dict[str, Any], wheel: Path):
    (preact,) = [package for package in packages_in(wheel) if package["name"] == "preact"]
    plain = {**bill, "components": [one for one in bill["components"] if "npm" not in one["purl"]]}
    assert len(faults(plain)) == len(IN_THE_BROWSER)
    assert len(faults(with_browser_side(plain, [preact]))) == len(IN_THE_BROWSER) - 1
    without = [one for one in bill["components"] if one["name"].lower() != "jinja2"]
    assert faults({**bill, "components": without}) == ["jinja2"]
    bare = [{**one, "licenses": []} if one["name"] == "preact" else one for one in bill["components"]]
    assert faults({**bill, "components": bare}) == [f"pkg:npm/preact@{preact['version']}"]
