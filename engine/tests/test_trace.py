"""`mp.trace`: typed facts about a block; `mp.save_trace()`: Chrome's format, its rules checked."""

from __future__ import annotations

import json
import pickle
import tracemalloc
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timeline_programs as programs
from observing import as_in_a_notebook  # noqa: F401
from outside import START_METHODS

from mpscope import (
    BlockOutcome,
    ChannelKind,
    Ending,
    Kind,
    ProcessOutcome,
    Role,
    SpanKind,
    Trace,
    describe,
    observe,
)
from mpscope._render.chrome_trace import save_trace

Record = dict[str, Any]
NEEDED = {  # by the format, beside name, ph, pid and tid
    "M": {"args"},
    "X": {"ts", "dur", "cat", "args"},
    "s": {"ts", "cat", "id"},
    "f": {"ts", "cat", "id", "bp"},
    "i": {"ts", "s"},
}
PROGRAMS = [
    *(programs.producers, programs.conversation, programs.shared, programs.rivals),
    *(programs.lockers, programs.meeting_place, programs.bad_ends, programs.join_before_drain),
]


def check(path: Path) -> list[Record]:
    """Hold a trace against the format; return its records."""
    content = json.loads(path.read_text(encoding="utf-8"))
    assert set(content) == {"traceEvents", "displayTimeUnit"}
    assert content["displayTimeUnit"] in ("ms", "ns")
    records: list[Record] = content["traceEvents"]
    for record in records:
        assert {"name", "ph", "pid", "tid"} <= set(record)
        assert NEEDED[record["ph"]] <= set(record), record
        assert isinstance(record["pid"], int) and isinstance(record["tid"], int)
        assert record.get("ts", 0) >= 0 and record.get("dur", 0) >= 0
        assert record.get("s", "t") in ("g", "p", "t")
    named = {record["pid"] for record in records if record["name"] == "process_name"}
    assert named == {record["pid"] for record in records}
    tracks = slices_by_track(records)
    for track in tracks.values():
        check_nesting(track)
    check_flows(records, tracks)
    return records


def slices_by_track(records: list[Record]) -> dict[tuple[int, int], list[tuple[float, float]]]:
    tracks = defaultdict(list)
    for record in records:
        if record["ph"] == "X":
            start = record["ts"]
            tracks[record["pid"], record["tid"]].append((start, start + record["dur"]))
    return tracks


def check_nesting(track: list[tuple[float, float]]) -> None:
    """Slices of a track lie inside each other, or apart."""
    open_until: list[float] = []
    for start, stop in sorted(track, key=lambda slice: (slice[0], -slice[1])):
        while open_until and open_until[-1] <= start + 1e-6:
            open_until.pop()
        assert not open_until or stop <= open_until[-1] + 1e-6
        open_until.append(stop)


def check_flows(
    records: list[Record], tracks: dict[tuple[int, int], list[tuple[float, float]]]
) -> None:
    """A flow has one beginning and one end, later, each inside a slice of its track."""
    ends: dict[str, dict[int, Record]] = {"s": {}, "f": {}}
    for record in records:
        if record["ph"] in ends:
            flow = record["id"]
            assert isinstance(flow, int)  # Perfetto refuses names
            assert flow not in ends[record["ph"]]
            ends[record["ph"]][flow] = record
            around = tracks[record["pid"], record["tid"]]
            assert any(start <= record["ts"] <= stop for start, stop in around)
    assert ends["s"].keys() == ends["f"].keys()
    for flow, start in ends["s"].items():
        assert start["ts"] <= ends["f"][flow]["ts"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_trace_keeps_the_rules(program: Callable[[str], Any], tmp_path: Path) -> None:
    mp = program(START_METHODS[-1])
    mp.save_trace(tmp_path / "trace.json")
    records = check(tmp_path / "trace.json")
    names = [r["args"]["name"] for r in records if r["name"] == "process_name"]
    assert names[0] == "parent"
    assert len(names) >= 2
    assert all(any(r["pid"] == n and r["ph"] == "X" for r in records) for n in (1, 2))


def test_messages_are_tied_together_and_calls_lead_to_the_server(tmp_path: Path) -> None:
    programs.conversation(START_METHODS[-1]).save_trace(tmp_path / "pipe.json")
    records = check(tmp_path / "pipe.json")
    flows = [
        (r["ph"], r["pid"]) for r in sorted(records, key=lambda r: r.get("ts", 0)) if "id" in r
    ]
    assert flows == [("s", 2), ("f", 1), ("s", 1), ("f", 2)]
    slices = {r["name"] for r in records if r["ph"] == "X" and r["cat"] == "message"}
    assert "send child_conn → parent_conn: 'Hi daddy!'" in slices

    programs.shared(START_METHODS[-1]).save_trace(tmp_path / "manager.json")
    records = check(tmp_path / "manager.json")
    assert {r["pid"] for r in records if r["ph"] == "f"} == {2}  # manager-1
    assert sum(r["ph"] == "s" for r in records) == 10


def test_a_big_trace_keeps_the_rules(tmp_path: Path) -> None:
    save_trace(programs.made_up(7, 2000), tmp_path / "big.json")
    assert len(check(tmp_path / "big.json")) > 6000


# -- mp.trace -------------------------------------------------------------------------------------


def test_a_trace_knows_processes_channels_and_messages() -> None:
    with observe(START_METHODS[-1]) as mp:
        numbers = mp.Queue(2)
        mine, yours = mp.Pipe()
        lock, gate = mp.Lock(), mp.Barrier(2)
        child = mp.Process(target=programs.put_next, args=(numbers, 1))
        child.start()
        assert numbers.get() == 2
        child.join()
        mp.Process(target=programs.fail, name="loser").start()
        with lock, mp.Manager() as manager:
            manager.list().append(gate.parties)
        mine.send("hello")
        assert yours.recv() == "hello"
    trace = mp.trace
    assert trace is mp.trace and trace.outcome == BlockOutcome(Ending.ENDED)
    told = {p.label: (p.parent, p.role, p.outcome, p.exception_type) for p in trace.processes}
    assert told == {
        "parent": ("", Role.PARENT, ProcessOutcome.WELL, ""),
        "child-1": ("parent", Role.CHILD, ProcessOutcome.WELL, ""),
        "loser": ("parent", Role.CHILD, ProcessOutcome.FAILED, "ValueError"),
        "manager-1": ("parent", Role.SERVER, ProcessOutcome.WELL, ""),
    }
    first, loser = trace.process("child-1"), trace.process("loser")
    assert first.started_ns < first.alive_ns < first.ended_ns <= loser.started_ns
    assert (first.exit_code, loser.exit_code) == (0, 1)
    kinds = {channel.name: (channel.kind, channel.size) for channel in trace.channels.values()}
    assert kinds["numbers"] == (ChannelKind.QUEUE, 2)
    assert kinds["lock"] == (ChannelKind.LOCK, None)
    assert trace.channels["mine → yours"].ends == ("mine", "yours")
    assert {c.server for c in trace.channels.values() if c.kind is ChannelKind.PROXY} == {
        "manager-1"
    }
    found = [(m.channel, m.what, m.sender, m.receiver) for m in trace.messages]
    assert found == [
        ("numbers", "2", "child-1", "parent"),
        ("mine → yours", "'hello'", "parent", "parent"),
    ]
    assert all(0 < m.sent_ns <= m.received_ns for m in trace.messages)
    assert [(line.process, line.text) for line in trace.prints if line.stream is Kind.PRINT] == [
        ("child-1", "I put 2")
    ]
    holds = [span for span in trace.spans if span.kind is SpanKind.HOLDING]
    assert [(span.process, span.what) for span in holds] == [("parent", "lock")]
    assert all(span.start_ns <= span.stop_ns for span in trace.spans)


def test_a_trace_knows_who_waited_when_the_block_was_stopped() -> None:
    trace = programs.join_before_drain(START_METHODS[-1]).trace
    assert trace.outcome.was_stopped and trace.outcome.message
    wait, end = trace.waits["parent"], trace.waits["child-1"]
    assert (wait.operation, wait.target, wait.channel) == (Kind.JOIN, "child-1", None)
    assert wait.unblockers == ("child-1",) and not wait.bounded
    assert wait.where.startswith("timeline_programs.py, line ")
    assert end.operation is Kind.END and end.channel is not None
    assert end.channel.kind is ChannelKind.QUEUE and end.unblockers == ("parent",)


def test_the_tasks_of_a_pool_are_spans_and_what_was_polled_is_no_pool() -> None:
    with observe(START_METHODS[-1]) as mp:
        done = mp.Event()
        with mp.Pool(1) as pool:
            assert pool.map(abs, [-1, -2], chunksize=1) == [1, 2]
        while not done.is_set():
            mp.account()  # puts on record what has been polled
            done.set()
    trace = mp.trace
    assert list(trace.pools) == ["pool"]
    tasks = [span for span in trace.spans if span.kind is SpanKind.TASK]
    assert [(span.process, span.what) for span in tasks] == [("pool-worker-1", "abs")] * 2
    assert tasks[0].start_ns <= tasks[0].stop_ns <= tasks[1].start_ns
    others = [s for s in trace.spans if s.process == "pool-worker-1" and s.kind != SpanKind.TASK]
    assert {(span.kind, span.what) for span in others} == {(SpanKind.WAITING, "for a task")}


def test_a_trace_travels_as_a_pickle() -> None:
    trace = programs.join_before_drain(START_METHODS[-1]).trace
    other = pickle.loads(pickle.dumps(trace))
    assert describe(other) == describe(trace)
    assert other.processes == trace.processes and other.waits == trace.waits
    assert list(other.events) == list(trace.events)
    with pytest.raises(AttributeError):
        other.outcome = None


def test_a_stream_has_the_events_in_order_and_keeps_none() -> None:
    trace = programs.producers(START_METHODS[-1]).trace
    assert list(trace.stream()) == list(trace.events) == trace.events[:]
    puts = list(trace.stream(Kind.PUT, Kind.SEND))
    assert {event.kind for event in puts} == {Kind.PUT, Kind.SEND}
    assert [event for event in trace.events if event.kind in (Kind.PUT, Kind.SEND)] == puts


def test_many_messages_cost_little_memory(tmp_path: Path) -> None:
    """Half a gigabyte for a million messages, as three million events; here for 30,000."""
    with observe(START_METHODS[0], 60) as mp:
        numbers = mp.Queue()
        mp.Process(target=programs.put_many, args=(numbers, 30_000)).start()
        for _ in range(30_000):
            numbers.get()
    tracemalloc.start()
    trace = Trace(mp.trace.logs, mp.trace.outcome)
    count = sum(1 for _ in trace.stream(Kind.RECEIVE))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    logs = sum(len(log.box) for log in trace.logs)
    assert count == 30_000
    assert logs + peak < 15e6, f"{logs / 1e6:.1f} MB of records, {peak / 1e6:.1f} MB more"
