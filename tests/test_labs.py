"""The labs: what they show, how they stop, what they refuse, and that they leave nothing.

From code (`run_now`), and by their buttons, which run them in threads.  `conftest` looks after each
test for processes and names that are left.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from threading import Timer
from types import SimpleNamespace
from typing import Any

import pytest
from observing import as_in_a_notebook, at_most, folders, per_method  # noqa: F401
from outside import START_METHODS

from ipc_helpers import (
    anatomy_lab,
    birth_lab,
    index_lab,
    manager_lab,
    pipe_lab,
    player_lab,
    queue_lab,
    segment_lab,
    torn_lab,
    two_memories_lab,
)
from ipc_helpers.folders import sweep
from ipc_helpers.interleaving import explore
from ipc_helpers.labs import anatomy as parts
from ipc_helpers.labs import birth as births
from ipc_helpers.labs import index as indexes
from ipc_helpers.labs import manager as shelves
from ipc_helpers.labs import panel, player, segment, torn
from ipc_helpers.labs import pipe as ends
from ipc_helpers.labs import two_memories as things
from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import labs as workers
from mpscope import Kind, observe
from mpscope.errors import WrongUse

LABS = {
    "two-memories": two_memories_lab,
    "queue": queue_lab,
    "pipe": pipe_lab,
    "manager": manager_lab,
    "birth": birth_lab,
    "index": index_lab,
    "anatomy": anatomy_lab,
    "torn": torn_lab,
    "player": player_lab,
    "segment": segment_lab,
}
per_lab = pytest.mark.parametrize("make", LABS.values(), ids=LABS)
STOP_S = 1.5  # the promise is one second; half a second is for a machine that is busy with others


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 3
    while (left := set(threading.enumerate()) - before) and time.monotonic() < until:
        time.sleep(0.02)
    assert not left


def status(lab: Lab) -> tuple[str, str]:
    """The state that the panel shows, and its words."""
    _, _, rest = lab._status.value.partition('data-state="')
    state, _, words = rest.partition('">')
    return state, words.removesuffix("</p>")


def wait_until(condition: Any, seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


# ---- from code ---------------------------------------------------------------------------------

QUEUE_RUNS = [
    (
        {},
        """12 messages were put, 12 were received, each once
        the messages of each producer came in its own order: yes
        processes that ended well: 4 of 4""",
    ),
    (
        {"consumers": 2, "maxsize": 1, "pause_ms": 5},
        """12 messages were put, 12 were received, each once
        the messages of each producer came in its own order: yes
        processes that ended well: 5 of 5""",
    ),
    (
        {"consumers": 0},
        """calls of put() that returned: 12 of 12
        messages received: 0
        producers that ended: 3 of 3""",
    ),
    (
        {"consumers": 0, "maxsize": 2},
        """calls of put() that returned: 2 of 12
        messages received: 0
        producers that ended: 0 of 3""",
    ),
    (
        {"consumers": 0, "size": 200_000},
        """calls of put() that returned: 12 of 12
        messages received: 0
        producers that ended: 0 of 3""",
    ),
]
PIPE_RUNS = [
    (
        {},
        """ann sent 3, received 0, ended well
        bob sent 0, received 3, ended well
        bob | end of file after 3 messages""",
    ),
    (
        {"parent_closes": False},
        """ann sent 3, received 0, ended well
        bob sent 0, received 3, never ended""",
    ),
    (
        {"bob_closes": False},
        """ann sent 3, received 0, ended well
        bob sent 0, received 3, never ended""",
    ),
    (
        {"plot": ends.HANG_UP, "kind": "simplex"},
        """ann sent 1, received 0, ended well
        bob sent 0, received 1, ended well
        ann | BrokenPipeError: nobody is left to read""",
    ),
    (
        {"plot": ends.HANG_UP, "parent_closes": False},
        """ann sent 2, received 0, ended well
        bob sent 0, received 1, ended well
        ann | nobody will read message 2, and nobody has told me""",
    ),
    (
        {"plot": ends.TALK, "messages": 5, "size": 500_000},
        """ann sent 5, received 5, ended well
        bob sent 5, received 5, ended well
        ann | the talk is over
        bob | the talk is over""",
    ),
    (
        {"plot": ends.TALK, "kind": "simplex"},
        """ann sent 1, received 0, ended with OSError
        bob sent 0, received 1, ended with OSError""",
    ),
    (
        {"plot": ends.CLASH},
        """ann sent 3, received 3, ended well
        bob sent 3, received 3, ended well
        ann | the talk is over
        bob | the talk is over""",
    ),
    (
        {"plot": ends.CLASH, "size": 500_000},
        """ann sent 0, received 0, never ended
        bob sent 0, received 0, never ended""",
    ),
]
MINE = """child 1 | I see [1, 0]
    child 2 | I see [0, 2]
    parent | I see [0, 0]
    calls to a server by each child: 0"""
OURS = """child 1 | I see [1, 2]
    child 2 | I see [1, 2]
    parent | I see [1, 2]
    calls to a server by each child: {}"""
MANAGER_RUNS = [
    ({"mechanism": shelves.PLAIN}, MINE),
    ({"mechanism": shelves.COPY}, MINE),
    ({"mechanism": shelves.ARRAY}, OURS.format(0)),
    ({"mechanism": shelves.SHAREABLE}, OURS.format(0)),
    ({"mechanism": shelves.MANAGED}, OURS.format(2)),
    (
        {"operation": shelves.ADD_LOCKED, "times": 7},
        """child 1 | I see [14, 0]
        child 2 | I see [14, 0]
        parent | I see [14, 0]
        calls to a server by each child: 15""",
    ),
    ({"operation": shelves.ADD, "times": 3}, "calls to a server by each child: 7"),
    (
        {"operation": shelves.READ},
        """child 1 | I see [0, 0]
        child 2 | I see [0, 0]
        parent | I see [0, 0]
        calls to a server by each child: 4""",
    ),
]


BORN = """children that reached their target: 2 of 2
    parent calls start()
    parent pickles the argument
    child runs the file of the worker
    child rebuilds the argument
    child runs the target
    exit codes: 0"""
FORKED = """children that reached their target: 2 of 2
    parent calls start()
    child runs the target
    exit codes: 0"""
INHERITED = """children that reached their target: 2 of 2
    exit codes: 0"""
UNBORN = """children that reached their target: 0 of 2
    exit codes: 1"""
REFUSED = """start() refused: CannotPickle
    children born: 0 of 2"""
BIRTH_RUNS = [  # facts under fork, and under the other two
    ({"memory_mb": 20}, FORKED, BORN),
    ({"argument": births.LAMBDA}, INHERITED, REFUSED),
    ({"argument": births.FRAGILE}, INHERITED, UNBORN),
    ({"argument": births.LOST}, INHERITED, UNBORN),
]


PARTS = """calls of put() that returned: {} of 10
    messages that arrived: {} of 10
    the parent came to its end: {}"""
ANATOMY_RUNS = [
    ({}, 10, 10, "yes"),
    ({"leave": parts.FLUSH}, 10, 10, "yes"),
    ({"leave": parts.EXIT}, 10, 0, "no"),
    ({"leave": parts.CANCEL}, 10, 0, "no"),
    ({"leave": parts.EXIT, "size": 10}, 10, 10, "yes"),
    ({"leave": parts.EXIT, "reads": parts.EARLY}, 10, 10, "yes"),
    ({"maxsize": 3}, 3, 0, "no"),
    ({"maxsize": 3, "reads": parts.EARLY}, 10, 10, "yes"),
]
WHOLE = """the reader gets: {} bytes of A
    the reader gets: 6 bytes of B
    the reader gets: end of file"""
TORN_RUNS = [
    ({"size": 4092}, WHOLE.format(4092)),
    (
        {"size": 4093},
        """the reader gets: 4092 bytes of A, and 1 of somebody else
        the reader gets: OSError: got end of file during message""",
    ),
    ({"size": 4093, "lock": True}, WHOLE.format(4093)),
    ({"size": 10_000, "lock": True}, WHOLE.format(10_000)),
    (
        {"hands": torn.READERS, "size": 11},
        """A took the header: 11 bytes follow
        B received a message: 7 bytes""",
    ),
    (
        {"hands": torn.READERS, "size": 11, "lock": True},
        """A received its message: 11 bytes
        B received a message: 4 bytes""",
    ),
]
PLAYER_RUNS = [
    (
        {"schedule": "BAAB"},
        """turn 1, B: read (the count is 0)
        turn 2, A: read (the count is 0)
        turn 3, A: write (the count is 1)
        turn 4, B: write (the count is 1)
        outcome: 1""",
    ),
    (
        {"program": player.BOTH, "schedule": "ABBA"},
        """turn 1, A: read (the count is 0)
        turn 2, B waits for lock, which A holds
        turn 3, A: write (the count is 1)
        turn 4, B: read (the count is 1)
        turn 5, B: write (the count is 2)
        outcome: 2""",
    ),
    (
        {"program": player.CIRCLE},
        """turn 1, A: take left
        turn 2, B: take right
        turn 3, A waits for right, which B holds
        turn 4, B waits for left, which A holds
        outcome: deadlock: A waits for right, which B holds; B waits for left, which A holds""",
    ),
]
SEGMENT_RUNS = [
    (
        {},
        """parent creates: mapped by parent; with a name
        child 1 attaches: mapped by parent, child 1; with a name
        child 1 reads (Hello): mapped by parent, child 1; with a name
        child 1 closes: mapped by parent; with a name
        parent closes: mapped by nobody; with a name
        parent unlinks: nothing is left""",
    ),
    (
        {"plot": segment.EARLY},
        """parent creates: mapped by parent; with a name
        parent unlinks: mapped by parent; without a name
        child 1 attaches (FileNotFoundError): mapped by parent; without a name
        parent closes: nothing is left""",
    ),
    (
        {"plot": segment.MEANWHILE},
        """parent creates: mapped by parent; with a name
        child 1 attaches: mapped by parent, child 1; with a name
        parent unlinks: mapped by parent, child 1; without a name
        child 1 reads (Hello): mapped by parent, child 1; without a name
        child 1 closes: mapped by parent; without a name
        parent closes: nothing is left""",
    ),
    (
        {"plot": segment.FORGOTTEN},
        """parent creates: mapped by parent; with a name
        child 1 attaches: mapped by parent, child 1; with a name
        child 1 reads (Hello): mapped by parent, child 1; with a name
        child 1 closes: mapped by parent; with a name
        parent closes: mapped by nobody; with a name""",
    ),
    (
        {"plot": segment.TWICE},
        """parent creates: mapped by parent; with a name
        child 1 attaches: mapped by parent, child 1; with a name
        child 1 closes: mapped by parent; with a name
        child 1 unlinks: mapped by parent; without a name
        parent closes: nothing is left
        parent unlinks (FileNotFoundError): nothing is left""",
    ),
    (
        {"plot": segment.CLOSED},
        """parent creates: mapped by parent; with a name
        child 1 attaches: mapped by parent, child 1; with a name
        child 1 closes: mapped by parent; with a name
        child 1 reads (TypeError): mapped by parent; with a name
        parent closes: mapped by nobody; with a name
        parent unlinks: nothing is left""",
    ),
]


def lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())


@per_method
@pytest.mark.parametrize(("settings", "facts"), QUEUE_RUNS)
def test_queue(settings: dict[str, Any], facts: str, method: str) -> None:
    result = queue_lab().run_now(method=method, **settings)
    assert str(result) == repr(result) == lines(facts)
    assert result.sentence


@per_method
@pytest.mark.parametrize(("settings", "facts"), PIPE_RUNS)
def test_pipe(settings: dict[str, Any], facts: str, method: str) -> None:
    result = pipe_lab().run_now(method=method, **settings)
    assert str(result) == lines(facts)
    assert result.sentence


@pytest.mark.skipif(sys.platform != "linux", reason="where a writer stops is known on Linux only")
@per_method
@pytest.mark.parametrize(("settings", "facts"), TORN_RUNS)
def test_torn(settings: dict[str, Any], facts: str, method: str) -> None:
    result = torn_lab().run_now(method=method, **settings)
    assert str(result) == lines(facts)
    assert result.sentence


@per_method
@pytest.mark.parametrize(("settings", "facts"), PLAYER_RUNS)
def test_player(settings: dict[str, Any], facts: str, method: str) -> None:
    result = player_lab().run_now(method=method, **settings)
    assert str(result) == lines(facts)
    assert result.error is None and result.sentence


def test_the_player_finds_what_interleavings_finds() -> None:
    """Each schedule: the lab's last line is the outcome in the table."""
    lab = player_lab()
    for program in (player.COUNT, player.CIRCLE):
        cast = player.PROGRAMS[program]
        table = explore(cast, partial(observe, "fork"))
        assert tuple(table) == player.SCHEDULES
        for schedule, run in table.runs.items():
            result = lab.run_now(program=program, schedule=schedule, method="fork")
            assert result.facts[-1] == f"outcome: {run.text}", (program, schedule)


@per_method
@pytest.mark.parametrize(("settings", "facts"), MANAGER_RUNS)
def test_manager(settings: dict[str, Any], facts: str, method: str) -> None:
    result = manager_lab().run_now(method=method, children=2, **settings)
    assert str(result) == lines(facts)
    assert result.sentence


@per_method
@pytest.mark.parametrize(("settings", "forked", "other"), BIRTH_RUNS)
def test_birth(settings: dict[str, Any], forked: str, other: str, method: str) -> None:
    result = birth_lab().run_now(method=method, **settings)
    assert str(result) == lines(forked if method == "fork" else other)
    assert result.sentence
    drawn = [message.text for message in result.mp.trace.scene.messages]
    assert not re.search("[0-9]{6}", " ".join(drawn)), "nobody reads a clock from a picture"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere, unlink() does nothing")
@per_method
@pytest.mark.parametrize(("settings", "facts"), SEGMENT_RUNS)
def test_segment(settings: dict[str, Any], facts: str, method: str) -> None:
    result = segment_lab().run_now(method=method, children=1, **settings)
    assert str(result) == lines(facts)
    assert result.sentence


FAULTS = indexes.IndexLab.controls[0].options
STRUCK = [(fault, who, "fork") for fault in FAULTS for who in ("reader", "parser", "index")]
STRUCK += [(fault, "parser", method) for fault in FAULTS for method in ("spawn", "forkserver")]
STRUCK = [struck for struck in STRUCK if struck[-1] in START_METHODS]


@pytest.mark.parametrize(("fault", "who", "method"), STRUCK)
def test_index(fault: str, who: str, method: str) -> None:
    """The same index for every start method, every fault, and everybody whom it may strike."""
    result = index_lab().run_now(method=method, fault=fault, who=who, documents=3)
    died = int(fault in (indexes.KILL, indexes.LATE))
    assert result.facts == (
        "documents in the index: 3 of 3",
        "the same as one process alone makes: yes",
        f"children started: {4 + died}, of whom died: {died}",
        f"jobs handed out a second time: {died}",
    )
    assert result.sentence and result.error is None


def test_what_an_index_has_written_goes_also_when_its_kernel_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    program = (
        "from ipc_helpers import index_lab\n"
        "index_lab().run_now(fault='always-slow', who='index', documents=12, method='spawn')"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path), "TMPDIR": str(tmp_path)}
    kernel = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, **env})
    wait_until(lambda: list(tmp_path.glob("ipc-index-*/texts/text-12.txt")), 20)
    [texts] = tmp_path.glob("ipc-index-*/texts")
    os.utime(texts, (0, 0))
    sweep(*indexes.FOLDER)
    assert texts.exists(), "its kernel lives"
    kernel.kill()
    kernel.wait()
    index_lab().run_now(documents=2, parsers=1, method=START_METHODS[0])
    assert not list(tmp_path.glob("ipc-index-*"))


@per_method
@pytest.mark.parametrize(("settings", "put", "got", "ended"), ANATOMY_RUNS)
def test_anatomy(settings: dict[str, Any], put: int, got: int, ended: str, method: str) -> None:
    """A message of 200,000 bytes does not fit into any pipe; one of 10 always does."""
    lab = anatomy_lab()
    lab.deadline_s = 2.5  # of those that never end
    result = lab.run_now(method=method, **{"size": 200_000, **settings})
    assert str(result) == lines(PARTS.format(put, got, ended))
    assert result.sentence
    for moment in parts.moments(result.mp.trace.events):
        assert sum(moment[1:]) == put and min(moment[1:]) >= 0, moment
    assert "<caption" in lab._details.value


def test_anatomy_tells_a_busy_feeder_from_an_idle_one() -> None:
    late = anatomy_lab().run_now(size=200_000)
    assert parts.moments(late.mp.trace.events) == [
        ("when_put", 9, 1, 0, 0),
        ("at_end", 0, 0, 0, 10),
    ]
    small = anatomy_lab().run_now(size=10)
    assert parts.moments(small.mp.trace.events)[0] == ("when_put", 0, 0, 10, 0)


def test_anatomy_does_not_take_a_feeder_that_is_slow_for_a_busy_one() -> None:
    """On a busy machine it gets no core for a while: the pipe has room, and nothing moves."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    told, tell = multiprocessing.Pipe(duplex=False)
    box = SimpleNamespace(put=[].append, _buffer=[1], _writer=writer)
    box._notempty = SimpleNamespace(_waiters=[])

    def send_at_last() -> None:
        assert not told.poll(), "nothing was to be seen yet"
        box._buffer.clear()
        box._notempty._waiters.append("the feeder")

    Timer(0.4, send_at_last).start()
    workers.put_and_leave(box, 1, 10, "return", tell)  # type: ignore[arg-type]
    assert told.recv() == "idle"
    for end in reader, writer, told, tell:
        end.close()


def test_anatomy_reads_a_childs_note_that_came_late() -> None:
    told = [
        (Kind.PUT, "box", "1"), (Kind.PUT, "box", "2"), (Kind.SEND, "box", "1"),
        (Kind.RECEIVE, "to_parent", "'busy'"), (Kind.RECEIVE, "box", "1"),
        (Kind.SEND, "to_parent", "'busy'"), (Kind.SEND, "box", "2"), (Kind.RECEIVE, "box", "2"),
    ]  # fmt: skip
    events = [
        SimpleNamespace(kind=kind, channel=channel, what=what, time_ns=time)
        for time, (kind, channel, what) in enumerate(told)
    ]
    found = parts.moments(events)  # type: ignore[arg-type]
    assert found == [("when_put", 1, 1, 0, 0), ("at_end", 0, 0, 0, 2)]


ARRIVES = (things.VALUE, things.MANAGED, things.MESSAGE)  # under every start method, whoever
CHANGES = [
    (what, who, method)
    for what in things.TwoMemoriesLab.controls[0].options
    for who in (things.CHILD, things.BEFORE, things.AFTER)
    for method in (START_METHODS if what not in ARRIVES or who == things.CHILD else ["spawn"])
]


@pytest.mark.parametrize(("what", "who", "method"), CHANGES)
def test_two_memories(what: str, who: str, method: str) -> None:
    result = two_memories_lab().run_now(method=method, what=what, who=who)
    facts = dict(fact.split(": ") for fact in result.facts)
    seen = facts["the parent sees"], facts["the child sees"]
    if what in ARRIVES:
        assert seen == ("new", "new")
    elif who == things.CHILD:
        assert seen == ("old", "new")
    elif who == things.AFTER:
        assert seen == ("new", "old")
    elif what == things.ENVIRON and method == "forkserver":
        assert seen[0] == "new"  # the child's is that of the fork server, whenever it was started
    else:
        arrives = method == "fork" or what != things.GLOBAL
        assert seen == ("new", "new" if arrives else "old")
    same = facts["the object has the same id in both"]
    assert same == ("yes" if method == "fork" else "no")
    if what == things.MESSAGE:
        assert facts["there is the same pipe inside"] == "yes"
    assert workers.board == ["old"] or what == things.GLOBAL


def test_the_same_again_and_the_settings_stay() -> None:
    lab = queue_lab()
    first = lab.run_now(producers=2, messages=3)
    assert str(lab.run_now()) == str(first), "settings that are not given are those of the controls"
    assert lab._fields.settings()["producers"] == 2
    assert first.error is None and first.mp.timeline()
    assert status(lab)[0] == "done" and "<svg" in lab._picture.value


def test_adding_without_a_lock_loses_something() -> None:
    """Seen in 16 of 16 runs; here in one of three."""
    runs = (manager_lab().run_now(operation=shelves.ADD) for _ in range(3))
    assert any("updates were lost" in run.sentence for run in runs)


def test_a_lost_update_is_told() -> None:
    class Unlucky(shelves.ManagerLab):
        def experiment(self, mp: Any, *settings: Any, **more: Any) -> list[int]:
            super().experiment(mp, *settings, **more)
            return [29, 0, 0]

    result = Unlucky().run_now(operation=shelves.ADD)
    assert "30 were added, and the count is 29" in result.sentence
    assert "29" not in str(result)


# ---- what is refused ---------------------------------------------------------------------------

WRONG = [
    (queue_lab, {"producers": 0}, "producers must be from 1 to 6, not 0."),
    (queue_lab, {"messages": 10**6}, "messages must be from 1 to 50, not 1000000."),
    (queue_lab, {"size": -1}, "size must be from 1 to 200000, not -1."),
    (queue_lab, {"size": 2.5}, "size must be a whole number, not 2.5."),
    (queue_lab, {"size": True}, "size must be a whole number, not True."),
    (queue_lab, {"size": "big"}, "size must be a whole number, not 'big'."),
    (queue_lab, {"maxsize": None}, "maxsize must be a whole number, not None."),
    (queue_lab, {"method": "thread"}, "method must be one of "),
    (queue_lab, {"colour": "red"}, "no setting 'colour'; there are producers, "),
    (queue_lab, {"producers": 6, "messages": 51}, "messages must be from 1 to 50"),
    (queue_lab, {"producers": 6, "messages": 50, "size": 200_000}, "more than 50 million bytes"),
    (queue_lab, {"messages": 50, "pause_ms": 500}, "would work for more than 20 s"),
    (torn_lab, {"size": 7}, "size must be from 8 to 10000, not 7."),
    (player_lab, {"schedule": "ABC"}, "schedule must be one of AABB, "),
    (segment_lab, {"children": 7}, "children must be from 1 to 6, not 7."),
    (pipe_lab, {"plot": "a dance"}, "plot must be one of "),
    (pipe_lab, {"parent_closes": "yes"}, "parent_closes must be True or False, not 'yes'."),
    (manager_lab, {"children": 0}, "children must be from 1 to 6, not 0."),
    (manager_lab, {"times": 10**6}, "times must be from 1 to 100"),
    (anatomy_lab, {"messages": 41}, "messages must be from 1 to 40, not 41."),
    (anatomy_lab, {"leave": "flying"}, "leave must be one of "),
    (index_lab, {"parsers": 5}, "parsers must be from 1 to 4, not 5."),
    (birth_lab, {"argument": "a generator"}, "argument must be one of "),
    (birth_lab, {"memory_mb": 401}, "memory_mb must be from 0 to 400, not 401."),
    (two_memories_lab, {"what": "a dream"}, "what must be one of "),
]


@pytest.mark.parametrize(("make", "settings", "sentence"), WRONG)
def test_wrong_settings_are_refused_with_a_sentence(
    make: Any, settings: dict[str, Any], sentence: str
) -> None:
    lab = make()
    before = lab._fields.settings()
    with pytest.raises(WrongUse) as caught:
        lab.run_now(**settings)
    assert sentence in str(caught.value)
    assert lab._fields.settings() == before and not lab._run.began, "nothing was started"


@per_lab
def test_what_is_typed_is_refused_with_a_sentence_and_stays(make: Any) -> None:
    lab = make()
    for name, spec in lab._fields.specs.items():
        if isinstance(spec, Number):
            for typed in (str(spec.low - 1), str(10**9), "2.5", "", "many"):
                lab._fields.widgets[name].value = typed
                state, words = status(lab)
                assert state == "refused" and lab._fields.labels[name] in unescape(words), words
                assert "ipc-wrong" in lab._fields.widgets[name]._dom_classes
                lab.run_button.click()
                assert status(lab) == (state, words) and not lab._run.began, "nothing was started"
                assert lab._fields.widgets[name].value == typed, "and nothing was made of it"
            lab._fields.widgets[name].value = f" {spec.value} "
            assert status(lab) == ("ready", "Ready.")
            assert "ipc-wrong" not in lab._fields.widgets[name]._dom_classes
        if isinstance(spec, Choice):
            shown = lab._fields.widgets[name].options
            assert tuple(value for _, value in shown) == spec.options


def test_an_old_result_is_grey() -> None:
    lab = queue_lab()
    lab.run_now()
    assert "ipc-old" not in lab._dom_classes
    for typed in ("4", "seven"):
        lab._fields.widgets["producers"].value = typed
        assert "ipc-old" in lab._dom_classes
    lab._fields.widgets["producers"].value = "3"
    assert "ipc-old" not in lab._dom_classes, "it is the run of these settings again"


def test_settings_that_do_not_go_together_are_refused_in_the_panel() -> None:
    lab = queue_lab()
    lab._fields.fill({"messages": 50, "pause_ms": 500})
    lab.run_button.click()
    state, words = status(lab)
    assert state == "refused" and "more than 20 s" in words
    assert not lab._run.began and lab.run_button.description == "Run"


# ---- by the buttons ----------------------------------------------------------------------------


@per_method
@per_lab
def test_run_and_run_again(make: Any, method: str) -> None:
    lab = make()
    lab._fields.widgets["method"].value = method
    for _ in range(2 if method == "spawn" else 1):
        with at_most(2.0):  # it only starts a thread, on a machine that may be busy
            lab.run_button.click()  # returns at once: the kernel is free
        assert lab.run_button.description == "Stop" and status(lab)[0] == "running"
        assert all(field.disabled for field in lab._fields.widgets.values())
        assert lab.wait(15)
        assert status(lab)[0] == "done" and lab.run_button.description == "Run"
        assert not any(field.disabled for field in lab._fields.widgets.values())
        assert "<svg" in lab._picture.value and "aria-label" in lab._picture.value
        assert lab._seen.value and "<li>" in lab._details.value


def test_the_picture_is_live() -> None:
    lab, pictures = queue_lab(), []
    lab._picture.observe(lambda change: pictures.append(time.monotonic()), "value")
    lab._fields.fill({"pause_ms": 200})
    lab.run_button.click()
    assert lab.wait(15)
    assert len(pictures) >= 4
    gaps = [b - a for a, b in itertools.pairwise(pictures)][:-1]
    assert min(gaps) >= 0.05, "at most 20 a second"


SLOW: list[tuple[Any, dict[str, Any]]] = [
    (queue_lab, {"messages": 10, "pause_ms": 500}),
    (queue_lab, {"consumers": 0, "maxsize": 1}),
    (queue_lab, {"consumers": 0, "size": 200_000}),
    (pipe_lab, {"parent_closes": False}),
    (pipe_lab, {"plot": ends.CLASH, "size": 500_000}),
    (birth_lab, {"children": 6, "memory_mb": 400}),
    (index_lab, {"fault": indexes.FULL, "who": "index", "documents": 12}),
    (anatomy_lab, {"leave": parts.EXIT, "size": 200_000}),
    (manager_lab, {"children": 6, "operation": shelves.ADD_LOCKED, "times": 100}),
]


@pytest.mark.parametrize(("make", "settings"), SLOW)
def test_stop_works_within_a_second(make: Any, settings: dict[str, Any]) -> None:
    lab = make()
    for name, value in settings.items():
        lab._fields.fill({name: value})
    lab.run_button.click()
    time.sleep(0.5)
    with at_most(STOP_S):
        if lab._run.running:  # type: ignore[union-attr]  # else it would run once more
            lab.run_button.click()
        assert lab.wait(5)
    if status(lab)[0] != "done":  # a quick machine may have been quicker
        assert status(lab)[0] in ("stopped", "ready") and "running" in status(lab)[1]
    assert lab.run_button.description == "Run" and not folders()


def test_what_an_experiment_writes_goes_with_a_run_that_is_stopped() -> None:
    """Stop reaches the experiment anywhere, also while it removes a folder of its own."""

    class Writes(indexes.IndexLab):
        def experiment(self, mp: Any, *settings: Any, **more: Any) -> Any:
            written.append(more["folder"])
            (written[0] / "letter").touch()
            begun.set()
            mp.Event().wait(10)

    lab, written, begun = Writes(), list[Path](), threading.Event()
    lab.start()
    assert begun.wait(5)
    lab.stop()
    assert lab.wait(5) and status(lab)[0] == "stopped"
    assert not written[0].exists() and not folders()


@per_lab
def test_stop_before_it_has_begun(make: Any) -> None:
    lab = make()
    lab.run_button.click()
    with at_most(STOP_S):
        lab.run_button.click()
        assert lab.wait(5)
    assert status(lab)[0] == "stopped" and not folders()


def test_stop_and_reset_where_nothing_runs() -> None:
    lab = queue_lab()
    lab.stop()
    assert status(lab) == ("ready", "Nothing is running.")
    lab._fields.fill({"producers": 5})
    lab.reset_button.click()
    assert status(lab) == ("ready", "Ready.") and lab._fields.settings()["producers"] == 3


def test_reset_while_it_runs() -> None:
    lab = queue_lab()
    lab._fields.fill({"pause_ms": 500})
    lab.run_button.click()
    wait_until(lambda: "<svg" in lab._picture.value)
    with at_most(STOP_S + 1):
        lab.reset_button.click()
    assert status(lab) == ("ready", "Ready.") and lab._fields.settings()["pause_ms"] == 0
    assert "<svg" not in lab._picture.value and not lab._run.running


def test_close_while_it_runs() -> None:
    lab = queue_lab()
    lab._fields.fill({"pause_ms": 500})
    lab.run_button.click()
    time.sleep(0.3)
    with at_most(STOP_S):
        lab.close()
        assert lab.wait(5)


def test_a_cell_that_is_run_again_ends_the_old_run() -> None:
    old = queue_lab()
    old._fields.fill({"pause_ms": 500})
    old.run_button.click()
    time.sleep(0.3)
    with at_most(STOP_S + 0.5):
        new = queue_lab()
    assert not old._run.running
    assert str(new.run_now())


def test_labs_wait_their_turn() -> None:
    first, second = queue_lab(), pipe_lab()
    first._fields.fill({"pause_ms": 300})
    first.run_button.click()
    wait_until(lambda: "<svg" in first._picture.value)
    second.run_button.click()
    wait_until(lambda: status(second)[0] == "waiting")
    assert "waits its turn" in status(second)[1]
    with pytest.raises(WrongUse, match="another lab is running"):
        manager_lab().run_now()
    with pytest.raises(WrongUse, match="this lab is running"):
        first.run_now()
    first.run_button.click()
    assert first.wait(5)
    assert second.wait(10) and status(second)[0] == "done"


def test_while_another_cell_has_an_open_block() -> None:
    lab = queue_lab()
    with observe("spawn"):
        lab.run_button.click()
        wait_until(lambda: status(lab)[0] == "waiting")
        lab.run_button.click()
        assert lab.wait(5)
        assert status(lab) == ("stopped", "Stopped before it had begun.")
        lab.run_button.click()
        wait_until(lambda: status(lab)[0] == "waiting")
    assert lab.wait(10) and status(lab)[0] == "done", "its turn has come"


def test_a_panel_that_is_taken_off_the_page_ends_its_run() -> None:
    lab = queue_lab()
    lab._view_count = 2  # as the page does when it shows a panel, here twice
    lab._fields.fill({"pause_ms": 500})
    lab.run_button.click()
    lab._view_count = 1
    with at_most(STOP_S):
        assert lab.wait(5)
    assert status(lab)[0] == "stopped"


def test_the_status_is_said_once_for_each_state() -> None:
    lab, said, shown = queue_lab(), [], []
    lab._status.observe(lambda change: said.append(status(lab)[0]), "value")
    lab._clock.observe(lambda change: shown.append(change["new"]), "value")
    lab._fields.fill({"pause_ms": 200})
    lab.run_button.click()
    assert lab.wait(15)
    assert said == ["running", "done"] and len(shown) > 3


def test_a_run_that_never_ends_is_no_success_and_names_what_the_reader_knows() -> None:
    lab = pipe_lab()
    lab.run_now(parent_closes=False)
    assert status(lab)[0] == "hung" and "never ended" in status(lab)[1]
    account = unescape(lab._details.value)
    assert "bob waits in" in account and "(lab.mp.waits() draws it.)" in account
    assert ".py" not in account, "no line of a file that the reader has not seen"


# ---- what goes wrong ---------------------------------------------------------------------------


class Clumsy(Lab):
    """A lab that fails where it is told to."""

    name = "clumsy"

    def says(self, key: str, **facts: object) -> str:
        return key

    controls = (Choice("where", "child", ("child", "experiment", "look")),)

    def experiment(self, mp: Any, *settings: Any, **more: Any) -> None:
        if more["where"] == "experiment":
            raise RuntimeError("<b>no luck</b>")
        if more["where"] == "child":
            child = mp.Process(target=workers.change, args=("argument", None))
            child.start()
            child.join()

    def look(self, run: Any, settings: dict[str, Any]) -> Seen:
        if settings["where"] == "look":
            raise KeyError("lost")
        return Seen(("a fact",), "A sentence.")


@pytest.mark.parametrize(
    ("where", "words"),
    [("experiment", "RuntimeError: &lt;b&gt;no luck&lt;/b&gt;"), ("look", "KeyError: &#x27;lost")],
)
def test_errors_appear_in_the_panel(where: str, words: str) -> None:
    lab = Clumsy()
    lab._fields.widgets["where"].value = where
    lab.run_button.click()
    assert lab.wait(5)
    assert status(lab)[0] == "failed" and words in status(lab)[1]
    assert lab.run_button.description == "Run"


def test_a_failed_child_appears_in_the_panel_and_nowhere_else(capfd: Any) -> None:
    lab = Clumsy()
    lab.run_button.click()
    assert lab.wait(5)
    assert "TypeError" in lab._details.value
    assert capfd.readouterr() == ("", "")


def test_a_callback_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = queue_lab()
    monkeypatch.setattr(lab, "_refused", lambda: 1 / 0)
    lab.run_button.click()
    assert status(lab) == ("failed", "ZeroDivisionError: division by zero")


# ---- looks -------------------------------------------------------------------------------------


@per_lab
def test_everything_has_a_full_label_and_a_class(make: Any) -> None:
    lab = make()
    for name, widget in lab._fields.widgets.items():
        assert widget.description
        assert f"ipc-set-{name.replace('_', '-')}" in widget._dom_classes
        if hasattr(widget.style, "description_width") and widget.description:
            assert widget.style.description_width in ("initial", "")
    for part in ("run", "reset"):
        button = getattr(lab, f"{part}_button")
        assert button.description and f"ipc-{part}" in button._dom_classes
    assert {"ipc-lab", f"ipc-lab-{lab.name}"} <= set(lab._dom_classes)
    assert "ipc-status" in lab._status._dom_classes


@per_lab
def test_it_shows_as_a_widget_and_as_a_fixed_text(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(panel, "display", lambda data, raw: shown.append(data))
    make()._ipython_display_()
    monkeypatch.setenv("IPC_START_METHOD", "fork")
    make()._ipython_display_()
    still, widget, again, widget_again = shown
    assert still == again and widget["text/plain"] == widget_again["text/plain"]
    assert widget["text/plain"].startswith("Lab: ")
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert make().question in unescape(still["text/html"]), "for where there are no widgets"
