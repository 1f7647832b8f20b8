"""What the exercises of lessons 08 and 09 give to a learner: things that stop in between.

The function is plain; each thing that it touches marks a step, so that `interleavings` can run
every order. `answer` is the learner's function.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # only for type checkers: a child never needs these names
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from typing import Any

    from ipc_helpers.workers.turns import Step

TORN = "torn"


class Number:
    """A number in shared memory; each reading and each writing is a step, and takes no lock."""

    def __init__(self, number: Any, step: Step) -> None:
        self._value, self._step = number, step
        self._number = number.get_obj() if hasattr(number, "get_obj") else number

    @property
    def value(self) -> int:
        self._step("read")
        return int(self._number.value)

    @value.setter
    def value(self, new: int) -> None:
        self._step("write")
        self._number.value = new

    def get_lock(self) -> Any:
        return self._value.get_lock()


class Halves:
    """An end of a pipe whose messages come in two halves, each a step: the header and the body."""

    def __init__(self, end: Connection, step: Step) -> None:
        self._end, self._step = end, step

    def send(self, message: object) -> None:
        self._step("send header")
        self._end.send(("header", message))
        self._step("send body")
        self._end.send(("body", message))

    def recv(self) -> object:
        self._step("take header")
        header = self._next()
        self._step("take body")
        body = self._next()
        return body[1] if (header[0], body[0]) == ("header", "body") else TORN

    def _next(self) -> Any:
        if not self._end.poll():
            raise EOFError("nothing is there to be received")
        return self._end.recv()


class Service:
    """A service that answers each question with itself, in the order in which they come."""

    def __init__(self, questions: Connection, answers: Connection, step: Step) -> None:
        self._questions, self._answers, self._step = questions, answers, step

    def send(self, question: object) -> None:
        self._step("ask")
        self._questions.send(question)

    def recv(self) -> object:
        self._step("hear")
        if not self._answers.poll():
            raise EOFError("nobody has asked, so there is no answer")
        return f"the answer to {self._answers.recv()}"


class Told:
    """Where a worker leaves what it was told, for the parent to read at the end."""

    def __init__(self, reader: Connection, writer: Connection) -> None:
        self._reader, self._writer = reader, writer

    def tell(self, what: object) -> None:
        self._writer.send(what)

    def all(self) -> list[Any]:
        """Everything that has been told."""
        found = []
        while self._reader.poll():
            found.append(self._reader.recv())
        return found


# --- the workers that call the learner's function -------------------------------------------


def write_through(
    step: Step, writer: Any, reader: Any, lock: Any, told: Told, answer: Callable[..., Any], me: int
) -> None:
    """Send two messages through the learner's end."""
    end = answer(Halves(writer, step), lock)
    end.send(f"{me}: first")
    end.send(f"{me}: second")


def read_through(
    step: Step, writer: Any, reader: Any, lock: Any, told: Told, answer: Callable[..., Any], me: int
) -> None:
    """Receive one message through the learner's end."""
    told.tell(answer(Halves(reader, step), lock).recv())


def ask(
    step: Step, line: tuple[Any, Any], lock: Any, told: Told, answer: Callable[..., Any], me: int
) -> None:
    """Ask one question, and tell what was heard."""
    told.tell((me, answer(Service(*line, step), lock, f"question {me}")))


def add(step: Step, count: Any, lock: Any, answer: Callable[..., Any]) -> None:
    """Add one, as the learner does."""
    answer(Number(count, step), lock)


def transfer(
    step: Step, accounts: Any, locks: Any, answer: Callable[..., Any], order: tuple[int, int, int]
) -> None:
    """Transfer an amount, as the learner does."""
    answer([Number(account, step) for account in accounts], locks, *order)


def sell(step: Step, left: Any, lock: Any, told: Told, answer: Callable[..., Any]) -> None:
    """Sell a ticket, as the learner does; note what the customer was told."""
    said = answer(Number(left, step), lock)
    told.tell(said if isinstance(said, bool) else "neither")


def wait_for(step: Step, bell: Any, box: Any, told: Told, answer: Callable[..., Any]) -> None:
    """Wait for the number in the box, as the learner does, and tell it."""
    told.tell(answer(bell, Number(box, step)))


def fill_and_ring(step: Step, bell: Any, box: Any, told: Told) -> None:
    """Put a number into the box, and ring."""
    with bell:
        box.value = 7
        bell.notify_all()


def ring_by_mistake(step: Step, bell: Any, box: Any, told: Told) -> None:
    """Ring, though the box is empty."""
    with bell:
        bell.notify_all()


# --- lesson 08: real children ----------------------------------------------------------------


def send_then_tell(told: Any, writer: Connection) -> None:
    """Send more than a pipe holds, and a word; then say that it has gone."""
    writer.send("x" * 300_000)
    writer.send("small")
    writer.close()
    told.set()


def send_when_told(told: Any, writer: Connection) -> None:
    """Send two words, but only after the others' have gone."""
    told.wait()
    writer.send("late")
    writer.send("later")
    writer.close()


def send_nothing(told: Any, writer: Connection) -> None:
    """Have nothing to say."""
    writer.close()


def speak(line: Connection) -> None:
    """Receive the end of a pipe, say three words through it, and close it."""
    end = line.recv()
    for word in ("one", "two", "three"):
        end.send(word)
    end.close()


def say_nothing(line: Connection) -> None:
    """Receive the end of a pipe, and close it."""
    line.recv().close()


def listen(line: Connection) -> None:
    """Receive the end of a pipe, listen to its end of file, and report what was heard."""
    end, heard = line.recv(), []
    try:
        while True:
            heard.append(end.recv())
    except EOFError:
        line.send(heard)
