"""An acknowledgement means that the disk was waited for: counted with strace, because kill -9 does not show it.

On SQLite alone: PostgreSQL waits by itself, and Parley never asks it not to (tests/store reads the setting).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.shop import Shop, opened
from tests.faults.traffic import traffic
from tests.servers import wait_until

pytestmark = [
    pytest.mark.timeout(120),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not on this machine: apt-get install strace"),
]


@dataclass(frozen=True)
class Counted:
    """What one stretch of load cost."""

    acknowledged: int
    commits: int
    syncs: int

    @property
    def faults(self) -> list[str]:
        wrong = []
        if self.syncs < self.commits:
            wrong.append(f"expected a sync for every commit, got {self.syncs} for {self.commits}")
        if self.commits * 2 > self.acknowledged:
            wrong.append(f"expected commits to be shared, got {self.commits} for {self.acknowledged} messages")
        return wrong


@contextlib.contextmanager
def traced(pid: int, out: Path) -> Iterator[None]:
    """Write every sync of a process and its threads to a file."""
    command = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", str(out), "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: _is_traced(pid) or tracer.poll() is not None, seconds=10, what="strace to attach")
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            pytest.skip(f"strace may not attach here: {tracer.stderr.read()}")
        yield
    finally:
        tracer.terminate()
        tracer.wait()
        assert tracer.stderr is not None
        tracer.stderr.close()


def _is_traced(pid: int) -> bool:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return all("TracerPid:\t0" not in (task / "status").read_text() for task in tasks)


def _syncs(out: Path) -> int:
    return len(re.findall(r"(?:fdatasync|fsync)\(", out.read_text()))


async def counted_under_load(shop: Shop, out: Path) -> Counted:
    """Let 50 shoppers write for a second and count."""
    async with traffic(shop, shoppers=50, tabs=1, watched=False) as people:
        people.begin(pause=0.001, doubled=0)
        await asyncio.sleep(0.5)  # the writer thread is there before it is traced
        with traced(shop.pid, out):
            acknowledged, commits = people.acknowledged, shop.figure("parley_commits_total")
            await asyncio.sleep(1.0)
            acknowledged = people.acknowledged - acknowledged
            commits = shop.figure("parley_commits_total") - commits
        await people.rest()
    counted = Counted(acknowledged, int(commits), _syncs(out))
    print(f"\n{counted}")
    return counted


async def test_every_commit_waits_for_the_disk_and_is_shared(tmp_path: Path) -> None:
    with opened(Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}")) as shop:
        counted = await counted_under_load(shop, tmp_path / "syncs")
    assert counted.faults == []


@pytest.mark.full_only
@pytest.mark.parametrize(("fault", "said"), [("not_durable", "a sync for every"), ("commit_each", "to be shared")])
async def test_a_planted_fault_is_caught(tmp_path: Path, fault: str, said: str) -> None:
    with opened(Shop(tmp_path / "shop", f"sqlite:///{tmp_path / 'parley.db'}", plants=[fault])) as shop:
        counted = await counted_under_load(shop, tmp_path / "syncs")
    assert any(said in one for one in counted.faults), counted
