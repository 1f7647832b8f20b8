"""`mp.save_trace()` writes Chrome's trace-event format: the rules of the format, checked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timeline_programs as programs
from observing import as_in_a_notebook  # noqa: F401
from outside import START_METHODS

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
