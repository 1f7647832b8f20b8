"""Shared-memory segments: their names go on record, their memory is taken when they are made.

`SharedMemory` is not made by the context, so it cannot be a subclass of ours: these are the only
functions of the standard library that are replaced, for the length of the block.
"""

import os
import sys
from functools import partial

from mpscope._recording import recorder
from mpscope._recording.clock import monotonic_ns
from mpscope._recording.records import Any


def watch_segments() -> None:
    """Note the name of every shared-memory segment that this process makes, or opens."""
    from multiprocessing import resource_tracker

    _replace(resource_tracker, "register", _register)
    if sys.version_info >= (3, 13):  # `track=False` passes the tracker by
        import _posixshmem

        _replace(_posixshmem, "shm_open", _open)
        watch_unlinks()


def watch_unlinks() -> None:
    """Note who takes the name of a segment away, and where, once this process can do so."""
    if "_posixshmem" in sys.modules:
        _replace(sys.modules["_posixshmem"], "shm_unlink", _unlinking)


def watch_unlinks_later() -> None:
    """Do so as soon as this process has a segment, and nothing else."""
    from multiprocessing import resource_tracker

    watch_unlinks()
    _replace(resource_tracker, "register", _register_only)


def stop_watching_segments() -> None:
    from multiprocessing import resource_tracker

    for module in (resource_tracker, sys.modules.get("_posixshmem")):
        for name in ("register", "shm_open", "shm_unlink"):
            if plain := getattr(getattr(module, name, None), "_ipc_plain", None):
                setattr(module, name, plain)


def _replace(module: Any, name: str, ours: Any) -> None:
    """Have `ours(plain, ...)` called in the place of a function, if it is not already."""
    plain = getattr(module, name)
    if not hasattr(plain, "_ipc_plain"):
        setattr(module, name, partial(ours, plain))
        getattr(module, name)._ipc_plain = plain


def _register(plain: Any, name: str, rtype: str) -> None:
    plain(name, rtype)
    box = recorder.current
    if rtype != "shared_memory" or box is None:
        return
    watch_unlinks()
    if sys._getframe(1).f_locals.get("create", True):
        box.note(b"s", name)
        _reserve(name)
    else:  # whoever made it is to unlink it
        box.note(b"d", name)


def _register_only(plain: Any, name: str, rtype: str) -> None:
    plain(name, rtype)
    if rtype == "shared_memory":
        watch_unlinks()


def _open(plain: Any, path: str, flags: int, mode: int = 0o777) -> int:
    fd = plain(path, flags, mode)
    if flags & os.O_CREAT and recorder.current is not None:
        recorder.current.note(b"s", path)
    return fd


def _unlinking(plain: Any, path: str) -> None:
    plain(path)
    box = recorder.current
    if box is not None:
        box.note(b"U", path.lstrip("/"), monotonic_ns(), box.place_of(sys._getframe(1)))


def note_missing(box: recorder.Recorder, error: BaseException) -> None:
    """Put on record which file, or segment, an error says is not there, and where."""
    if isinstance(error, FileNotFoundError) and type(error.filename) is str:
        place = box.place_of_error(error)
        box.note(b"F", error.filename.lstrip("/"), monotonic_ns(), place)


def _reserve(name: str) -> None:
    """Take a new segment's memory now: else whoever writes to it, when there is none, is killed.

    Raises OSError if the device for shared memory is full.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    import _posixshmem

    fd = _posixshmem.shm_open(name, os.O_RDWR, mode=0o600)
    try:
        size = os.fstat(fd).st_size
        os.posix_fallocate(fd, 0, size)
    except OSError as error:  # its name goes when the block ends
        text = f"no room for a segment of {size} bytes: the memory for shared objects is full"
        raise OSError(error.errno, text) from None
    finally:
        os.close(fd)
