"""tests/requirements.lock pins what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = [
    line
    for line in (ROOT / "tests" / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def requirements() -> list[Requirement]:
    """Return what the project, and its test extra with the extras in it, asks for by name."""
    wanted = [*PROJECT["dependencies"]]
    extras, seen = ["test"], set()
    while extras:
        extra = extras.pop()
        seen.add(extra)
        for requirement in map(Requirement, PROJECT["optional-dependencies"][extra]):
            if requirement.name == PROJECT["name"]:
                extras.extend(sorted(requirement.extras - seen))
            else:
                wanted.append(str(requirement))
    return [Requirement(text) for text in wanted]


def test_every_line_is_one_exact_version():
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line)] == []
    names = [canonicalize_name(line.split("==")[0]) for line in LINES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("requirement", requirements(), ids=str)
def test_requirement_is_pinned_within_its_range(requirement: Requirement):
    pins = dict(line.split("==") for line in LINES)
    pinned = {canonicalize_name(distribution): version for distribution, version in pins.items()}
    version = pinned.get(canonicalize_name(requirement.name))
    assert version is not None, f"expected {requirement.name} in tests/requirements.lock: tests/run --relock"
    assert requirement.specifier.contains(version, prereleases=True)
