"""What `interleavings` runs in a child: a worker that makes one step each time it is its turn.

    parent ── "go" ──▶ worker runs to its next mark, `step("write")` ── report ──▶ parent

A report is (what, detail, the locks that I hold): "mark" and the step that comes next, "waits" and
the lock that is not free, "ended", "failed" and the exception, "gave up". A lock goes by its name
in the state and a number, "meeting#2": there are several inside of a Barrier.
Locks are asked, never waited for: who cannot have one reports that, and waits for another turn.
"""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Lock, RLock, SemLock

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection
    from types import TracebackType
    from typing import Any

    Step = Callable[[str], None]

GO, TIME_IS_UP, GIVE_UP = "go", "time is up", "give up"


class Abandoned(BaseException):
    """This schedule is over: leave the worker, let go of its locks on the way."""


class Turn:
    """My side of the conversation with the parent, for one schedule."""

    def __init__(self, line: Connection, locks_are_steps: bool, tell: bool) -> None:
        self._line, self._locks_are_steps, self._tell = line, locks_are_steps, tell
        self._over = False
        self.marks: list[str] = []
        self.held: list[str] = []

    def step(self, name: str) -> None:
        """Mark where the next step begins: wait here until it is my turn."""
        if self.marks or self._over:  # the turn in which I began takes me past the first mark
            self.wait("mark", name)
        self.marks.append(name)
        if self._tell:
            print(name)

    def wait(self, what: str, detail: str) -> str:
        """Report, and wait until it is my turn again."""
        if self._over:  # a `finally` clause of the worker
            raise Abandoned
        self.report(what, detail)
        answer: str = self._line.recv()
        if answer == GIVE_UP:
            self._over = True
            raise Abandoned
        return answer

    def report(self, what: str, detail: str = "") -> None:
        held = [key for key in self.held if not key.endswith("~")]
        self._line.send((what, detail, tuple(held)))

    def acquire(self, key: str, lock: Any, block: bool, timeout: float | None) -> bool:
        """Take a lock if it is free; if it is not, wait for turns, and ask again."""
        if self._locks_are_steps and key not in self.held and not key.endswith("~~"):
            self.step(f"lock {key.partition('#')[0]}")
        while not lock.acquire(False):
            timed = timeout is not None
            if not block or self.wait("waits within" if timed else "waits", key) == TIME_IS_UP:
                return False
        self.held.append(key)
        return True

    def release(self, key: str, lock: Any) -> None:
        lock.release()
        with suppress(ValueError):  # another worker has taken it: a Lock has no owner
            self.held.remove(key)


class AskedLock:
    """Stands in for the semaphore inside a lock: asks it, and never waits in it."""

    def __init__(self, lock: Any, key: str, turn: Turn | Bystander) -> None:
        self._lock, self._key, self._turn = lock, key, turn

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        return self._turn.acquire(self._key, self._lock, block, timeout)

    def release(self) -> None:
        self._turn.release(self._key, self._lock)

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None
    ) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lock, name)


class Bystander:
    """For the parent, which only looks while no worker runs: it passes what others hold."""

    def acquire(self, key: str, lock: Any, block: bool, timeout: float | None) -> bool:
        return True

    def release(self, key: str, lock: Any) -> None:
        pass


def ask_all(state: dict[str, Any], turn: Turn | Bystander) -> None:
    """Let all the locks in a state, also those inside of other things, be asked from now on."""
    for number, (name, lock, is_part) in enumerate(_locks(state)):
        permit = "" if isinstance(lock, Lock | RLock) else "~"  # who takes one holds nothing
        inner = "~" * bool(permit and is_part)  # of a Condition: no step of its own
        lock._semlock = AskedLock(lock._semlock, f"{name}#{number}{permit}{inner}", turn)
        lock._make_methods()


def _locks(state: dict[str, Any]) -> Iterator[tuple[str, Any, bool]]:
    """Each lock and semaphore, the name of the thing that it belongs to, whether it is inside it.

    What lies in a list, a tuple or a dict of the state is a thing of its own: `forks[1]`.
    """
    todo, seen = [(name, thing, False) for name, thing in state.items()], set()
    while todo:
        name, thing, is_part = todo.pop()
        if id(thing) in seen or isinstance(thing, type | BaseContext):
            continue
        seen.add(id(thing))
        if isinstance(thing, SemLock):
            yield name, thing, is_part
        elif isinstance(thing, dict | list | tuple):
            places = thing.items() if isinstance(thing, dict) else enumerate(thing)
            inside = ((name if is_part else f"{name}[{at!r}]", one) for at, one in places)
            todo += [(*one, is_part) for one in inside]
        else:
            inner = getattr(thing, "__dict__", {})
            todo += [
                (name, part, True) for key, part in inner.items() if not key.startswith("_ipc")
            ]


def serve(
    worker: Callable[..., object],
    line: Connection,
    states: list[dict[str, Any]],
    locks_are_steps: bool,
    tell: bool,
) -> None:
    """Play the worker's part in one schedule after the other, each with a state of its own."""
    line.send(("ready", "", ()))
    while (number := line.recv()) is not None:
        turn = Turn(line, locks_are_steps, tell)
        ask_all(states[number], turn)
        what, detail = "ended", ""
        try:
            worker(turn.step, **states[number])
        except Abandoned:
            what = "gave up"
        except Exception as error:
            what, detail = "failed", f"{type(error).__name__}: {error}".removesuffix(": ")
        line.send((what, (detail, turn.marks), ()))
