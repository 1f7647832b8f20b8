"""Shared-memory segments: their names go on record, their memory is taken when they are made."""

import os
import sys

from mpscope._recording import recorder


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


def stop_watching_segments() -> None:
    from multiprocessing import resource_tracker

    resource_tracker.register = resource_tracker._resource_tracker.register
    module = sys.modules.get("_posixshmem")
    if module is not None and hasattr(module.shm_open, "_ipc_plain"):
        module.shm_open = module.shm_open._ipc_plain


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
