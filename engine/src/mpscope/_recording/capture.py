"""What a child prints, and the stack that it dumps on request or in a crash, go into its log."""

import _signal  # without the enums of `signal`, which take a child longer than all the rest
import os
import sys
from contextlib import suppress
from io import RawIOBase, TextIOWrapper

from mpscope._recording import recorder
from mpscope._recording.recorder import Recorder
from mpscope._recording.store import fcntl


def capture(box: Recorder) -> None:
    """Catch what this process writes; where there is no room for it, the program goes on."""
    through = [os.dup(number) if box.echo else -1 for number in (1, 2)]
    with suppress(OSError):  # no room, no descriptors
        _catch_output(os.path.join(box.folder, box.stem))
        answer_stack_requests(box)
    out, err = Spoken(b"o", 1, through[0]), Spoken(b"e", 2, through[1])
    sys.stdout = TextIOWrapper(out, "utf-8", "backslashreplace", write_through=True)
    sys.stderr = TextIOWrapper(err, "utf-8", "backslashreplace", write_through=True)


def _catch_output(base: str) -> None:
    """Let what bypasses `print` go into files."""
    for number, kind in ((1, ".raw"), (2, ".err")):
        file = os.open(base + kind, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if fcntl is not None:  # held by whoever inherits my output: see processes.held
            fcntl.flock(file, fcntl.LOCK_SH)
        os.dup2(file, number)
        os.close(file)


class Spoken(RawIOBase):
    """The bytes under `sys.stdout` and `sys.stderr`: every write is on record at once.

    `through` is where it would have gone without us, if it is to go there as well; else -1.
    """

    def __init__(self, tag: bytes, fd: int, through: int = -1) -> None:
        self._tag, self._fd, self._through = tag, fd, through

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def write(self, data: bytes) -> int:
        text = bytes(data)
        box = recorder.current
        if box is None:  # the program has called os.fork() itself
            return os.write(self._fd, text)
        if not box.say(self._tag, text):  # no room for it: perhaps there is where it goes otherwise
            with suppress(OSError):
                os.write(self._fd, text)
        if self._through >= 0:
            os.write(self._through, text)
        return len(text)


def answer_stack_requests(box: Recorder) -> None:
    """On a signal (from the parent, at the deadline) dump the Python stack; on a crash too."""
    import faulthandler
    import signal

    path = os.path.join(box.folder, box.stem + ".stack")
    answers = hasattr(faulthandler, "register")  # not on Windows
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    fd = os.open(path + ".soon" if answers else path, flags, 0o600)
    stack = box.stack_file = os.fdopen(fd, "ab")  # the box keeps it open
    # since 3.14 a thread that has not run yet would be the last one to be dumped
    faulthandler.enable(stack, all_threads=sys.version_info < (3, 13))
    if answers:
        for number in _signal.valid_signals():  # a forked child inherits the parent's alarm
            if is_ours(_signal.getsignal(number)) and number != signal.SIGINT:
                signal.signal(number, signal.SIG_DFL)
        if callable(signal.getsignal(signal.SIGINT)):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # forgets one that was for the parent
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            signal.signal(signal.SIGINT, signal.default_int_handler)
        # the one signal that nobody uses, and that a program started by `exec` ignores
        faulthandler.register(signal.SIGURG, stack, all_threads=True)
        os.rename(path + ".soon", path)  # from here on somebody answers


def is_ours(handler: object) -> bool:
    return str(getattr(handler, "__module__", "")).startswith("mpscope.")
