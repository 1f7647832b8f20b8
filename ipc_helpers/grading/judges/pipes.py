"""Lesson 03."""

from __future__ import annotations

import re
from typing import Any

from ipc_helpers.grading.grader import CHILD, Judge, Run
from ipc_helpers.workers import exercises


class SecondProgram(Judge):
    id = "pipe-1"
    cases = {"Hi child!": ("Hi child!",), "Dinner is ready": ("Dinner is ready",)}

    def expected(self, *case: Any) -> str:
        return "Hi daddy!"

    def diagnose(self, run: Run) -> str | None:
        if any("NameError" in failure for failure in run.failures):
            return "global-end"
        if any("closed" in failure for failure in run.failures):
            return "closed-too-early"
        if run.stuck_in("parent", r"waits in .*join\(\) \("):
            return "joined-first"
        if run.stuck_in("parent", r"waits in \w+\.recv\(\)") and run.did("send", CHILD):
            return "wrong-end"
        if run.result != run.expected or run.failures:
            return None
        if "response: " + run.case[0] not in run.said:
            return "answer-not-heard"
        if "is closed: False" in run.said:
            return "not-closed"
        if "is closed: True" not in run.said:
            return "line-missing"
        return None if ".closed" in run.source else "said-by-heart"


class SumToTheEnd(Judge):
    id = "pipe-2"
    cases = {
        "three prices": (exercises.send_three,),
        "nothing to send": (exercises.send_none,),
        "a pause between two prices": (exercises.send_slowly,),
    }

    def expected(self, *case: Any) -> int:
        return {"send_three": 12, "send_none": 0, "send_slowly": 30}[case[0].__name__]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck_in("parent", r"waits in \w+\.recv\(\)") and not run.failures:
            return "kept-a-writer"
        if run.raised(EOFError):
            return "end-not-caught"
        if any("closed" in text for text in [str(run.error), *run.failures]):
            return "closed-too-early"
        if any("OSError" in failure for failure in run.failures):
            return "wrong-end"
        if type(run.result) is int and run.result < run.expected:
            return "stopped-at-a-pause" if "poll" in run.source else "only-one"
        if run.result != run.expected:
            return None
        joins, heard = run.did("join", "parent"), run.did("receive", "parent")
        if joins and heard and joins[0].time_ns < heard[0].time_ns:
            return "joined-first"
        waited = re.search(r"poll\([^)]", run.source) and "is_alive" not in run.source
        return "waited-by-the-clock" if waited and "EOFError" not in run.source else None


class Server(Judge):
    id = "pipe-3"
    cases = {
        "a sum and a maximum": ([("sum", [1, 2]), ("max", [4, 9])],),
        "an unknown word between": ([("sum", [7]), ("spell", [1]), ("len", [2, 1])],),
        "no request at all": ([],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        mine, yours = mp.Pipe()
        child = mp.Process(target=answer, args=(yours,), name="server")
        child.start()
        yours.close()
        replies = []
        for request in case[0]:
            mine.send(request)
            replies.append(mine.recv())
        mine.send(None)
        child.join()
        return replies

    def expected(self, *case: Any) -> list[Any]:
        known: dict[str, Any] = {"sum": sum, "max": max}
        return [known[w](n) if w in known else f"unknown: {w}" for w, n in case[0]]

    def diagnose(self, run: Run) -> str | None:
        served = len(run.did("send", "server"))
        heard = [event.what for event in run.did("receive", "server")]
        if run.failures:
            if heard and heard[-1] == "None":
                return "none-is-no-request"
            return "died-of-unknown" if any("spell" in f for f in run.failures) else None
        if run.raised(EOFError, BrokenPipeError, ConnectionResetError) and served == 1:
            return "served-one"
        if run.stuck_in("server", r"waits in \w+\.recv\(\)"):
            return "stayed-on" if "None" in heard else "silent-on-unknown"
        if not served and run.case[0]:
            return "returned-not-sent"
        if type(run.result) is list and run.result != run.expected:
            return "answered-too-much" if run.result[:-1] == run.expected[:-1] else None
        return None


class TeaParty(Judge):
    """Who waits for whom is not written down here: it is read from the report of the run."""

    id = "pipe-4"
    methods = ("spawn",)
    cases = {"the tea party": ()}
    limit_s = 1.5
    riddle = True

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        self.said = answer()
        if isinstance(self.said, dict) and None not in self.said.values():
            exercises.tea_party(mp)

    def expected(self, *case: Any) -> Any:
        return None

    def examine(self, run: Run) -> str | None:
        return self.diagnose(run)

    def diagnose(self, run: Run) -> str | None:
        if run.error is not None:
            return "raised"
        said = self.said
        if not isinstance(said, dict) or set(said) != {"parent", "Ada", "Bo", "last message"}:
            return "other-shape"
        if None in said.values():
            return "unanswered"
        waits = {who: _friend(end) for who, end in _WAITS.findall(run.stuck)}
        if len(waits) < 3:
            return "too-slow"  # not even all children had begun
        told = {who: _name(said[who]) for who in waits}
        if told == {friend: who for who, friend in waits.items()}:
            return "turned-round"
        if told != waits:
            return "short-circle" if _two_wait_for_each_other(told) else "another-circle"
        last = run.did("receive")[-1].what.strip("'\"")
        same = str(said["last message"]).strip("'\" ").casefold() == last.casefold()
        return None if same else "never-arrived"


_WAITS = re.compile(r"(?m)^ +(\w+) waits in (\w+)\.recv")


def _friend(end: str) -> str:
    """Who is at the other end: the ends are called for_Ada, Ada, Ada_to_Bo ..."""
    if "_to_" in end:
        return end.rpartition("_")[2]
    return end.removeprefix("for_") if end.startswith("for_") else "parent"


def _name(said: Any) -> str:
    """A friend's name, however it is written."""
    plain = str(said).strip()
    return {"ada": "Ada", "bo": "Bo", "parent": "parent"}.get(plain.casefold(), plain)


def _two_wait_for_each_other(told: dict[str, Any]) -> bool:
    return any(told.get(friend) == who for who, friend in told.items())


class Swap(Judge):
    id = "pipe-5"
    cases = {"ten bytes": (10,), "a million bytes": (1_000_000,)}

    def expected(self, *case: Any) -> int:
        return case[0]

    def diagnose(self, run: Run) -> str | None:
        if run.stuck_in("parent", r"send\(\)") and run.stuck_in(CHILD, r"send\(\)"):
            return "both-send"
        if run.stuck_in("parent", r"recv\(\)") and run.stuck_in(CHILD, r"recv\(\)"):
            return "both-listen"
        if run.stuck_in("parent", r"join\(\) \("):
            return "joined-first"
        if run.result != run.expected and type(run.result) is int and run.result:
            return "cut"
        if run.stuck or run.failures:
            return None
        if not run.did("receive", CHILD):
            return "one-way"
        sent = [event.what for event in run.did("send")]
        return "sent-a-number" if sent and all(what.isdigit() for what in sent) else None
