"""Which process a pid means: pids are used again, and each pid namespace has its own.

Written into each log, so that its reader can tell that process from a later one with the same pid:
in this namespace, it was born at that tick of the clock.
"""

import os

PF_FORKNOEXEC = 0x40  # a process's flag in /proc/PID/stat (include/linux/sched.h)


class Identity:
    """A process; `born` (ticks since the boot) and `namespace` are "" without /proc."""

    def __init__(self, pid: int, born: str, namespace: str) -> None:
        self.pid, self.born, self.namespace = pid, born, namespace


class Stat:
    """What /proc says of a process."""

    def __init__(
        self, state: str, parent: int, group: int, session: int, born: str, is_forked: bool
    ) -> None:
        self.state, self.parent, self.group = state, parent, group
        self.session, self.born = session, born
        self.is_forked = is_forked  # and runs no other program since


def identity() -> Identity:
    about = stat_of(os.getpid())
    return Identity(os.getpid(), about.born if about else "", namespace())


def namespace() -> str:
    """What tells our process numbers from those of another container."""
    try:
        return str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        return ""


def stat_of(pid: int) -> Stat | None:
    """What /proc says of a process; None if there is none of that number, or no /proc."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            rest = file.read().rpartition(b") ")[2].split()
    except OSError:
        return None
    numbers = int(rest[1]), int(rest[2]), int(rest[3])
    return Stat(rest[0].decode(), *numbers, rest[19].decode(), bool(int(rest[6]) & PF_FORKNOEXEC))
