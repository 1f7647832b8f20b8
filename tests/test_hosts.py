"""Lesson 15 on four hosts: `make hosts`, as root, on Linux. Never in CI; about two minutes.

    nb ── the notebook, a driver        sched ── the scheduler        w1, w2 ── two workers each
     └───────────────┴───────────────────────┴── sw: a switch, with a cable to each ──┘

Each host is a network namespace with a host name of its own; they share this machine's files and
process numbers, and nothing of its network. The course is not installed on `sched`, `w1` and `w2`:
the lesson has to bring its code along.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from course import NOTEBOOKS, ROOT

HOSTS = {"sched": 1, "w1": 11, "w2": 12, "nb": 20}
SCHEDULER = "10.203.0.1:8786"
LESSON = "15_beyond_one_machine.ipynb"
UP = "from distributed import Client; Client({!r}, timeout=60).wait_for_workers(4, timeout=60)"
DRIVER = """
import os, socket, sys, time
from distributed import Client, Queue

def work(begun, seconds):
    begun.put(socket.gethostname())
    time.sleep(seconds)
    return socket.gethostname()

client = Client(sys.argv[1], timeout=60)
where, seconds = sys.argv[2], float(sys.argv[3])
names = client.run(socket.gethostname)
there = [address for address, name in names.items() if name == where]
begun = Queue()
task = client.submit(work, begun, seconds, workers=there, allow_other_workers=True, pure=False)
print("begun on", begun.get(timeout=60), flush=True)
[address] = [address for address, tasks in client.processing().items() if tasks]
print(client.run(os.getpid, workers=[address])[address], flush=True)
sys.stdin.readline()  # now the accident
began = time.monotonic()
print("done on", task.result(timeout=300), "- begun again:", begun.qsize(), flush=True)
print(round(time.monotonic() - began, 1), flush=True)
"""


class Network:
    """Hosts that are network namespaces, and the processes that run on them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.prefix = folder, f"ipc{os.getpid()}-"
        self.running: list[subprocess.Popen[str]] = []

    def up(self) -> None:
        switch = self.prefix + "sw"
        ip("netns", "add", switch)
        ip("-n", switch, "link", "add", "br0", "type", "bridge")
        ip("-n", switch, "link", "set", "br0", "up")
        for name, number in HOSTS.items():
            host, plug = self.prefix + name, f"to-{name}"
            ip("netns", "add", host)
            ip("-n", switch, *f"link add {plug} type veth peer name eth0 netns {host}".split())
            ip("-n", switch, "link", "set", plug, "master", "br0", "up")
            ip("-n", host, "addr", "add", f"10.203.0.{number}/24", "dev", "eth0")
            for device in ("eth0", "lo"):
                ip("-n", host, "link", "set", device, "up")

    def cable(self, host: str, state: str) -> None:
        ip("-n", self.prefix + "sw", "link", "set", f"to-{host}", state)

    def start(self, host: str, *command: str, **variables: str) -> subprocess.Popen[str]:
        """Run a command there: under that host's name, in a folder of its own."""
        place = self.folder / f"{host}-{len(self.running)}"
        place.mkdir()
        name_it = ["unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', host]
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.prefix + host, *name_it, *command],
            cwd=place,
            env={**os.environ, "TMPDIR": str(place), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(place / "stderr").open("w"),
            text=True,
        )
        self.running.append(process)
        return process

    def start_bare(self, host: str, command: str, *options: str) -> None:
        """A part of dask, on a Python that has packages, and not the course."""
        packages = sysconfig.get_paths()["purelib"]
        module = f"distributed.cli.dask_{command}"
        self.start(host, sys.executable, "-S", "-m", module, *options, PYTHONPATH=packages)

    def down(self) -> list[str]:
        """End all that runs there, take all away; what is left, which should be nothing."""
        for process in reversed(self.running):
            process.terminate()
        until = time.monotonic() + 20
        while (pids := self.pids()) and time.monotonic() < until:
            time.sleep(0.2)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        for process in self.running:
            process.communicate()
        for name in self.names():
            ip("netns", "del", name)
        return [f"process {pid}" for pid in pids] + self.names()

    def names(self) -> list[str]:
        listed = [line.split()[0] for line in ip("netns", "list").splitlines()]
        return [name for name in listed if name.startswith(self.prefix)]

    def pids(self) -> list[int]:
        return [int(pid) for name in self.names() for pid in ip("netns", "pids", name).split()]


def ip(*arguments: str) -> str:
    command = ["ip", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def refused() -> str:
    """Why this cannot be tried here; empty if it can."""
    if os.environ.get("CI") or not os.environ.get("IPC_HOSTS"):
        return "it takes root and two minutes: `make hosts`"
    if not shutil.which("ip"):
        return "!!! NOT TRIED: there is no `ip` (Debian: iproute2)"
    made = subprocess.run(["ip", "netns", "add", "ipc-try"], capture_output=True, text=True)
    if made.returncode:
        return f"!!! NOT TRIED: network namespaces are refused: {made.stderr.strip()}"
    ip("netns", "del", "ipc-try")
    return ""


WHY_NOT = refused()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """The hosts with a cluster on them; nothing of it may be left afterwards."""
    hosts = Network(folder)
    try:
        hosts.up()
        address = SCHEDULER.split(":")[0]
        hosts.start_bare("sched", "scheduler", "--host", address, "--no-dashboard")
        for host in ("w1", "w2"):
            ours = ["--host", f"10.203.0.{HOSTS[host]}", "--nworkers", "2", "--nthreads", "1"]
            hosts.start_bare(host, "worker", f"tcp://{SCHEDULER}", *ours, "--no-dashboard")
        ready = hosts.start("nb", sys.executable, "-c", UP.format(f"tcp://{SCHEDULER}"))
        assert ready.wait(120) == 0
        yield hosts
    finally:
        left = hosts.down()
    assert left == []


def accident(hosts: Network, where: str, seconds: float) -> tuple[subprocess.Popen[str], int]:
    """A driver whose task runs on that host, and the number of the process that runs it."""
    arguments = [f"tcp://{SCHEDULER}", where, str(seconds)]
    driver = hosts.start("nb", sys.executable, "-c", DRIVER, *arguments)
    assert driver.stdout is not None
    assert driver.stdout.readline() == f"begun on {where}\n"
    return driver, int(driver.stdout.readline())


def test_a_lesson_a_death_and_a_cut_cable(tmp_path: Path) -> None:
    """One network for all three; what is left behind is looked for when it has been taken away."""
    with network(tmp_path) as hosts:
        the_lesson_says_there_what_it_says_here(hosts)
        a_killed_worker_costs_a_task_its_first_try(hosts)
        a_cut_cable_is_noticed_by_a_clock(hosts)


def the_lesson_says_there_what_it_says_here(hosts: Network) -> None:
    copy = hosts.folder / "notebooks"
    shutil.copytree(NOTEBOOKS, copy)
    execute = [sys.executable, str(ROOT / "tools" / "execute_notebooks.py"), "--check", "15"]
    scheduler = f"tcp://{SCHEDULER}"
    lesson = hosts.start("nb", *execute, "--folder", str(copy), IPC_SCHEDULER=scheduler)
    said, _ = lesson.communicate(timeout=200)
    assert lesson.returncode == 0 and "as stored" in said, said


def a_killed_worker_costs_a_task_its_first_try(hosts: Network) -> None:
    driver, pid = accident(hosts, "w1", 2)
    os.kill(pid, signal.SIGKILL)
    said, _ = driver.communicate("\n", timeout=100)
    assert "begun again: 1" in said, said


def a_cut_cable_is_noticed_by_a_clock(hosts: Network) -> None:
    driver, _ = accident(hosts, "w2", 5)
    hosts.cable("w2", "down")
    said, _ = driver.communicate("\n", timeout=300)
    first, seconds = said.splitlines()
    assert first == "done on w1 - begun again: 1"
    assert float(seconds) > 10, "a death would have been noticed at once"
    print(f"after the cable was cut, the result took {seconds} s")
