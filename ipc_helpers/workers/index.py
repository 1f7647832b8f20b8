"""A word index that survives: readers, parsers and an index, and the parent that keeps them going.

    parent ══ a pipe each ══ reader   name  ─▶ text
           ══ a pipe each ══ parser   text  ─▶ words and how often they occur
           ══ a pipe      ══ index    words ─▶ a file that is whole or not there

A job leaves the parent's hands when its answer has come, and not before.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from multiprocessing.connection import wait
from pathlib import Path
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from multiprocessing.queues import Queue
    from typing import Any

PAUSE_S = 0.2
EACH = "*"
WORD = re.compile(r"[a-z]+")


# ---- what each of them does with a job ----------------------------------------------------------


def read(texts: Path, name: str, _: object) -> str:
    """The text of a document."""
    return (texts / name).read_text(encoding="utf-8")


def parse(_: Path, name: str, text: str) -> dict[str, int]:
    """The words of a text, and how often each occurs."""
    return dict(Counter(WORD.findall(text.lower())))


def store(records: Path, name: str, words: dict[str, int]) -> None:
    """Write a document's record: whole, or not at all."""
    unfinished = records / f"{name}.unfinished"
    unfinished.write_text(json.dumps(words), encoding="utf-8")
    os.replace(unfinished, records / f"{name}.json")


def load(records: Path) -> dict[str, dict[str, int]]:
    """The index: for each word the documents that have it, and how often."""
    index: dict[str, dict[str, int]] = {}
    for file in sorted(records.glob("*.json")):
        for word, count in json.loads(file.read_text(encoding="utf-8")).items():
            index.setdefault(word, {})[file.stem] = count
    return dict(sorted(index.items()))


# ---- faults, on purpose -------------------------------------------------------------------------


class Fault(NamedTuple):
    """What is to go wrong: to whom, with which document (or EACH), on the first try only."""

    kind: str = "none"
    role: str = ""
    name: str = ""


NO_FAULT = Fault()


def die() -> None:
    """End as if the system had killed me: no exception, no clean-up, no last word."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def suffer(fault: Fault, kind: str, role: str, job: Job) -> None:
    """Meet with the fault, if it is of this kind and this is the place."""
    met = fault.kind == kind and fault.role == role and fault.name in (EACH, job.name)
    if not met or job.attempt > 1:
        return
    if kind == "slow":
        time.sleep(PAUSE_S)
    else:
        die()


# ---- a child ------------------------------------------------------------------------------------


class Job(NamedTuple):
    """A document on its way: its name, what is known of it, and the number of the try."""

    name: str
    content: Any = None
    attempt: int = 1


WORK: dict[str, Callable[[Path, str, Any], Any]] = {"reader": read, "parser": parse, "index": store}


def serve(line: Connection, role: str, folder: Path, fault: Fault) -> None:
    """A child: do each job, then answer, until there are no more."""
    while (job := next_job(line)) is not None:
        suffer(fault, "slow", role, job)
        suffer(fault, "kill", role, job)
        answer = WORK[role](folder, job.name, job.content)
        suffer(fault, "kill before the answer", role, job)
        line.send(answer)


def next_job(line: Connection) -> Job | None:
    """The next job; None if there are no more, or nobody is left who could send one."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    if line not in wait([line, parent.sentinel]):
        return None  # a forked child has a copy of the parent's end: the line itself never ends
    job: Job | None = line.recv()
    return job


# ---- the parent ---------------------------------------------------------------------------------


class GivenUp(Exception):
    """A document has been tried too often."""


class Member:
    """A place in the crew: whoever holds it now, and the job in those hands."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.process: BaseProcess | None = None
        self.line: Connection
        self.job: Job | None = None


class Supervisor:
    """Hands out jobs, hears answers and deaths, and starts a dead child's successor."""

    tries = 2
    ahead = 4  # no more than so many wait for a role, or are about to

    def __init__(self, mp: Any, texts: Path, records: Path, fault: Fault, parsers: int) -> None:
        self.mp, self.fault = mp, fault
        self.started = self.again = self.most_waiting = 0
        self.folders = {"reader": texts, "parser": texts, "index": records}
        self.crew = [Member(role) for role in ("reader", *["parser"] * parsers, "index")]
        self.waiting: dict[str, deque[Job]] = {role: deque() for role in WORK}
        self.after = {"reader": "parser", "parser": "index"}

    def run(self, names: list[str]) -> None:
        """Bring every document into the index; raises GivenUp if one cannot be done."""
        self.waiting["reader"].extend(map(Job, names))
        for member in self.crew:
            self.fill(member)
        while any(self.waiting.values()) or any(member.job for member in self.crew):
            self.hand_out()
            busy: dict[Any, Member] = {member.line: member for member in self.crew if member.job}
            for line in wait(list(busy)):
                self.hear(busy[line])
        self.dismiss()

    def fill(self, member: Member) -> None:
        """Start a child in this place."""
        member.line, theirs = self.mp.Pipe()
        args = (theirs, member.role, self.folders[member.role], self.fault)
        member.process = self.mp.Process(target=serve, args=args)
        member.process.start()
        theirs.close()  # so that the end of the child is the end of the line
        self.started += 1

    def hand_out(self) -> None:
        """Give a job to each idle child, if there is room for what comes of it."""
        for member in self.crew:
            jobs = self.waiting[member.role]
            if member.job or not jobs or self.crowded(member.role):
                continue
            member.job = jobs.popleft()
            try:
                member.line.send(member.job)
            except OSError:
                self.bury(member)

    def crowded(self, role: str) -> bool:
        """Whether what this role makes would find no room with the next one."""
        if role not in self.after:
            return False
        coming = sum(member.job is not None for member in self.crew if member.role == role)
        return len(self.waiting[self.after[role]]) + coming >= self.ahead

    def hear(self, member: Member) -> None:
        """Take an answer, or notice a death."""
        job = member.job
        assert job is not None
        try:
            answer = member.line.recv()
        except (EOFError, OSError):  # it has died, with the job in its hands
            return self.bury(member)
        member.job = None
        if member.role in self.after:
            room = self.waiting[self.after[member.role]]
            room.append(Job(job.name, answer))
            self.most_waiting = max(self.most_waiting, len(room))

    def bury(self, member: Member) -> None:
        """Put the job back, and somebody else in the dead one's place."""
        job, member.job = member.job, None
        assert job is not None and member.process is not None
        member.process.join()
        member.line.close()
        if job.attempt == self.tries:
            raise GivenUp(f"{member.role} died {self.tries} times at {job.name}")
        self.again += 1
        self.waiting[member.role].appendleft(job._replace(attempt=job.attempt + 1))
        self.fill(member)

    def dismiss(self) -> None:
        """Send everybody home."""
        for member in self.crew:
            member.line.send(None)
        for member in self.crew:
            assert member.process is not None
            member.process.join()


def build(
    mp: Any, texts: Path, records: Path, fault: Fault = NO_FAULT, parsers: int = 2
) -> Supervisor:
    """Index every document in a folder; the supervisor that has done it."""
    supervisor = Supervisor(mp, texts, records, fault, parsers)
    supervisor.run(list(names_to_read(texts, fault)))
    return supervisor


def names_to_read(texts: Path, fault: Fault) -> Iterator[str]:
    """The names of all documents in order; one of them twice, if that is the fault."""
    for file in sorted(texts.glob("*.txt")):
        yield from [file.name] * (1 + (fault == ("duplicate", "", file.name)))


# ---- the first draft, which survives nothing ----------------------------------------------------


def parse_from_queue(texts: Queue[Any], words: Queue[Any], crash_on: str) -> None:
    """Take texts until the sentinel; be killed with one of them in my hands."""
    while (item := texts.get()) is not None:
        name, text = item
        if name == crash_on:
            die()
        words.put((name, parse(Path(), name, text)))


def draft(mp: Any, texts: dict[str, str], crash_on: str = "", parsers: int = 1) -> dict[str, Any]:
    """In the parent: the words of each text, through two queues."""
    todo, done = mp.Queue(), mp.Queue()
    args = (todo, done, crash_on)
    children = [mp.Process(target=parse_from_queue, args=args) for _ in range(parsers)]
    for child in children:
        child.start()
    for item in [*texts.items(), *[None] * parsers]:
        todo.put(item)
    found = dict(done.get() for _ in texts)
    for child in children:
        child.join()
    return dict(sorted(found.items()))


def answer_all(line: Connection) -> None:
    """Parse each text that comes, and answer at once."""
    while (text := line.recv()) is not None:
        line.send(parse(Path(), "", text))


def write_in_place(records: Path, name: str, words: dict[str, int], after: int) -> None:
    """Write a record straight under its name, and be killed after some letters."""
    with open(records / f"{name}.json", "w", encoding="utf-8") as file:
        for place, letter in enumerate(json.dumps(words)):
            if place == after:
                file.flush()
                die()
            file.write(letter)


def write_aside(records: Path, name: str, words: dict[str, int], after: int) -> None:
    """The same under another name, to be replaced at the end: and be killed as early."""
    write_in_place(records, f"{name}.unfinished", words, after)
    os.replace(records / f"{name}.unfinished.json", records / f"{name}.json")
