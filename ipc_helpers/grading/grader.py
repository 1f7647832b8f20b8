"""How an answer is judged: what is run, on which inputs, and what a run tells.

A `Grader` per exercise, in `graders/`, one module per lesson.  Its `stage` runs in the sandbox's
block in the place of a learner's own cell; `diagnose` looks at the finished run and names the
mistake, or none.  What is said about a mistake stands in the catalogue under its name.
"""

from __future__ import annotations

import ast
import re
import runpy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

from ipc_helpers.grading.catalogue import catalogue
from mpscope._render.transcript import transcript
from mpscope._trace.events import Event, ProcessLog, all_events

METHODS = ("fork", "spawn", "forkserver")
TERMINATED = -15  # the exit code after terminate(); the end of a block kills with another signal
CHILD = r"(?!parent|manager-)[\w-]+"  # the label of any child, whatever it is called
BUSY = re.compile(r"(?m)^  [\w-]+ (runs|is busy)")
# What a manager's server is, for whoever calls it too late.
GONE = (
    "FileNotFoundError",
    "ConnectionRefusedError",
    "BrokenPipeError",
    "EOFError",
    "Reset",
)  # the server, for whoever calls it too late
DRAWN_EVENTS = 50_000  # of a run with more than this, nothing but its verdict is looked at


@dataclass
class Run:
    """One run of an answer: one start method, one input."""

    method: str
    name: str
    """The input's name, "three words"."""
    case: tuple[Any, ...]
    expected: Any
    source: str
    """The text of the learner's module; of each function the last definition."""
    result: Any = None
    error: BaseException | None = None
    """What the learner's code raised in the parent."""
    trace: str = ""
    verdict: tuple[str, str] | None = None
    """Kind and text of the error by which the block was stopped."""
    logs: list[ProcessLog] | None = None

    @cached_property
    def events(self) -> list[Event]:
        if sum(len(log.box) for log in self.logs or ()) > DRAWN_EVENTS * 80:
            return []
        return all_events(self.logs or ())

    @property
    def children(self) -> list[ProcessLog]:
        """Every process but the parent and the servers of managers, in start order."""
        logs = (self.logs or [])[1:]
        return [log for log in logs if not log.label.startswith("manager-")]

    @property
    def failures(self) -> list[str]:
        """ "child-1 ended with ValueError: ...", for each child that failed.

        What failed only because the block was being stopped is left out.
        """
        told = [(log.label, log.exception) for log in self.children if log.exception]
        ended = [f"{label} ended with {exception}" for label, exception in told]
        return [end for end in ended if not self.stuck or end.split(":")[0] in self.stuck]

    @property
    def started(self) -> int:
        """How many children the parent has started."""
        starts = self.did("start", "parent")
        of_mine = [event for event in starts if not event.what.startswith("manager-")]
        return max(len(of_mine), len(self.children))

    @property
    def said(self) -> str:
        """What the children printed."""
        return str(transcript(self.logs or ()))

    @property
    def stuck(self) -> str:
        """Who waited for what when the block was stopped; empty if it was not."""
        return self.verdict[1] if self.verdict else ""

    def stuck_in(self, who: str, what: str) -> bool:
        """Whether a process (a regex for its label) was doing something (a regex) at the end."""
        return bool(re.search(rf"(?m)^ *(?:the )?(?:{who}) .*{what}", self.stuck))

    def did(self, kind: str, who: str = ".*", channel: str = ".*") -> list[Event]:
        """The events of a kind, by processes and on channels that match (regexes)."""
        return [
            event
            for event in self.events
            if event.kind == kind
            and re.fullmatch(who, event.process)
            and re.fullmatch(channel, event.channel)
        ]

    @property
    def one_by_one(self) -> bool:
        """Whether each child was joined before the next one was started."""
        starts = [e for e in self.did("start", "parent") if not e.what.startswith("manager-")]
        joins = [e for e in self.did("join", "parent") if not e.channel.startswith("manager-")]
        pairs = zip(joins, starts[1:], strict=False)
        in_turn = all(join.time_ns < start.time_ns for join, start in pairs)
        return 1 < len(starts) <= len(joins) + 1 and in_turn

    @property
    def joined(self) -> bool:
        """Whether the parent has joined a child itself (a manager joins its own server)."""
        return any(not e.channel.startswith("manager-") for e in self.did("join", "parent"))

    @property
    def takers(self) -> dict[str, set[str]]:
        """Lock or semaphore -> the children that have acquired it."""
        found: dict[str, set[str]] = {}
        for event in self.events:
            step = event.what if event.kind == "request" else event.kind
            if event.process != "parent" and step.startswith("acquire"):
                found.setdefault(event.channel, set()).add(event.process)
        return found

    @property
    def hold_apart(self) -> bool:
        """Whether there are several locks, and none that two children take."""
        return len(self.takers) > 1 and all(len(who) == 1 for who in self.takers.values())

    def raised(self, *kinds: type[BaseException]) -> bool:
        """Whether the learner's code raised one of these in the parent."""
        return isinstance(self.error, kinds)

    def exit_codes(self) -> dict[str, int]:
        """How each child ended, as far as the parent has seen it."""
        return {event.what: event.number for event in self.events if event.kind == "exit"}


class Grader:
    """Knows what to run for one exercise and what the runs mean.  Subclasses override."""

    methods: ClassVar[tuple[str, ...]] = METHODS
    cases: ClassVar[dict[str, tuple[Any, ...]]]
    """The inputs by name: the arguments after `mp`."""
    limit_s: ClassVar[float] = 3.0
    """The deadline of one run."""
    least_children: ClassVar[int] = 1
    riddle: ClassVar[bool] = False
    """Whether the story of a run is the answer, and must not be told with a verdict."""
    may_fail: ClassVar[bool] = False
    """Whether the children of a right answer may fail."""

    def stage(self, mp: Any, answer: Callable[..., Any], *case: Any) -> Any:
        """Run the answer on one input, inside an observed block; what it returns is judged."""
        return answer(mp, *case)

    def expected(self, *case: Any) -> Any:
        """What a right answer's stage returns for an input."""
        raise NotImplementedError

    def diagnose(self, run: Run) -> str | None:
        """The name of the mistake that this run shows, if it is one that people often make."""
        return None

    def shown(self, run: Run) -> Any:
        """What a message shows as {got}."""
        return run.result

    def examine(self, run: Run) -> str | None:
        """The finding of a run; None if all is well."""
        return self.diagnose(run) or next(self._in_general(run), None)

    def _in_general(self, run: Run) -> Iterator[str]:
        if run.error is not None:
            yield "raised"
        gone = ("FileNotFoundError", "RemoteError: KeyError")  # the latter from a manager
        missed = any(word in failure for failure in run.failures for word in gone)
        if missed and (run.verdict is not None or not self.may_fail):
            yield "thrown-away"
        if run.verdict is not None:
            yield "child-failed" if run.failures else "busy" if BUSY.search(run.stuck) else "hung"
        if run.failures and not self.may_fail:
            yield "child-failed"
        if run.started < self.least_children:
            yield "no-children"
        if run.result is None and run.expected is not None:
            yield "nothing-returned"
        if type(run.result) is not type(run.expected):
            yield "wrong-type"
        if run.result != run.expected:
            yield "wrong-result"
        if any(code > 0 for code in run.exit_codes().values()) and not self.may_fail:
            yield "exit-code"


def in_force(source: str) -> str:
    """A module's text without the functions that a later one of the same name replaces."""
    body = ast.parse(source).body
    last = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    kept = [n for n in body if not isinstance(n, ast.FunctionDef) or last[n.name] is n]
    return "\n\n" + "\n\n".join(ast.unparse(node) for node in kept)


@cache
def grader_of(id: str) -> Grader:
    """The grader of an exercise: the last subclass that its file in `graders/` defines."""
    names = runpy.run_path(str(catalogue().exercise(id).grader))
    graders = [it for it in names.values() if isinstance(it, type) and issubclass(it, Grader)]
    found: Grader = graders[-1]()
    return found
