"""Shared-memory segments: their names go on record, their memory is taken when they are made."""

import os
import sys

from mpscope._recording import recorder
from mpscope._recording.clock import monotonic_ns
from mpscope._recording.library import LIBRARY, places_of


def watch_segments() -> None:
    """Note the name of every shared-memory segment that this process makes, or opens.

    `SharedMemory` is not made by the context, so it cannot be a subclass of ours: this is the
    one place where functions of the standard library are replaced, for the length of the block.
    """
    from multiprocessing import resource_tracker

    plain = resource_tracker._resource_tracker.register

    def register(name: str, rtype: str) -> None:
        plain(name, rtype)
        box = recorder.current
        if rtype != "shared_memory" or box is None:
            return
        watch_unlinks()
        if not sys._getframe(1).f_locals.get("create", True):  # whoever made it is to unlink it
            box.note(b"d", name)
            return
        box.note(b"s", name)
        _reserve(name)

    resource_tracker.register = register
    if sys.version_info >= (3, 13):  # `track=False` passes the tracker by
        import _posixshmem

        shm_open = _posixshmem.shm_open

        def open_segment(path: str, flags: int, mode: int = 0o777) -> int:
            fd = shm_open(path, flags, mode)
            box = recorder.current
            if flags & os.O_CREAT and box is not None:
                box.note(b"s", path)
            return fd

        open_segment._ipc_plain = shm_open  # type: ignore[attr-defined]
        _posixshmem.shm_open = open_segment
        watch_unlinks()


def watch_unlinks() -> None:
    """Note who takes the name of a segment away, and where, once this process can do so."""
    module = sys.modules.get("_posixshmem")
    if module is None or hasattr(module.shm_unlink, "_ipc_plain"):
        return
    plain = module.shm_unlink

    def unlink(path: str) -> None:
        plain(path)
        box = recorder.current
        if box is not None:
            place = box.place_of(sys._getframe(1))
            box.note(b"U", path.lstrip("/"), monotonic_ns(), place)

    unlink._ipc_plain = plain
    module.shm_unlink = unlink


def watch_unlinks_later() -> None:
    """Do so as soon as this process has a segment, and nothing else."""
    from multiprocessing import resource_tracker

    watch_unlinks()
    plain = resource_tracker.register

    def register(name: str, rtype: str) -> None:
        plain(name, rtype)
        if rtype == "shared_memory":
            watch_unlinks()

    resource_tracker.register = register


def note_missing(box: recorder.Recorder, error: BaseException) -> None:
    """Put on record which file, or segment, an error says is not there, and where."""
    if not isinstance(error, FileNotFoundError) or type(error.filename) is not str:
        return
    users = [it for it in places_of(error) if it.tb_frame.f_code.co_filename not in LIBRARY]
    at = [box.place_at(it.tb_frame.f_code, it.tb_lasti, it.tb_lineno) for it in users[-1:]]
    box.note(b"F", error.filename.lstrip("/"), monotonic_ns(), *(at or [0]))


def stop_watching_segments() -> None:
    from multiprocessing import resource_tracker

    resource_tracker.register = resource_tracker._resource_tracker.register
    module = sys.modules.get("_posixshmem")
    for name in ("shm_open", "shm_unlink") if module is not None else ():
        function = getattr(module, name)
        setattr(module, name, getattr(function, "_ipc_plain", function))


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
