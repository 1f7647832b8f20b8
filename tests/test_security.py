"""Who can talk to a block's processes, and what is lying about: keys, sockets, files, outputs.

SECURITY.md makes these promises; here they are looked for, in the repository and in a live block.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import observed_workers as workers
import psutil
import pytest
from course import NOTEBOOKS, ROOT
from observing import as_in_a_notebook, per_method  # noqa: F401

from mpscope import observe

# What is ours, not what git ignores; this file speaks of what it looks for.
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
).stdout.split()
ENGINE = ROOT / "engine" / "src"
TEXTS = [
    ROOT / name
    for name in TRACKED
    if Path(name).suffix in {".py", ".ipynb", ".md", ".yml", ".toml", ".cfg", ""}
    and Path(name).name != "test_security.py"
]
# A listener on every address, an empty token, a key that everybody can read.
CARELESS = {
    "0.0.0.0": r"0\.0\.0\.0",
    "an empty address": r"""(bind|Listener|create_server|address=)\(?\s*\(\s*(""|'')""",
    "every address in JupyterLab": r"--ip[= ](?!127\.0\.0\.1)\S|\.ip\s*=\s*[\"'](?!127\.0\.0\.1)",
    "no token": r"token\s*=\s*(''|\"\"|\\\"\\\"|$)|--\w*App\.token=\s|password\s*=\s*(''|\"\")",
}


@pytest.mark.parametrize("what", CARELESS)
def test_nothing_listens_to_everybody(what: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in TEXTS
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if re.search(CARELESS[what], line)
    ]
    assert not found, found


def test_the_search_would_find_them() -> None:
    careless = [
        'server.bind(("0.0.0.0", 80))',
        'Listener(("", 6000))',
        "jupyter lab --ip=*",
        "c.ServerApp.token = ''",
    ]
    for line, pattern in zip(careless, CARELESS.values(), strict=True):
        assert re.search(pattern, line), line


def test_no_key_stands_in_a_lesson_or_a_helper() -> None:
    for path in TEXTS:
        if path.is_relative_to(ROOT / "tests") or path.is_relative_to(ROOT / "engine" / "tests"):
            continue
        found = re.findall(r"authkey\s*=\s*b[\"'].*", path.read_text("utf-8", "replace"))
        assert not found, (path, found)


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.rglob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_ships_without_scripts(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    data = [out["data"] for out in outputs if "data" in out]
    assert not [mime for bundle in data for mime in bundle if "javascript" in mime]
    for bundle in data:
        html = "".join(bundle.get("text/html", "")) + "".join(bundle.get("image/svg+xml", ""))
        tags = re.sub(r"\"[^\"]*\"", '""', html)  # alt texts may say anything
        assert not re.search(r"<script|<iframe|<object|\son\w+\s*=", tags, re.IGNORECASE)
        assert not re.search(r"(src|href)=\"\s*(javascript|http)", html, re.IGNORECASE)


def sockets(process: psutil.Process) -> list[Any]:
    return [c for c in process.net_connections("all") if c.status in ("LISTEN", "NONE")]


def is_private(path: str) -> bool:
    """Whether nobody else may enter the folder that a socket is in."""
    folder = os.stat(os.path.dirname(path))
    return folder.st_uid == os.geteuid() and not stat.S_IMODE(folder.st_mode) & 0o077


@per_method
def test_what_listens_in_a_block_is_reached_by_this_user_only(method: str) -> None:
    me = psutil.Process()
    before = {c.laddr for p in [me, *me.children(recursive=True)] for c in sockets(p)}
    with observe(method, deadline_s=20) as mp:
        manager, pool, channel = mp.Manager(), mp.Pool(1), mp.Queue()
        assert pool.map(workers.square, [3]) == [9]
        here, there = mp.Pipe()
        done = mp.Queue()
        mp.Process(target=workers.send_end, args=(channel, there, done)).start()
        end = channel.get()  # a resource sharer, in the child, hands it out
        listening = {c.laddr for p in [me, *me.children(recursive=True)] for c in sockets(p)}
        listening -= before | {""}
        assert manager.address in listening
        for address in listening:
            assert isinstance(address, str), f"a network address: {address}"
            assert address.startswith("\0") or is_private(address), address
        done.put(None)
        del end, here


@per_method
def test_a_key_is_new_for_each_block_and_lies_nowhere(method: str) -> None:
    from multiprocessing import current_process

    outside = bytes(current_process().authkey)
    keys = []
    for _ in range(2):
        with observe(method, deadline_s=20) as mp:
            key = bytes(current_process().authkey)
            manager = mp.Manager()
            shared, ready, go = mp.Manager().list([1]), mp.Event(), mp.Event()
            lock = mp.Lock()
            mp.Process(target=workers.hold, args=(lock, ready, go)).start()
            ready.wait()
            shared.append(manager.list([2])[:])
            folder = Path(mp._folder)
            for file in filter(Path.is_file, folder.iterdir()):  # there is a socket, too
                assert key not in file.read_bytes(), file.name
                assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file.name
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            looked = 0
            for child in psutil.Process().children(recursive=True):
                with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):  # has ended
                    environ = Path(f"/proc/{child.pid}/environ").read_bytes()
                    assert key not in environ + "\0".join(child.cmdline()).encode()
                    assert key.hex().encode() not in environ
                    looked += 1
            assert looked >= 3, "two managers and a child"
            go.set()
        assert key.hex() not in str(mp.transcript()) and repr(key) not in repr(mp.events)
        keys.append(key)
    assert bytes(current_process().authkey) == outside
    assert len({outside, *keys}) == 3 and all(len(key) == 32 for key in keys)


def test_files_of_a_check_and_a_sweep_stay_in_their_places() -> None:
    """What removes or kills names its prefix and asks for the owner: see sweep.py."""
    removing = [
        path.relative_to(ROOT).as_posix()
        for path in TEXTS
        if any(path.is_relative_to(package) for package in (ROOT / "ipc_helpers", ENGINE))
        and not path.is_relative_to(ROOT / "ipc_helpers" / "workers")  # they are to have accidents
        and re.search(r"rmtree|killpg|os\.kill\(|_unlink\(", path.read_text("utf-8"))
    ]
    course = {"lesson.py", "folders.py", "ring.py", "bench_channels.py"}
    engine = {"_block.py", "_recording/lifeline.py", "_run/session.py"}
    engine |= {f"_supervision/{name}.py" for name in ("killing", "processes", "sweep")}
    known = {f"ipc_helpers/{name}" for name in course}
    assert set(removing) == known | {f"engine/src/mpscope/{name}" for name in engine}
