"""`interleavings` runs every order, by real processes, and says what came of each."""

from __future__ import annotations

import math
import re
import runpy
import subprocess
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import interleaving_workers as workers
import pytest
from course import ROOT
from observing import at_most, per_method

from ipc_helpers import interleavings
from ipc_helpers.grading.catalogue import EXERCISES
from ipc_helpers.interleaving import orders
from ipc_helpers.workers import races
from mpscope.errors import CannotPickle, WrongUse

DOCUMENT = ROOT / "docs" / "interleavings.md"
SLACK = 4  # on a machine that is busy with others


def of_two(worker: Any, method: str = "fork", **more: Any) -> Any:
    return interleavings([worker] * 2, races.shared_count, races.number, method=method, **more)


# ---- all of them, each once ---------------------------------------------------------------------


@pytest.mark.parametrize("counts", [(2, 2), (4, 4), (2, 2, 2), (3, 1), (1, 2, 3), (1, 1)])
def test_every_order_is_there_once(counts: tuple[int, ...]) -> None:
    every = list(orders(counts))
    ways = math.factorial(sum(counts))
    for count in counts:
        ways //= math.factorial(count)
    assert len(every) == len(set(every)) == ways
    wanted = Counter(dict(zip("ABC", counts, strict=False)))
    assert all(Counter(order) == wanted for order in every)
    assert every == sorted(every)


@pytest.mark.parametrize("switches", range(8))
def test_orders_with_few_switches(switches: int) -> None:
    def changes(order: str) -> int:
        return sum(a != b for a, b in pairwise(order))

    few = [order for order in orders((4, 4)) if changes(order) <= switches]
    assert list(orders((4, 4), switches)) == few


@per_method
def test_six_schedules_in_time(method: str) -> None:
    with at_most(5.0):
        table = of_two(races.add_one, method)
    assert dict(table) == {
        "AABB": 2,
        "ABAB": 1,
        "ABBA": 1,
        "BAAB": 1,
        "BABA": 1,
        "BBAA": 2,
    }
    assert table.bad == ["ABAB", "ABBA", "BAAB", "BABA"]
    assert all(run.ran == schedule for schedule, run in table.runs.items())


@per_method
def test_seventy_and_ninety_in_time(method: str) -> None:
    with at_most(20.0):
        table = interleavings([workers.four] * 2, workers.nothing, workers.fine, method=method)
    assert list(table) == list(orders((4, 4))) and len(table) == 70
    assert all(run.ran == schedule for schedule, run in table.runs.items())
    assert "70 schedules, 1 outcome, none bad" in repr(table)
    three = interleavings([workers.two] * 3, workers.nothing, workers.fine, method=method)
    assert len(three) == 90


def test_the_schedules_of_an_exercise_lose_what_its_grader_says() -> None:
    """races-1 is answered with the head: its grader plays the schedules likewise."""
    count = runpy.run_path(str(EXERCISES / "graders" / "races_1.py"))["count"]
    for number in (2, 3):
        table = interleavings([races.add_one] * number, races.shared_count, races.number)
        assert {schedule: count(schedule) for schedule in table} == dict(table)


def test_workers_without_marks_make_one_step() -> None:
    table = interleavings([workers.unmarked] * 2, workers.nothing, workers.fine, method="fork")
    assert list(table) == ["AB", "BA"]


def test_few_switches_hide_what_many_show() -> None:
    assert of_two(races.add_one, switches=1).bad == []
    assert of_two(races.add_one, switches=2).bad == ["ABBA", "BAAB"]


def test_a_step_at_each_lock() -> None:
    assert len(of_two(races.plus_equals, locks_are_steps=True).bad) == 4
    assert dict(of_two(races.plus_equals_locked, locks_are_steps=True)) == {"AB": 2, "BA": 2}
    assert dict(of_two(races.plus_equals)) == {"AB": 2, "BA": 2}


def test_a_worker_that_makes_more_steps_in_some_orders() -> None:
    """Alone it makes two; if somebody has come between, three: all orders of those, too."""
    table = of_two(workers.again_and_again)
    assert list(table) == ["AABB", "ABABB", "ABBAA", "BAABB", "BABAA", "BBAA"]
    assert all(run.ran == name for name, run in table.runs.items()) and table["AABB"] == 2


def test_a_worker_that_would_make_steps_for_ever() -> None:
    pair = [workers.spins, workers.unmarked]
    table = interleavings(pair, workers.nothing, workers.fine, method="fork")
    assert set(table.values()) == {"no end after 200 steps"} and len(table.bad) == len(table)
    assert max(map(len, repr(table).splitlines())) < 100


def test_what_is_bad_may_be_said() -> None:
    table = of_two(races.add_one, bad=lambda count: count == 2)
    assert table.bad == ["AABB", "BBAA"]


# ---- who waits ----------------------------------------------------------------------------------


@per_method
def test_a_lock_in_the_way_is_told_and_not_waited_for(method: str) -> None:
    with at_most(5.0):
        table = of_two(races.lock_both_steps, method)
    assert set(table.values()) == {2} and not table.bad
    assert {s: run.ran for s, run in table.runs.items()} == {
        "AABB": "AABB",
        "ABAB": "AABB",
        "ABBA": "AABB",
        "BAAB": "BBAA",
        "BABA": "BBAA",
        "BBAA": "BBAA",
    }
    assert table.runs["ABAB"].note == "B waits for lock: ran as AABB"
    steps = [(step.worker, step.waits_for, step.holder) for step in table.runs["ABAB"].steps]
    assert steps[1] == ("B", "lock", "A")
    assert len(of_two(races.lock_each_step, method).bad) == 4


@per_method
def test_a_deadlock_is_named_and_does_not_stop_the_rest(method: str) -> None:
    pair = [races.left_then_right, races.right_then_left]
    with at_most(5.0):
        table = interleavings(pair, races.two_locks, workers.fine, method=method)
    assert table["AABB"] == table["BBAA"] == "fine"
    circle = "A waits for right, which B holds; B waits for left, which A holds"
    assert table["ABAB"] == f"deadlock: {circle}" and len(table.bad) == 4


@per_method
def test_what_lies_in_a_list_has_a_name_of_its_own(method: str) -> None:
    pair = [workers.eats, workers.eats_the_other_way]
    state, by_locks = workers.table_for_two, {"locks_are_steps": True, "method": method}
    table = interleavings(pair, state, workers.fine, **by_locks)
    circle = "A waits for forks[1], which B holds; B waits for forks[0], which A holds"
    assert f"deadlock: {circle}" in table.values()
    table = interleavings([workers.writes] * 2, state, workers.fine, **by_locks)
    steps = {step.name for run in table.runs.values() for step in run.steps}
    assert "lock pens['red']" in steps, "a semaphore in a dict is no part of another thing"


@per_method
def test_a_bell_that_nobody_hears(method: str) -> None:
    pair = [races.wait_for_bell, races.ring]
    table = interleavings(pair, races.bell_and_flag, workers.fine, method=method)
    assert dict(table) == {"AB": "fine", "BA": "stuck: A waits for bell"}
    pair = [races.wait_for_flag, races.ring]
    table = interleavings(pair, races.bell_and_flag, workers.fine, method=method)
    assert dict(table) == {"AB": "fine", "BA": "fine"}


@per_method
def test_events_barriers_and_semaphores_are_asked_too(method: str) -> None:
    pair = [workers.opens, workers.passes]
    with at_most(10.0):
        table = interleavings(pair, workers.channel, workers.fine, method=method)
    assert set(table.values()) == {"fine"} and len(table) == 20
    assert table.runs["BAAABB"].steps[0].waits_for == "gate"


def test_time_passes_only_where_nothing_else_can_happen() -> None:
    table = of_two(workers.patient)
    assert set(table.values()) == {2}, "whoever lets go of the lock comes before the time-out"
    table = interleavings([workers.keeps, workers.patient], races.shared_count, races.number)
    assert table["AB"] == 100


def test_who_does_not_wait_is_told_no() -> None:
    table = of_two(workers.asks_once)
    assert dict(table) == {"AABB": 2, "ABA": 1, "BAB": 1, "BBAA": 2}


def test_a_lock_taken_twice_is_a_deadlock_of_one() -> None:
    table = interleavings([workers.swallows] * 2, races.two_locks, workers.fine, method="fork")
    assert table["AB"].startswith("deadlock: A waits for left, which A holds")


# ---- what goes wrong ----------------------------------------------------------------------------


@per_method
def test_an_exception_is_an_outcome_and_leaves_nothing(method: str) -> None:
    pair = [workers.two, workers.fails]
    table = interleavings(pair, workers.nothing, workers.fine, method=method)
    assert set(table.values()) == {"B raised KeyError: 'x'"} and len(table.bad) == 6


def test_an_exception_that_keeps_a_lock() -> None:
    table = interleavings(
        [workers.fails_holding, races.lock_both_steps], races.shared_count, races.number
    )
    assert table["AABB"] == "A raised KeyError: 'x'; stuck: B waits for lock"


@per_method
def test_a_worker_that_dies_is_an_outcome(method: str) -> None:
    pair = [workers.two, workers.leaves]
    table = interleavings(pair, workers.nothing, workers.fine, method=method)
    assert set(table.values()) == {"B ended with exit code 3"} and len(table) == 6


def test_a_step_that_does_not_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipc_helpers.crew.STEP_S", 0.3)
    began = time.monotonic()
    table = interleavings([workers.sleeps, workers.unmarked], workers.nothing, workers.fine)
    assert set(table.values()) == {"A came to no mark and no end for 0.3 s"}
    assert time.monotonic() - began < 5 * SLACK


def test_what_is_refused() -> None:
    with pytest.raises(WrongUse, match="two or three workers, not 1"):
        interleavings([workers.two], workers.nothing, workers.fine)
    with pytest.raises(WrongUse, match=r"more than 3,000 schedules.*switches=2"):
        interleavings([workers.four] * 3, workers.nothing, workers.fine, method="fork")
    with pytest.raises(WrongUse, match="no start method"):
        interleavings([workers.two] * 2, workers.nothing, workers.fine, method="thread")
    with pytest.raises(CannotPickle):
        interleavings([lambda step: None] * 2, workers.nothing, workers.fine, method="spawn")
    with pytest.raises(ZeroDivisionError):
        interleavings([workers.two] * 2, lambda mp: 1 / 0, workers.fine, method="fork")  # type: ignore
    table = of_two(races.lock_both_steps)
    with pytest.raises(WrongUse, match="no schedule is bad"):
        table.timeline()
    with pytest.raises(WrongUse, match="no schedule 'AB'"):
        table.again("AB")


# ---- how it looks -------------------------------------------------------------------------------


def test_the_table_and_the_timeline_tell_the_story() -> None:
    table = of_two(races.add_one, watch=races.number)
    assert repr(table).splitlines()[:6] == [
        "A = add_one (read, write)",
        "B = add_one (read, write)",
        "6 schedules, 2 outcomes, 4 bad",
        "",
        "schedule  outcome",
        "AABB      2",
    ]
    assert repr(table.timeline()).splitlines() == [
        "schedule ABAB: 1",
        "A     read        write",
        "B           read         write",
        "seen  0     0     1      1",
    ]
    for shown in (table, table.timeline()):
        html = shown._repr_html_()
        assert "<caption" in html and 'scope="row"' in html and 'scope="col"' in html


def test_a_schedule_can_be_run_once_more_and_replayed() -> None:
    table = of_two(races.add_one)
    assert str(table.again()) and str(table.again("BABA").transcript()).splitlines() == [
        "A | read",
        "A | write",
        "B | read",
        "B | write",
    ]
    player = table.replay()
    assert "ipc-replay" in player._dom_classes
    player.close()


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    """The files that the page shows, in a folder of their own, by a pytest of its own."""
    text = DOCUMENT.read_text(encoding="utf-8")
    files = re.findall(r"```python\n# (\w+\.py)\n(.*?)```", text, flags=re.DOTALL)
    for name, source in files:
        (tmp_path / name).write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    answer = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    shown = re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL)
    assert len(files) == 2 and "1 failed, 1 passed" in answer.stdout, answer.stdout
    assert shown and all(line in answer.stdout for line in shown[0].splitlines())
