"""A crew: a process for each worker, and a state of its own for each schedule that they play.

    Crew.play("ABAB") ──▶ tokens, one turn at a time ──▶ workers.turns.serve, in each process
                    ◀── Run: outcome, who did what when ◀── reports

The processes serve many schedules. Who meets a lock that another worker holds is passed over until
it is free, so nobody is ever waited for in vain; if nobody can go on, that is the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from ipc_helpers.schedules import Run, Step, waiting
from ipc_helpers.words import said
from ipc_helpers.workers import turns

Worker = Callable[..., object]
State = dict[str, Any]
LETTERS = "ABC"
ENDLESS = 200  # steps in one schedule
STEP_S = 2.0  # how long one step may take


@dataclass(frozen=True)
class Cast:
    """What is the same in all schedules."""

    workers: tuple[Worker, ...]
    state: Callable[[Any], State]
    outcome: Callable[..., Any]
    watch: Callable[..., Any] | None = None
    locks_are_steps: bool = False


class Plan:
    """A schedule that is being played. Who waits for a lock is passed over until it is free."""

    def __init__(self, schedule: str) -> None:
        self._letters, self._taken = list(schedule), [False] * len(schedule)

    def next(self, ready: Collection[str]) -> str:
        """The first letter that is left, of those that are ready; if there is none, their first."""
        for place, letter in enumerate(self._letters):
            if letter in ready and not self._taken[place]:
                self._taken[place] = True
                return letter
        letter = next(iter(ready))
        self._letters.append(letter)
        self._taken.append(True)
        return letter

    def used(self, stuck: Collection[str]) -> str:
        """The schedule without the letters of workers that had ended before their turn."""
        pairs = zip(self._letters, self._taken, strict=True)
        return "".join(letter for letter, taken in pairs if taken or letter in stuck)


@dataclass
class _Member:
    """The parent's view of one worker, in one schedule."""

    name: str
    process: Any
    line: Any
    begun: bool = False
    ended: bool = False
    turn: int = -1
    """The number of the step under way, or of the last one that is over."""
    waits_for: str = ""
    timed: bool = False
    held: tuple[str, ...] = ()
    marks: Sequence[str] = ()
    known: Sequence[str] = ()
    """The names of its steps in an earlier run, for one that it had not come to."""
    failure: str = ""

    def name_of(self, turn: int) -> str:
        names = self.marks if turn < len(self.marks) else self.known
        return "".join(names[turn : turn + 1])


@dataclass
class Crew:
    """A process for each worker, and a state for each schedule that they will play."""

    mp: Any
    cast: Cast
    size: int
    tell: bool = False
    broken: bool = False
    played: int = -1
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.states = [self.cast.state(self.mp) for _ in range(self.size)]
        self.members: list[_Member] = []
        plain = get_context(self.mp.get_start_method())  # these lines are ours: nobody watches them
        for name, worker in zip(LETTERS, self.cast.workers, strict=False):
            mine, yours = plain.Pipe()
            args = (worker, yours, self.states, self.cast.locks_are_steps, self.tell)
            process = self.mp.Process(target=turns.serve, args=args, name=name)
            process.start()
            yours.close()  # so that the end of a process is the end of its line
            self.members.append(_Member(name, process, mine))
        for member in self.members:
            self._hear(member, patience_s=None)
            if member.failure:
                raise RuntimeError(f"{member.failure}: it could not begin.")
        for state in self.states:  # the parent looks only while nobody runs: it needs no lock
            turns.ask_all(state, turns.Bystander())

    def play(self, schedule: str) -> Run:
        """Play one schedule in a state of its own; what it leaves open, the first worker does.

        The run's own schedule is what was used of the given one, and what was added to it.
        """
        self.played += 1
        self.steps, plan = [], Plan(schedule)
        self.members = [_Member(m.name, m.process, m.line, known=m.known) for m in self.members]
        while not self.broken and (active := [m for m in self.members if not m.ended]):
            ready = {member.name: member for member in active if not member.waits_for}
            so_far = len(self.steps)
            if ready and so_far < ENDLESS:
                self._go_on(ready[plan.next(ready)])
            elif timed := next((m for m in active if m.timed and not ready), None):
                self._ask(timed, turns.TIME_IS_UP)  # time passes only where nothing else can happen
            else:
                break
            self._wake()
            self._forget_short_waits(so_far)
        return self._ended(plan.used({m.name for m in self.members if not m.ended}))

    def _go_on(self, member: _Member) -> None:
        member.turn += 1
        self._ask(member, turns.GO if member.begun else self.played)

    def _wake(self) -> None:
        """Let those who wait ask for their lock again, as long as one of them gets it."""
        waiting = [member for member in self.members if member.waits_for and not member.ended]
        for member in waiting:
            lock = member.waits_for
            self._ask(member, turns.GO)
            if self.broken:
                return
            if member.waits_for != lock:
                return self._wake()

    def _forget_short_waits(self, so_far: int) -> None:
        """Who waited and went on within one turn, as `notify` does, has not waited for a turn."""
        waiting = {member.name for member in self.members if member.waits_for}
        late = self.steps[so_far:]
        self.steps[so_far:] = [s for s in late if not s.waits_for or s.worker in waiting]

    def _ask(self, member: _Member, word: object) -> None:
        """Give a worker its turn, and note what it did."""
        before, member.begun = member.waits_for, True
        member.line.send(word)
        self._hear(member, STEP_S)
        if member.waits_for and member.waits_for == before:
            return
        holder = next((m.name for m in self.members if member.waits_for in m.held), "")
        seen = self.cast.watch(**self.states[self.played]) if self.cast.watch else None
        lock = member.waits_for.partition("#")[0]
        self.steps.append(Step(member.name, member.turn, "", lock, holder, seen))

    def _hear(self, member: _Member, patience_s: float | None) -> None:
        """Take a worker's report; one that does not come, or never will, breaks the crew."""
        try:
            if not member.line.poll(patience_s):
                seconds = f"{patience_s:g}"
                member.failure = said("schedule.silent", worker=member.name, seconds=seconds)
                member.process.kill()
                self.broken = member.ended = True
                return
            what, detail, member.held = member.line.recv()
        except (EOFError, OSError):
            member.process.join(1)
            code = member.process.exitcode
            member.failure = said("schedule.exited", worker=member.name, code=code)
            self.broken = member.ended = True
            return
        member.ended = what in ("ended", "failed", "gave up")
        member.waits_for, member.timed = "", what == "waits within"
        if what.startswith("waits"):
            member.waits_for = detail
        if member.ended:
            text, member.marks = detail
            member.known = max(member.known, member.marks, key=len)
            raised = said("schedule.raised", worker=member.name, error=text)
            member.failure = raised if what == "failed" else ""

    def _ended(self, schedule: str) -> Run:
        failure, outcome = self._failure(), None
        for member in [m for m in self.members if m.begun and not m.ended and not self.broken]:
            member.line.send(turns.GIVE_UP)
            self._hear(member, STEP_S)
        if not failure:
            outcome = self.cast.outcome(**self.states[self.played])
        names = {member.name: member.name_of for member in self.members}
        steps = [step._replace(name=names[step.worker](step.turn)) for step in self.steps]
        return Run(schedule, outcome, failure, tuple(steps), len(steps) >= ENDLESS)

    def _failure(self) -> str:
        """Why there is no outcome; empty if all have ended well."""
        failed = [m.failure for m in self.members if m.failure]
        if len(self.steps) >= ENDLESS:
            failed.append(said("schedule.endless", count=ENDLESS))
        stuck = [m for m in self.members if m.waits_for and not m.ended and not self.broken]
        holders = [next((h for h in self.members if m.waits_for in h.held), None) for m in stuck]
        waits = [
            waiting(m.name, m.waits_for.partition("#")[0], holder.name if holder else "")
            for m, holder in zip(stuck, holders, strict=True)
        ]
        if stuck:
            how = "deadlock" if all(holder in stuck for holder in holders) else "stuck"
            waits[0] = said(f"schedule.{how}", waits=waits[0])
        return "; ".join(failed + waits)

    def dismiss(self) -> None:
        """Send everybody home, and wait for them; what does not go is ended with the block."""
        for member in self.members:
            if self.broken:
                member.process.kill()
            else:
                member.line.send(None)
            member.process.join()
            member.line.close()


def play(mp: Any, cast: Cast, schedule: str) -> Run:
    """Play one schedule in a block that is open; the workers print the names of their steps."""
    crew = Crew(mp, cast, 1, tell=True)
    run = crew.play(schedule)
    crew.dismiss()
    return run
