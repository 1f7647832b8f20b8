"""What a worker of a pool or an executor runs: the standard loop, with each task on record.

    Pool, executor ─▶ Process(target=Work(...)) ─▶ child: the standard worker function
                                                     │ takes from  Tasks    "idle", then "task"
                                                     └ puts into   Results  stamps the task

One record a task, or a chunk of them: the pool's own queues keep none.  Imported in the children.
"""

from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess, current_process
from multiprocessing.queues import SimpleQueue
from multiprocessing.reduction import ForkingPickler
from pickle import dumps as pickle_dumps
from types import BuiltinFunctionType, FunctionType, MethodType, WrapperDescriptorType

from mpscope._recording import recorder
from mpscope._recording.library import raised_in
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import WORKER, About, Any
from mpscope._recording.wire import ATOMS, POSIX, read_message, write_message

POOL = About("pool")
FAILED = 1  # bit 0 of a task's mark; the rest is the number of the chunk in its submission
HOLDS_LOCK = 1  # the mark of an idle worker that holds the lock of the pool's queue
DAEMON = (
    "A worker of a Pool is a daemon, and may not start processes of its own. Use "
    "concurrent.futures.ProcessPoolExecutor for the outer one: its workers may."
)


class Work:
    """The target of a worker process: `target(queue of tasks, queue of results, ...)`, observed.

    ``told``: many workers have ended before this one, so another failure of the initializer is
    no news: it goes on record, and is not printed.
    """

    _ipc_role = WORKER
    _ipc_name = ""

    def __init__(self, pool: str, target: Callable[..., None], told: bool) -> None:
        self._ipc_name, self._target, self._told = pool, target, told

    def __getstate__(self) -> dict[str, Any]:
        recorder.travels(self._ipc_name)  # the worker may end before it says whose it is
        return vars(self)

    def __call__(self, tasks: Any, results: Any, initializer: Any, *rest: Any) -> None:
        box = recorder.current
        if box is None:
            return self._target(tasks, results, initializer, *rest)
        channel = box.channel(self._ipc_name, POOL)
        about = box, self._ipc_name, initializer, self._told
        prepare = initializer and partial(_initialize, *about)
        source = Tasks(tasks, box, channel)
        self._target(source, Results(results, box, source), prepare, *rest)


def _initialize(box: Recorder, pool: str, function: Any, told: bool, *args: Any) -> None:
    """Run the initializer of a worker: if it raises, that goes on record as what it is."""
    try:
        function(*args)
    except BaseException as error:
        fact(box, "initializer", pool, name_of(function), safe_text(error))
        if told:
            raise SystemExit(1) from None
        raise


class Tasks:
    """The queue that a worker takes its tasks from."""

    def __init__(self, queue: Any, box: Recorder, channel: int) -> None:
        self._queue, self._box, self._channel = queue, box, channel
        self.place = 0
        """The record of the task that has come last."""
        self._simple = isinstance(queue, SimpleQueue)  # a Pool's, whose `get` is three lines

    def __getattr__(self, name: str) -> Any:  # a Pool's worker closes the ends that it does not use
        return getattr(self._queue, name)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """What the queue's `get` returns: a Pool's tuple, an executor's item, or None."""
        box = self._box
        self.place = place = box.await_task(self._channel)
        try:
            task = self._locked_get(place) if self._simple else self._queue.get(*args, **kwargs)
        except BaseException:
            box.turn_into(place, 0)
            raise
        if task is None:
            box.turn_into(place, 0)
        elif type(task) is tuple:
            job, index, function, arguments, _ = task
            self._begin(job + 1, index, function, arguments)
        else:
            self._begin(task.work_id + 1, 0, task.fn, task.args)
        return task

    def _locked_get(self, place: int) -> Any:
        """As `SimpleQueue.get`; who is killed while it holds the lock takes the lock with it."""
        queue = self._queue
        with queue._rlock:
            self._box.mark(place, HOLDS_LOCK)
            payload = read_message(queue._reader)
            self._box.mark(place, 0)
        return ForkingPickler.loads(payload)

    def _begin(self, number: int, index: int, function: Any, arguments: Any) -> None:
        function, _, count = unpacked(function, arguments)
        what = name_of(function).encode("utf-8", "backslashreplace")[:32]
        self._box.begin_task(self.place, self._channel, number, count, index << 1, what)


class Results:
    """The queue that a worker puts its results into."""

    def __init__(self, queue: Any, box: Recorder, tasks: Tasks) -> None:
        self._queue, self._box, self._tasks = queue, box, tasks
        self._simple = POSIX and isinstance(queue, SimpleQueue)  # a Pool's

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    def put(self, result: Any) -> None:
        """Put it; until it is gone, the worker still has the task."""
        box, place = self._box, self._tasks.place
        if box.block.generators:  # before it is gone: then the worker may be ended
            from mpscope._recording.draws import note_draws

            note_draws(box)
        if type(result) is tuple:
            _, index, (well, value) = result
            error = None if well else value
        else:
            index, error = 0, getattr(result, "exception", None)
        if error is not None:
            box.mark(place, index << 1 | FAILED)
            _explain(box, error)
        if self._simple and error is None and type(result) is tuple and type(value) in ATOMS:
            payload = pickle_dumps(result)  # the same bytes, without asking reducers
            with self._queue._wlock:
                write_message(self._queue._writer, payload)
        else:
            self._queue.put(result)  # may raise: then what it raised is put, too
        if not isinstance(result, int):  # an executor's worker says goodbye with its number
            box.stamp(place)


def _explain(box: Recorder, wrapped: Any) -> None:
    """A task may have tried to start a process, from a Pool's worker, or to open what is gone."""
    error = getattr(wrapped, "exc", None)  # the standard library's wrapper brings the traceback
    if isinstance(error, FileNotFoundError):
        from mpscope._recording.segments import note_missing

        note_missing(box, error)
    if type(error) is not AssertionError or not current_process().daemon:
        return
    if raised_in(error) is BaseProcess.start.__code__:
        error.add_note(DAEMON)


# -- facts, for the readers of the logs -----------------------------------------------------------


def fact(box: Recorder, name: str, pool: str, *details: str | int) -> None:
    """Put something on record that happened to a pool: fields without line breaks, in one text."""
    box.note(b"f", *(str(field).replace("\n", " ") for field in (name, pool, *details)))


def unpacked(function: Any, arguments: Any) -> tuple[Any, Any, int]:
    """The function of a task, its arguments, how many calls it is: of a `map`, a chunk of them."""
    if type(function) is FunctionType and function.__module__ == "multiprocessing.pool":
        if function.__name__ in ("mapstar", "starmapstar"):
            function, batch = arguments[0]
            return function, batch, len(batch)
    elif type(function) is partial and name_of(function.func) == "_process_chunk":
        return function.args[0], arguments[0], len(arguments[0])
    return function, arguments, 1


def name_of(function: Any) -> str:
    """The name of a task's function, without running code of an object that is none."""
    if type(function) is partial:
        function = function.func
    if isinstance(function, FunctionType | BuiltinFunctionType | MethodType | type):
        return function.__qualname__.rpartition("<locals>.")[2]
    return f"<{type(function).__name__}>"


def safe_text(error: BaseException) -> str:
    """ "ValueError: 3", without running code of the exception's own."""
    name = type(error).__name__
    plain = all(type(arg) in (str, int, float, bytes, type(None)) for arg in error.args)
    if not plain or not isinstance(type(error).__str__, WrapperDescriptorType):
        return name
    first = str(error).strip().splitlines()[:1]
    return f"{name}: {first[0]}" if first else name
