"""The bill of materials of a wheel (CycloneDX): what it brings to Python, and what the browser side is built from.

    python -m tests.packaging.bill dist/parley-0.1.0-py3-none-any.whl   # writes dist/parley-0.1.0.cdx.json

The wheel is installed at the pins of tests/requirements.lock into an empty environment, which cyclonedx-py reads from
outside; the packages in the browser side are named by the manifest that its build left in the wheel.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
TOOL = "cyclonedx-bom==7.5.0"
_PINS = ROOT / "tests" / "requirements.lock"
_PINS_OF_THE_TOOL = Path(__file__).with_name("cyclonedx.lock")
_CHECK = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(sys.stdin.read())
sys.exit(str(fault) if fault else 0)
"""


def written(wheel: Path, folder: Path) -> Path:
    """Write the bill of the wheel into the folder; return its path. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as scratch:
        installed = _environment(Path(scratch, "installed"), _PINS, str(wheel))
        tool = _environment(Path(scratch, "tool"), _PINS_OF_THE_TOOL, TOOL)
        asked = ("environment", "--pyproject", ROOT / "pyproject.toml", "--output-reproducible", installed)
        said = _run(tool.with_name("cyclonedx-py"), *asked)
        bill = json.dumps(with_browser_side(json.loads(said), packages_in(wheel)), indent=2) + "\n"
        _run(tool, "-c", _CHECK, given=bill)
    name, version = wheel.name.split("-")[:2]
    path = folder / f"{name}-{version}.cdx.json"
    path.write_text(bill, encoding="utf-8")
    return path


def packages_in(wheel: Path) -> list[dict[str, str]]:
    """Return the npm packages in the wheel's assets: `name`, `version`, `license`."""
    with zipfile.ZipFile(wheel) as archive:
        manifest: dict[str, Any] = json.loads(archive.read("bot/assets/manifest.json"))
    return list(manifest["packages"])


def with_browser_side(bill: dict[str, Any], packages: list[dict[str, str]]) -> dict[str, Any]:
    """Return the bill with the npm packages as components that the whole depends on."""
    components = [_component(package) for package in packages]
    whole = bill["metadata"]["component"]["bom-ref"]
    references = [component["bom-ref"] for component in components]
    depends = [
        {**one, "dependsOn": sorted({*one.get("dependsOn", ()), *references})} if one["ref"] == whole else one
        for one in bill["dependencies"]
    ]
    leaves = [{"ref": reference} for reference in references]
    return {**bill, "components": [*bill["components"], *components], "dependencies": [*depends, *leaves]}


def _component(package: dict[str, str]) -> dict[str, Any]:
    group, _, name = package["name"].rpartition("/")
    address = f"pkg:npm/{quote(package['name'], safe='/')}@{package['version']}"
    return {
        "type": "library",
        "bom-ref": address,
        **({"group": group} if group else {}),
        "name": name,
        "version": package["version"],
        "licenses": [{"license": {"id": package["license"], "acknowledgement": "declared"}}],
        "purl": address,
    }


def _environment(folder: Path, pins: Path, wanted: str) -> Path:
    """Make an environment that holds what is wanted at its pins and nothing else; return its Python."""
    venv.create(folder)
    python = folder / "bin" / "python"
    _run(sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--constraint", pins, wanted)
    return python


def _run(*command: object, given: str | None = None) -> str:
    done = subprocess.run([str(part) for part in command], input=given, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def main() -> None:
    """Write the bill beside the wheel."""
    parser = argparse.ArgumentParser(prog="python -m tests.packaging.bill", description=__doc__)
    parser.add_argument("wheel", type=Path)
    wheel = parser.parse_args().wheel
    print(written(wheel, wheel.parent))


if __name__ == "__main__":
    main()
