"""Temporary folders that go with their kernel; of one that was killed, a later one removes them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mpscope import end_processes

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

OLD_S = 60.0  # a folder that is as old as this, and that no kernel holds, is nobody's


@contextlib.contextmanager
def own_folder(prefix: str, mark: str) -> Iterator[str]:
    """A folder for what a kernel's runs write; those whose kernel was killed are removed first.

    `mark` is what stands in each folder of this kind, and in no other of such a name.
    """
    sweep(prefix, mark)
    with (
        tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder,
        _held(folder),
    ):
        yield folder


def sweep(prefix: str, mark: str) -> None:
    """Remove the folders of this kind whose kernel was killed, and end what still runs there."""
    for file in Path(tempfile.gettempdir()).glob(f"{prefix}*/{mark}"):
        with contextlib.suppress(OSError), _held(file.parent) as alone:
            if alone and time.time() - file.stat().st_mtime > OLD_S:
                for block in file.parent.glob("ipc-*"):
                    end_processes(block)
                shutil.rmtree(file.parent)


@contextlib.contextmanager
def _held(folder: str | os.PathLike[str]) -> Iterator[bool]:
    """Hold a folder while this kernel lives; False if another one does, or none here can."""
    if fcntl is None:
        yield False
        return
    hold, alone = os.open(folder, os.O_RDONLY), True
    try:
        fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        alone = False
    try:
        yield alone
    finally:
        os.close(hold)
