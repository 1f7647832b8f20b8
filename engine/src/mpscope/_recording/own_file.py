"""A file of the recorder's, in a process that may close its descriptor at any time.

A program may close every descriptor that it does not know (`os.closerange`), and open files of its
own, which then get the same numbers.  So before each use it is asked whether the number still means
this file; if not, the file is opened again by its path, and the number is left to its new owner.
"""

from __future__ import annotations

import mmap
import os
import sys

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

KEPT: list[mmap.mmap] = []
"""Mappings that must not be freed: that would close a descriptor that is somebody else's by now."""


class OwnFile:
    """An open file, known by its inode. Only the constructor, `map` and `grow` raise OSError."""

    def __init__(self, path: str, flags: int) -> None:
        self._path, self._flags, self._locked = path, flags, False
        self._fd = os.open(path, flags, 0o600)
        about = os.fstat(self._fd)
        self._inode = about.st_dev, about.st_ino
        self._fd_of_map = -1

    def lock(self) -> None:
        """Hold a lock on it for as long as it is open."""
        self._locked = True
        if fcntl is not None:
            fcntl.flock(self._fd, fcntl.LOCK_SH)

    def write(self, data: bytes) -> int:
        """Append; returns how many bytes went through: the disk may be full, the file gone."""
        try:
            return os.write(self._number(), data)
        except OSError:
            return 0

    def grow(self, size: int) -> None:
        """Make it so long, in blocks that are really there: a hole is a SIGBUS to come."""
        fd = self._number()
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(fd, 0, size)
        else:
            os.truncate(fd, size)

    def map(self, size: int) -> mmap.mmap:
        """Map so many bytes of it."""
        fd = self._number()
        if sys.version_info >= (3, 13):
            return mmap.mmap(fd, size, trackfd=False)
        self._fd_of_map = os.dup(fd)  # most likely the number that the mapping will have
        os.close(self._fd_of_map)
        return mmap.mmap(fd, size)

    def is_safe_to_unmap(self) -> bool:
        """True if the descriptor that the mapping will close is still this file's."""
        return self._fd_of_map < 0 or self._is(self._fd_of_map)

    def close(self) -> None:
        """Close it, unless the number is somebody else's by now."""
        fd, self._fd = self._fd, -1
        if fd >= 0 and self._is(fd):
            os.close(fd)

    def _number(self) -> int:
        if self._is(self._fd):
            return self._fd
        self._fd = os.open(self._path, self._flags & ~os.O_CREAT)
        if self._locked:
            self.lock()
        return self._fd

    def _is(self, fd: int) -> bool:
        try:
            about = os.fstat(fd)
        except OSError:
            return False
        return (about.st_dev, about.st_ino) == self._inode
