"""What a program loses without a word is told, by whom and where; what is kept is not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import lost_programs as programs
import pytest
from observing import as_in_a_notebook, notes, per_method  # noqa: F401

from mpscope import observe
from mpscope._diagnosis import remarks
from mpscope.errors import DeadlineExceeded, IpcError

HERE = Path(__file__).parent
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "MOST", 50)


# --- copies of what a manager has ---


@per_method
@pytest.mark.usefixtures("all_told")
def test_a_change_of_a_copy_that_is_thrown_away_is_told(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        found = programs.in_a_manager(mp, programs.change_copies)
    assert found == ([1], {"q": 1}, [], [])
    told = [line.split("`")[1] for line in notes(capsys)]
    assert told == [
        "self.table.setdefault(term, []).append('page')",
        "table.setdefault('s', []).append(1)",
        "table.get('a').append(2)",
        "rows[0].update(x=1)",
        "space.items.append(3)",
        "value.value.append(4)",
        "table['b']['j'] = 4",
        "table['b']['k']['deep'] = 4",
        "table.get('a').extend([1, 2])",
        "del rows[0]['q']",
        "table['a'].pop()",
        "table['b'].setdefault('w', []).append(3)",
        "table['n'][0] += 1",
    ]
    assert "\nspace: `space.items.append(3)` changes a copy, and is lost." in mp.describe()


@per_method
@pytest.mark.usefixtures("all_told")
def test_a_copy_with_a_name_that_nobody_puts_back_is_told(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        assert programs.in_a_manager(mp, programs.change_named) == ([1], {"q": 1}, [], [])
    told = notes(capsys)
    assert [line.split("`")[1] for line in told] == [
        "row.append(7)",
        "held['n'] = held.get('n', 0) + 1",
        "item['done'] = True",
        "part['z'] = 1",
        "seen.append(x)",
    ]
    first = re.sub(r"line \d+", "line N", told[0])
    assert first.startswith(
        "note: table: a change is lost: `row.append(7)` (lost_programs.py, line N in "
        "in_a_function) changes only the copy that `row = table['a']` has given, and nothing in "
        "in_a_function() puts it back. Put the changed copy back"
    )


@per_method
def test_what_is_put_back_or_lives_elsewhere_is_not_lost(method: str, capsys: Any) -> None:
    with observe(method, deadline_s=30) as mp:  # three managers: beside other tests, 10 s was short
        programs.in_a_manager(mp, programs.put_back)
        found, *_ = programs.in_a_manager(mp, programs.use_tables)
        assert found == [7, 3, 5], "all of it was done"
        assert programs.with_proxies(mp) == ([1, 2, 3, 4], 5)
    assert notes(capsys) == [] and "copy" not in mp.describe()


# --- a segment that is gone before a child has come ---


def told_of_hang(program: Any, method: str, *args: Any) -> str:
    """What is said of it long before any deadline."""
    with pytest.raises(IpcError) as caught, observe(method, deadline_s=60) as mp:
        program(mp, *args)
    assert type(caught.value) is not DeadlineExceeded
    return re.sub(r"line \d+", "line N", str(caught.value))


@linux_only
@per_method
@pytest.mark.parametrize("when", ["early", "by a child"])
def test_who_has_unlinked_a_segment_too_early_is_told(when: str, method: str) -> None:
    text = told_of_hang(programs.with_segment, method, when)
    who, child, where = "parent", "child-1", "with_segment"
    if when == "by a child":
        who, child, where = "child-1", "child-2", "unlink_segment"
    assert (
        f"Unlinked too early: {who} unlinked a segment of shared memory (lost_programs.py, line N "
        f"in {where}) before {child} could open it by its name (lost_programs.py, line N in "
        "read_segment). start() does not wait until"
    ) in text


@per_method
def test_who_fails_for_another_reason_met_no_early_unlink(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        assert programs.with_segment(mp, "at the end") == 7
        assert programs.with_segment(mp, "never made") == 7
        programs.run(mp, programs.look_for_a_file, "tmp", None).join()
    assert "nlink" not in capsys.readouterr().err


@linux_only
@per_method
def test_an_early_unlink_of_what_a_task_opens_is_told(method: str) -> None:
    with pytest.raises(FileNotFoundError) as caught, observe(method) as mp:
        programs.in_a_pool(mp)
    (note,) = caught.value.__notes__
    assert note.startswith(
        "Unlinked too early: parent unlinked a segment of shared memory (lost_programs.py, line "
    )
    assert "in in_a_pool) before pool-worker-1 could open it by its name" in note


# --- locks and slots that are not given back ---


@linux_only
@per_method
@pytest.mark.parametrize("kind", ["Semaphore", "BoundedSemaphore"])
def test_slots_whose_release_was_skipped_are_told(kind: str, method: str) -> None:
    work = programs.work_without_release
    text = told_of_hang(programs.leak, method, kind, work, [1, 0], [0, 1], [1])
    place = "(lost_programs.py, line N in work_without_release)"
    assert (
        f"child-3 waits in gate.acquire() {place}\n"
        "    until child-1 or child-2 releases gate, but child-1 ended well, and child-2 waits, too"
    ) in text
    assert (
        f"child-1 acquired one {place} and ended without release(); child-2 acquired one {place}, "
        "has not released it, and waits there for another. If release() was skipped, by an "
        "exception or a return: `with gate:` gives back what it has acquired, whatever happens."
    ) in text
    with observe(method) as mp:
        programs.leak(mp, kind, programs.work_with_release, [1, 0], [0, 1], [1])


@linux_only
@per_method
@pytest.mark.parametrize("kind", ["Lock", "Condition"])
def test_a_lock_whose_release_was_skipped_is_told(kind: str, method: str) -> None:
    work = programs.work_without_release
    place = "(acquired in lost_programs.py, line N in work_without_release)"
    text = told_of_hang(programs.leak, method, kind, work, [1, 0], [1])
    assert f"child-1 ended well and has not released {place}. Nobody" in text.replace(
        "gate.lock ", ""
    ).replace("gate ", "")
    if kind == "Lock":
        text = told_of_hang(programs.leak, method, kind, work, [0, 1])
        assert f"child-1 waits for gate, which it holds itself {place}. `with gate:` gives" in text
    with observe(method) as mp:
        programs.leak(mp, kind, programs.work_with_release, [0, 1], [1])


@linux_only
def test_a_slot_that_another_was_to_release_was_not_forgotten() -> None:
    text = told_of_hang(programs.meant_to_be_given_back, "spawn")
    assert "not given back" not in text and "until somebody releases gate, which parent" in text


# --- a reader that stops too soon ---

STOPPED = "A reader that stopped too soon: child-1 ended well after "


@linux_only
@per_method
def test_a_reader_that_stops_at_the_first_of_several_sentinels(method: str) -> None:
    text = told_of_hang(programs.merge, method, programs.read_until_none, 1)
    assert (
        f"{STOPPED}4 messages from rows, the last of which was None (lost_programs.py, line N in "
        "read_until_none); nobody reads 2001 messages that child-2 and child-3 put. child-2 and "
        "child-3 each put None last: read on until it has come from each of them, 2 times, or"
    ) in text
    assert "join before drain" not in text and "First get everything" not in text
    with observe(method) as mp:
        programs.merge(mp, programs.read_until_none, 2)


@linux_only
@per_method
def test_a_full_queue_whose_reader_has_stopped(method: str) -> None:
    text = told_of_hang(programs.merge, method, programs.read_until_none, 1, 5)
    assert (
        f"{STOPPED}4 messages from rows" in text and "have each of them put one, and read" in text
    )


@linux_only
def test_a_sentinel_that_was_put_before_all_was(capsys: Any) -> None:
    text = told_of_hang(programs.merge, "spawn", programs.read_until_none, 1, 0, False)
    assert "Put None only when all who put something have ended" in text


@linux_only
@per_method
def test_a_reader_of_so_many_and_one_that_fails(method: str) -> None:
    text = told_of_hang(programs.merge, method, programs.read_some, 6)
    assert f"{STOPPED}6 messages" in text and "Read all that is put: as many messages as" in text
    text = told_of_hang(programs.merge, method, programs.read_and_fail, 6)
    assert "child-1 ended with ValueError: a bad row after 6 messages from rows" in text
    assert "put. Its last lines say what it did not survive." in text
    text = told_of_hang(programs.merge, method, programs.read_and_be_killed, 6)
    assert "child-1 was killed by SIGKILL after 6 messages" in text and "last lines" not in text


@linux_only
@per_method
def test_who_could_make_room_waits_for_room(method: str) -> None:
    text = told_of_hang(programs.crawlers, method, 3, 3)
    assert (
        "Everybody puts, and nobody gets: child-1, child-2 and child-3 put into frontier, which is "
        "full, and who would get from there waits to put, too. Who makes room"
    ) in text
    text = told_of_hang(programs.crawlers, method, 1, 6)
    assert "Everybody puts, and nobody gets: child-1 puts into frontier, which is full" in text
    text = told_of_hang(programs.all_jobs_first, method, 20)
    assert "parent puts into jobs and child-1 puts into results, which are full" in text
    with observe(method) as mp:
        programs.crawlers(mp, 3, 0)
        assert programs.all_jobs_first(mp, 4) == [0, 2, 4, 6]


# --- a barrier whose party fails, a task that is not called done ---


@linux_only
@per_method
def test_a_party_that_has_failed_is_no_wrong_number(method: str) -> None:
    text = told_of_hang(programs.meeting, method, 3)
    assert "only 2 do (child-1 and child-2): child-3 ended with ZeroDivisionError: " in text
    assert (
        "Give Barrier()" not in text
        and " survive. If one of them may fail, wait(timeout=...) or gate.abort() frees the others"
        in text
    )
    with observe(method) as mp:
        programs.meeting(mp, 2)


@linux_only
@per_method
def test_the_task_that_was_not_called_done_is_named(method: str) -> None:
    text = told_of_hang(programs.tasks_not_done, method, False)
    assert (
        "child-1 got 3 messages and called task_done() twice (not for 'bad', got in "
        "lost_programs.py, line N in work_on). Call task_done() once"
    ) in text
    text = told_of_hang(programs.tasks_not_done, method, True)  # which one, nobody can tell
    assert "called task_done() twice. Call task_done() once" in text


# --- messages that are changed after put() ---


@per_method
@pytest.mark.parametrize("kind", ["Queue", "JoinableQueue"])
def test_what_was_changed_after_it_was_put_is_told(kind: str, method: str, capsys: Any) -> None:
    for how, words in (
        ("clear", "a list of 4 arrived with 0, and so in 2 more. put() keeps the object itself"),
        ("dict", "a dict of 1 arrived with 12, and so in 10 more. put() keeps"),
        ("cell", "[0] and [1] arrived as the same. put() keeps"),
        (
            "long",
            "[0, 0, 0, 0, 0, 0, …] and [1, 1, 1, 1, 1, 1, …] arrived as the same. put() keeps",
        ),
    ):
        with observe(method) as mp:
            programs.in_batches(mp, kind, how, timed=how == "dict")
        (note,) = notes(capsys)
        begins = "note: batches: what child-1 put there (lost_programs.py, line "
        assert note.startswith(begins) and words in note
        assert "in put_in_batches) was changed before it was sent" in note


@per_method
def test_what_was_put_once_was_not_changed(method: str, capsys: Any) -> None:
    with observe(method) as mp:
        for how in ("new", "copy"):
            whole = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
            assert programs.in_batches(mp, "Queue", how) == whole
        assert programs.shrinks_by_itself(mp) == [1, 3, 3, 3]
    assert notes(capsys) == []


# --- a program that knows nothing of it ---

SCRIPT = """
import multiprocessing, sys
sys.path.insert(0, {folder!r})
import lost_programs as programs

if __name__ == "__main__":
    programs.{call}
"""


@linux_only
@per_method
@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            "in_a_manager(mp, programs.change_copies)",
            "a change was lost: `table.get('a').append(2)`",
        ),
        ("with_segment(mp, 'early')", "Unlinked too early: parent unlinked a segment"),
        ("with_segment(mp, 'by a child')", "Unlinked too early: child-1 unlinked a segment"),
        (
            "leak(mp, 'Semaphore', programs.work_without_release, [1, 0], [0, 1], [1])",
            "no slot left: child-1 acquired one (lost_programs.py, line ",
        ),
        ("merge(mp, programs.read_until_none, 1)", "A reader that stopped too soon: child-1 "),
        ("in_batches(mp, 'Queue', 'clear')", "a list of 4 arrived with 0, and so in 2 more"),
    ],
)
def test_an_unchanged_program_is_told_the_same(
    call: str, words: str, method: str, tmp_path: Path
) -> None:
    call = call.replace("(mp", f"(multiprocessing.get_context({method!r})")
    (tmp_path / "program.py").write_text(SCRIPT.format(folder=str(HERE), call=call))
    command = [sys.executable, "-m", "mpscope", "run", "--report", "told.txt", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert words in done.stderr
    assert words in (tmp_path / "told.txt").read_text()
