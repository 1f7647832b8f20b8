"""What a child writes past `print`: an extension module, a program that the child runs.

It lands in the child's .raw and .err file.  With `observe(echo=True)` the parent copies it from
there, at each look, to where its own output goes; else it cuts what nobody will read.  (What a
child prints, it passes on itself.)
"""

import contextlib
import os
import threading

from mpscope._supervision.processes import files
from mpscope._trace.printed import MAX_RAW

GOES_TO = {".raw": 1, ".err": 2}
CHUNK = 1 << 16


class Output:
    """Tends the files of a block's children; called from a signal handler, too."""

    def __init__(self, folder: str, echo: bool) -> None:
        self._folder, self._tend = folder, self._copy if echo else self._cut
        self._copied: dict[str, int] = {}  # bytes of each file
        self._one_at_a_time = threading.Lock()

    def tend(self) -> None:
        """Copy what has been written since the last call, or cut what is too long."""
        if not self._one_at_a_time.acquire(blocking=False):
            return
        try:
            with contextlib.suppress(OSError):  # no descriptor is left to look with
                for name in sorted(name for name in files(self._folder) if name[-4:] in GOES_TO):
                    with contextlib.suppress(OSError):
                        self._tend(name)
        finally:
            self._one_at_a_time.release()

    def _copy(self, name: str) -> None:
        with open(os.path.join(self._folder, name), "rb") as file:
            file.seek(self._copied.get(name, 0))
            while data := file.read(CHUNK):
                written = os.write(GOES_TO[name[-4:]], data)
                self._copied[name] = self._copied.get(name, 0) + written
                file.seek(self._copied[name])

    def _cut(self, name: str) -> None:
        """What nobody will read; whoever writes appends."""
        path = os.path.join(self._folder, name)
        if os.path.getsize(path) > MAX_RAW:
            os.truncate(path, MAX_RAW + 1)
