"""Save a block in Chrome's trace-event format, which Perfetto and VizTracer's viewer open.

    a process of the block   a process of the trace, with these tracks:
    its life and its waits   slices ("X") on the track "runs and waits"
    sends, receives, calls   slices on the track "messages", tied together by flows ("s" to "f")
    locks held               slices on a track for each lock
    printed lines, ends      instants ("i")

Times are microseconds since the block began; slices of one track nest or follow each other.
"""

import json
import os
from collections.abc import Iterator
from typing import Any

from mpscope._trace.events import Event
from mpscope._trace.kinds import Kind
from mpscope._trace.scene import Scene
from mpscope._trace.trace import Trace

LIFE, MESSAGES, LOCKS, CALLS = 0, 1, 2, 500  # tracks
BLINK = 20_000  # ns: how long the slice of a send or a receive lasts, if there is room

Record = dict[str, Any]


def save_trace(trace: Trace, path: str | os.PathLike[str]) -> None:
    """Write the trace of a block to a file."""
    scene = trace.scene
    records = [*_names(scene), *_lives(scene), *_messages(scene), *_calls(scene)]
    records += [*_locks(scene), *_instants(scene)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"traceEvents": records, "displayTimeUnit": "ms"}, file, ensure_ascii=False)


def _names(scene: Scene) -> Iterator[Record]:
    for lane, member in enumerate(scene.members):
        yield _named("process_name", lane, 0, name=member.label)
        yield _named("process_sort_index", lane, 0, sort_index=lane)
        yield _named("thread_name", lane, LIFE, name="runs and waits")
        yield _named("thread_name", lane, MESSAGES, name="messages")
        for lock in sorted({hold.what for hold in scene.holds if hold.lane == lane}):
            yield _named("thread_name", lane, _track(scene, lock), name=f"holds {lock}")


def _lives(scene: Scene) -> Iterator[Record]:
    for lane, member in enumerate(scene.members):
        born, alive, gone = scene.since(member.started_ns), scene.alive(member), scene.gone(member)
        if alive > born:
            yield _slice(lane, LIFE, "starts up", "process", born, alive)
        args = {"ends": member.how or member.outcome}
        yield _slice(lane, LIFE, member.label, "process", alive, max(gone, alive), **args)
        at = alive
        for wait in (wait for wait in scene.waits if wait.lane == lane):
            start, stop = max(wait.start, at), min(wait.stop, gone)
            if stop > start:
                yield _slice(lane, LIFE, wait.what or "waits for an answer", "wait", start, stop)
                at = stop


def _messages(scene: Scene) -> Iterator[Record]:
    """A slice for each send, receive and call; a flow from each send to its receive."""
    leaves = scene.trace.leaves
    moments = [event for event in scene.events if leaves(event) or event.kind == Kind.RECEIVE]
    moments += [event for event in scene.events if event.kind == Kind.REPLY]
    points = sorted((scene.lanes[event.process], _point(scene, event), event) for event in moments)
    received = [(e.channel, e.number) for e in moments if e.kind == Kind.RECEIVE and e.number]
    ids = {message: at for at, message in enumerate(received, 1)}  # numbers: Perfetto wants them
    for at, (lane, time, event) in enumerate(points):
        verb = "call" if event.kind == Kind.REPLY else event.kind
        name = f"{verb} {event.channel}: {event.what}"
        args = {"message": event.what, "bytes": event.size, "where": event.where}
        stop = scene.since(event.time_ns) if event.kind == Kind.REPLY else time + BLINK
        if at + 1 < len(points) and points[at + 1][0] == lane:
            stop = min(stop, max(points[at + 1][1], time + 1))
        yield _slice(lane, MESSAGES, name, "message", time, stop, **args)
        flow = ids.get((event.channel, event.number))
        if flow and event.kind == Kind.RECEIVE:
            yield _flow("f", lane, time, flow, bp="e")
        elif flow and leaves(event):
            yield _flow("s", lane, time, flow)


def _calls(scene: Scene) -> Iterator[Record]:
    """A blink on the server's lane for each call: when exactly it served it, nobody knows."""
    for server, source in sorted({(call.target, call.source) for call in scene.calls}):
        name = f"calls of {scene.members[source].label}"
        yield _named("thread_name", server, CALLS + source, name=name)
    for flow, call in enumerate(scene.calls, len(scene.messages) + 1):
        middle, track = (call.left + call.came) // 2, CALLS + call.source
        name = f"{call.channel}: {call.text}"
        yield _slice(call.target, track, name, "call", middle, middle + 1000)
        yield _flow("s", call.source, call.left, flow)
        yield _flow("f", call.target, middle, flow, bp="e", track=track)


def _point(scene: Scene, event: Event) -> int:
    begins = event.kind in (Kind.SEND, Kind.REPLY)
    return scene.since(event.began_ns if begins else event.time_ns)


def _locks(scene: Scene) -> Iterator[Record]:
    for hold in scene.holds:
        track = _track(scene, hold.what)
        yield _slice(hold.lane, track, hold.what, "lock", hold.start, hold.stop)


def _track(scene: Scene, lock: str) -> int:
    return LOCKS + scene.locks.index(lock)


def _instants(scene: Scene) -> Iterator[Record]:
    for mark in scene.marks:
        yield _instant(mark.lane, mark.time, mark.kind, mark.text)
    for lane, member in enumerate(scene.members):
        if member.how:
            yield _instant(lane, scene.gone(member), "end", member.how)


# -- records of the format ------------------------------------------------------------------------


def _on(lane: int, track: int) -> Record:
    """A process's first track has the process's number: viewers call it its main thread."""
    return {"pid": lane + 1, "tid": 1000 * (lane + 1) + track if track else lane + 1}


def _named(what: str, lane: int, track: int, **args: object) -> Record:
    return {"ph": "M", "name": what, **_on(lane, track), "args": args}


def _slice(
    lane: int, track: int, name: str, cat: str, start: int, stop: int, **args: object
) -> Record:
    times = {"ts": start / 1000, "dur": (stop - start) / 1000}
    return {"ph": "X", "name": name, "cat": cat, **_on(lane, track), **times, "args": args}


def _flow(
    phase: str, lane: int, time: int, flow: int, track: int = MESSAGES, **more: object
) -> Record:
    named = {"ph": phase, "name": "message", "cat": "message", "id": flow}
    return {**named, **_on(lane, track), "ts": time / 1000, **more}


def _instant(lane: int, time: int, kind: str, text: str) -> Record:
    at = {**_on(lane, LIFE), "ts": time / 1000}
    return {"ph": "i", "s": "t", "name": f"{kind}: {text}", "cat": kind, **at}
