"""Processes that report: a black box of their own, captured output, no outliving the parent.

parent: Process.start() ── pickles (spawn, forkserver) or forks ──▶ child: arrive()
                                                                      opens its black box
                                                                      redirects its output
                                                                      watches its parent
                                                                    run()
"""

import os
import sys
from collections.abc import Callable
from multiprocessing import context
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler

from mpscope._recording import recorder
from mpscope._recording.block import Ended
from mpscope._recording.capture import capture
from mpscope._recording.library import LIBRARY
from mpscope._recording.lifeline import watch_parent
from mpscope._recording.polls import asked
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import CHILD, CODE, Any, Assignment

END, EXIT, JOIN = (CODE[kind] for kind in ("end", "exit", "join"))


class WatchedProcess:
    """What the three observed process classes add to `multiprocessing.Process`."""

    _ipc_assignment: Assignment | None = None
    _ipc_label, _ipc_role = "", CHILD
    _ipc_stillborn: int | None = None  # its exit code, if it ended while it was being started
    _ipc_hears = ""  # from whom else than from its block, as far as its target tells
    _ipc_lent: Any = None  # what it might change its copy of, until it has been joined

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if recorder.current is not None:
            recorder.current.block.made += 1
            recorder.current.block.unstarted.add(self)

    def start(self) -> None:
        """Start the child, as `multiprocessing.Process.start` does.

        Raises `WrongUse` for a function that the child could not import, `CannotPickle` for an
        argument that cannot travel; in both cases no process has been started.
        """
        box = recorder.current
        if box is None or box.block.ending:
            raise recorder.used_too_late(f"{self.name}.start()")
        if self._popen is not None or self._closed:
            return super().start()  # lets the standard class refuse
        from mpscope._recording import preflight

        preflight.start(self, box)

    def _ipc_refuse(self, box: Recorder) -> None:
        from mpscope._recording import preflight

        preflight.refuse_too_many(box.block.started)
        preflight.refuse_what_cannot_arrive(self)

    def _ipc_launch(self) -> None:
        super().start()

    def join(self, timeout: float | None = None) -> None:
        box = recorder.current
        if box is None:
            return super().join(timeout)
        unbounded = timeout is None
        place = box.open(JOIN, box.channel(self._ipc_label), sys._getframe(1), unbounded)
        try:
            ended = box.block.wait(self._has_ended_within, timeout)
        except BaseException:
            box.turn_into(place, 0)
            raise
        if not ended or box.block.killed:  # else it looks as if it had ended before the block
            return box.turn_into(place, 0)
        box.stamp(place)
        if self._ipc_lent is not None:
            self._ipc_lent.note_unchanged(box, self._ipc_label, sys._getframe(1))
            self._ipc_lent = None
        box.block.let_go()

    def is_alive(self) -> bool:
        answer = super().is_alive()
        asked(self._ipc_label, None, "is_alive()", answer)
        return answer

    def close(self) -> None:
        code = None if self._closed or self._popen is None else self.exitcode
        box = recorder.current
        if box is not None:
            box.block.let_go()
        super().close()
        if code is not None and box is not None:
            box.write(EXIT, 0, code, self._ipc_label.encode()[:32])
            for ended in box.block.started:
                if type(ended) is Ended and ended.is_of(self):
                    ended._closed = True

    @property
    def exitcode(self) -> int | None:
        code = super().exitcode
        if sys._getframe(1).f_code.co_filename not in LIBRARY:
            asked(self._ipc_label, None, "exitcode", code is None)
        return code

    def terminate(self) -> None:
        self._ipc_note_end()
        if recorder.current is not None:
            recorder.current.note(b"T", self._ipc_label)
        super().terminate()

    def kill(self) -> None:
        self._ipc_note_end()
        super().kill()

    def _ipc_note_end(self) -> None:
        """Its end will be no accident."""
        if recorder.current is not None:
            recorder.current.note(b"k", self._ipc_label)

    def _has_ended_within(self, timeout: float | None) -> bool:
        super().join(timeout)
        return self.exitcode is not None

    def __reduce_ex__(self, protocol: Any) -> Any:
        popen: Any = context.get_spawning_popen()
        if popen is None or hasattr(popen, "_ipc_packed"):  # a part of itself: `target=self.work`
            return super().__reduce_ex__(protocol)
        popen._ipc_packed = True
        payload = bytes(ForkingPickler.dumps(self))
        if b"__main__" in payload:
            from mpscope._recording.pickles import refuse_notebook_names

            refuse_notebook_names(payload, self)
        return arrive_and_unpack, (self._ipc_assignment, payload)

    def _bootstrap(self, parent_sentinel: Any = None) -> int:
        if recorder.current is None:  # forked: the spawned arrived while being unpickled
            forked(arrive(self._ipc_assignment))
        box = recorder.current
        assert box is not None
        watch_parent(box, parent_sentinel, self._parent_pid)
        body = self.run
        self.run = lambda: _run_and_tell(box, body)
        code = 1
        try:
            code = super()._bootstrap(parent_sentinel)
        finally:  # what it is doing stays "end": Python still flushes its queues after this
            box.write(END, 0, code)
        return code


def classes_of(watched: type, home: dict[str, Any]) -> dict[str, Any]:
    """A class for each start method; pickles find it by its name in `home`, a module's globals."""
    found = {}
    for method, name in (
        ("fork", "ForkProcess"),
        ("spawn", "SpawnProcess"),
        ("forkserver", "ForkServerProcess"),
    ):
        bases = watched, getattr(context, name, context.Process)
        found[method] = home[name] = type(name, bases, {"__module__": home["__name__"]})
    return found


CLASSES = classes_of(WatchedProcess, globals())


# -- in the child -------------------------------------------------------------------------------


def arrive_and_unpack(assignment: Assignment, payload: bytes) -> BaseProcess:
    """Unpickle a process object in its child, with output and errors already captured."""
    box = arrive(assignment)
    try:
        return ForkingPickler.loads(payload)
    except Exception as error:
        _tell(box, error)
        box.write(END, 0, 1)
        raise SystemExit(1) from None


def arrive(assignment: Assignment | None) -> Recorder:
    """Open this child's black box, and catch its output."""
    assert assignment is not None
    box = open_box(assignment)
    capture(box)
    if "multiprocessing.resource_tracker" in sys.modules:  # without it, no segment can be made
        from mpscope._recording.segments import watch_segments

        watch_segments()
    return box


def forked(box: Recorder) -> Recorder:
    from mpscope._recording.draws import keep_generator  # which the parent has loaded

    keep_generator(box)
    return box


def open_box(assignment: Assignment) -> Recorder:
    """Open this child's black box, in a group of its own, which Ctrl-C spares."""
    try:
        box = recorder.current = Recorder(assignment)
    except FileNotFoundError:  # the block ended while this child was being born
        os._exit(1)
    if hasattr(os, "setpgid") and "." not in box.stem:
        os.setpgid(0, 0)  # so that its own children end with it
    return box


def _run_and_tell(box: Recorder, body: Callable[[], None]) -> None:
    """Run the child's body; an exception goes on record before Python's own end of process."""
    try:
        body()
        leave_copies(box)
    except SystemExit:
        raise
    except BaseException as error:
        _tell(box, error)
        raise SystemExit(1) from None
    finally:  # opened and never stamped: from here on it only waits for its queues to be read
        box.open(END, 0, sys._getframe())
        for queue in list(box.block.queues):
            queue._ipc_flush()


def leave_copies(box: Recorder) -> None:
    """Put on record how a child that has run to its end leaves what it got copies of."""
    if box.assignment.lent:
        from mpscope._recording import lent

        lent.note_left(box)
    if box.block.generators:
        from mpscope._recording.draws import note_draws

        note_draws(box)


def _tell(box: Recorder, error: BaseException) -> None:
    from mpscope._recording import tracebacks

    tracebacks.tell(box, error)
