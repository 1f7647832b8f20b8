"""`observe(echo=True)`: what a child writes past `print` goes on to where the parent's output goes.

A child passes on itself what it prints.  What bypasses `sys.stdout` (an extension module, a program
that the child runs) lands in its .raw and .err file; the parent copies it from there at each look.
"""

from __future__ import annotations

import contextlib
import os
import threading

from mpscope._supervision.processes import files

GOES_TO = {".raw": 1, ".err": 2}
CHUNK = 1 << 16


class Echo:
    """Copies what is new in a block's folder; called from a signal handler, too."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._copied: dict[str, int] = {}  # bytes of each file
        self._one_at_a_time = threading.Lock()

    def pump(self) -> None:
        """Copy what has been written since the last call."""
        if not self._one_at_a_time.acquire(blocking=False):
            return
        try:
            for name in sorted(files(self._folder)):
                if name[-4:] in GOES_TO:
                    with contextlib.suppress(OSError):
                        self._copy(name, GOES_TO[name[-4:]])
        finally:
            self._one_at_a_time.release()

    def _copy(self, name: str, fd: int) -> None:
        with open(os.path.join(self._folder, name), "rb") as file:
            file.seek(self._copied.get(name, 0))
            while data := file.read(CHUNK):
                self._copied[name] = self._copied.get(name, 0) + os.write(fd, data)
                file.seek(self._copied[name])
