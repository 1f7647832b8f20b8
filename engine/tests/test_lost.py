"""What a program loses without a word is told, by whom and where; what is kept is not."""

from __future__ import annotations

import re
import sys
from typing import Any

import lost_programs as programs
import pytest
from observing import as_in_a_notebook, notes, per_method  # noqa: F401

from mpscope import observe
from mpscope._diagnosis import remarks
from mpscope.errors import DeadlineExceeded, IpcError

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
    with observe(method) as mp:
        programs.in_a_manager(mp, programs.put_back)
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
