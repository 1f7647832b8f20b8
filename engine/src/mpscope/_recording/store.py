"""The files of one process's log: texts that are appended, records in a mapping that grows."""

from __future__ import annotations

import mmap
import os
import sys
from _thread import allocate_lock, get_ident

from mpscope._recording.clock import monotonic_ns
from mpscope._recording.records import RECORD, SIZE, TEXT, Any

MAX_EVENTS = 1 << 20  # per process; then one note, and the rest is counted but not kept
MAX_TEXT = 4 << 20  # bytes of printed text per process ...
MAX_SAID = 100_000  # ... and pieces of it: a `print` makes two
FIRST_ROOM = 1024 * RECORD.size


class Store:
    """Opens the files `path`.txt and `path`.box; a parent's must open, a child does without."""

    _box: Any = None
    _mapped: OwnFile | None = None  # what `_box` shows
    _text: OwnFile | None = None
    _file: OwnFile | None = None
    _remap: Any = None
    """Called with the new mapping and the number of records that it has room for."""
    _room, _full, _torn = 0, False, False
    _said = _times_said = 0

    def __init__(self, path: str, is_parent: bool) -> None:
        self._path, self._lock = path, allocate_lock()
        try:
            self._open_files(is_parent)
        except OSError as error:  # no room, no descriptors
            self._close_files()
            if is_parent or isinstance(error, FileNotFoundError):
                raise
            self._resize(FIRST_ROOM)  # the program goes on; what it does is not kept

    def _open_files(self, is_parent: bool) -> None:
        self._text = OwnFile(self._path + ".txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if is_parent:  # while it lives: see sweep
            self._text.lock()
        self._file = OwnFile(self._path + ".box", os.O_RDWR | os.O_CREAT)
        self._resize(FIRST_ROOM)

    def note(self, tag: bytes, *fields: str | int) -> None:
        """Put a fact on record, field by field: what each tag means, `ProcessLog` says."""
        self.text(tag, "\n".join(map(str, fields)).encode("utf-8", "backslashreplace"))

    def text(self, tag: bytes, data: bytes) -> bool:
        """Append a text record: one ``os.write``, so it is whole or not there. Never raises."""
        file = self._text
        if file is None or self._torn:  # the block has ended, and this thread does not know
            return False
        record = TEXT.pack(monotonic_ns(), tag, get_ident(), len(data)) + data
        written = file.write(record)
        if 0 < written < len(record):  # the disk is full: nothing can be read after half a record
            self._torn = True
        return written == len(record)

    def say(self, tag: bytes, data: bytes) -> bool:
        """Keep printed text, up to `MAX_TEXT` bytes, in up to `MAX_SAID` pieces."""
        if self._said > MAX_TEXT or self._times_said > MAX_SAID:
            return True
        self._said += len(data)
        self._times_said += 1
        if self._times_said > MAX_SAID:
            return self.text(b"n", f"printed more than {MAX_SAID} times; the rest is cut".encode())
        if self._said <= MAX_TEXT:
            return self.text(tag, data)
        self.text(tag, data[: MAX_TEXT - self._said] + b"\n")
        return self.text(b"n", f"printed more than {MAX_TEXT >> 20} MB; the rest is cut".encode())

    def _close_files(self) -> None:
        files = self._text, self._file
        self._text = self._file = None
        for file in files:
            if file is not None:
                file.close()

    # -- room -----------------------------------------------------------------------------------

    def _grow(self, at: int) -> bool:
        with self._lock:
            if at < self._room:
                return True
            if not self._full and self._room < MAX_EVENTS:
                return self._resize(2 * self._room * SIZE)
            if not self._full:
                self._full = True
                self.note(b"n", f"more than {MAX_EVENTS} events; the rest is not kept")
            return False

    def _resize(self, size: int) -> bool:
        """Make the file `size` bytes and map it anew; refuse, rather than crash, on a full disk."""
        try:
            if self._file is not None:
                self._file.grow(size)
            self._map(self._file, size)
        except OSError as error:
            if self._room == 0:
                raise
            self._full = True
            self.note(b"n", f"no room for more events: {error.strerror}")
            return False
        self._room = size // SIZE
        if self._remap:
            self._remap(self._box, self._room)
        return True

    def _map(self, file: OwnFile | None, size: int) -> None:
        if self._mapped is not None and not self._mapped.is_safe_to_unmap():
            KEPT.append(self._box)
        self._box = mmap.mmap(-1, size) if file is None else file.map(size)
        self._mapped = file


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
        self._inode = inode_of(self._fd)
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
        fd = self._number()
        if sys.version_info >= (3, 13):
            return mmap.mmap(fd, size, trackfd=False)
        self._fd_of_map = os.dup(fd)  # most likely the number that the mapping will have
        os.close(self._fd_of_map)
        return mmap.mmap(fd, size)

    def is_safe_to_unmap(self) -> bool:
        """True if the descriptor that the mapping will close is still this file's."""
        return self._fd_of_map < 0 or inode_of(self._fd_of_map) == self._inode

    def close(self) -> None:
        """Close it, unless the number is somebody else's by now."""
        fd, self._fd = self._fd, -1
        if fd >= 0 and inode_of(fd) == self._inode:
            os.close(fd)

    def _number(self) -> int:
        if inode_of(self._fd) == self._inode:
            return self._fd
        self._fd = os.open(self._path, self._flags & ~os.O_CREAT)
        if self._locked:
            self.lock()
        return self._fd


def inode_of(fd: int) -> tuple[int, int] | None:
    """What is open under this number, if anything is: numbers get new owners."""
    try:
        about = os.fstat(fd)
    except OSError:
        return None
    return about.st_dev, about.st_ino


class Spare:
    """Descriptors that are kept for when the program has used up all others."""

    COUNT = 4  # a folder that is listed, a file that is read, a tree that is removed

    def __init__(self) -> None:
        self._files: list[OwnFile] = []

    def keep(self, path: str) -> None:
        """Take them, for a file of ours, which tells whose they are; may raise OSError."""
        self._files += [OwnFile(path, os.O_RDONLY) for _ in range(self.COUNT)]

    def let_go(self) -> bool:
        """True if there were any."""
        files, self._files = self._files, []
        for file in files:
            file.close()
        return bool(files)
