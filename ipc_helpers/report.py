"""What each process of a block was doing when it had to be stopped, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipc_helpers.errors import ChildFailed, DeadlineExceeded, IpcError, NobodyLeft
from ipc_helpers.events import Doing, ProcessLog, all_events, main_stack, place, read_folder
from ipc_helpers.recorder import LIBRARY

if TYPE_CHECKING:
    from types import FrameType

    from ipc_helpers.recorder import Recorder
    from ipc_helpers.watched.process import WatchedProcess


def time_is_up(
    box: Recorder, started: list[WatchedProcess], frame: FrameType | None
) -> DeadlineExceeded:
    """The error that lists every process: what it does or waits for, and on which line."""
    logs = {log.label: log for log in read_folder(box.folder)}
    lines = [f"{box.label} {_what_parent_does(logs[box.label], frame)}"]
    lines += [f"{label} {_what_it_does(label, logs, started)}" for label in _labels(logs, started)]
    return DeadlineExceeded(
        "the block did not end before its deadline and was stopped. When time was up,\n"
        + "\n".join(f"  {line}" for line in lines)
    )


def hopeless(box: Recorder, started: list[WatchedProcess]) -> IpcError:
    """The error for a parent that waits for what no process is left to do."""
    logs = {log.label: log for log in read_folder(box.folder)}
    wait = next((doing for doing in logs[box.label].doing() if doing.main), None)
    what = _phrase(wait, logs) if wait else "waits"
    ends = [(child._ipc_label, _how_it_ended(child, logs)) for child in started]
    ends = [(label, end) for label, end in ends if not label.startswith("manager-")]
    story = "; ".join(f"{label} {end}" for label, end in ends) or "none was ever started"
    failed = [label for label, end in ends if end != "ended well"]
    text = f"the parent {what}, and no child is left that could end this wait: {story}."
    if failed:
        return ChildFailed(text + " mp.transcript() has what they said.")
    return NobodyLeft(text + " Something must still be sent, released or closed by somebody.")


def _labels(logs: dict[str, ProcessLog], started: list[WatchedProcess]) -> list[str]:
    labels = [child._ipc_label for child in started]
    return labels + [label for label in logs if label not in labels and label != "parent"]


def _what_parent_does(log: ProcessLog, frame: FrameType | None) -> str:
    for doing in log.doing():
        if doing.main:
            return _phrase(doing, {log.label: log})
    while frame is not None and frame.f_code.co_filename in LIBRARY:
        frame = frame.f_back
    if frame is None:
        return "is busy"
    return f"runs {place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)}"


def _what_it_does(label: str, logs: dict[str, ProcessLog], started: list[WatchedProcess]) -> str:
    child = next((child for child in started if child._ipc_label == label), None)
    if child is not None and child.exitcode is not None:
        return _how_it_ended(child, logs)
    log = logs.get(label)
    if log is None:
        return "is still starting"
    if label.startswith("manager-"):
        return "serves its proxies"
    doing = next((doing for doing in log.doing() if doing.main), None)
    if doing is not None and doing.kind == "end":
        unread = _unread(label, logs)
        if not unread:
            return "has run to its end and is leaving"
        return (
            f"has run to its end and waits, at exit, until somebody reads {unread}: "
            "its feeder thread still holds messages (join before drain)"
        )
    if doing is not None:
        return _phrase(doing, logs)
    at = main_stack(log)
    return f"runs {at}" if at else "is busy"


def _unread(label: str, logs: dict[str, ProcessLog]) -> str:
    """The queues that still hold something this process has put."""
    events = all_events(logs.values())
    read = {(event.channel, event.number) for event in events if event.kind == "receive"}
    mine = [event for event in events if event.process == label and event.kind == "put"]
    left = {e.channel: None for e in mine if not e.number or (e.channel, e.number) not in read}
    return " and ".join(left)


def _how_it_ended(child: WatchedProcess, logs: dict[str, ProcessLog]) -> str:
    code = child.exitcode
    log = logs.get(child._ipc_label)
    if log is not None and log.exception:
        return f"ended with {log.exception}"
    if code is None:
        return "has not ended"
    if code < 0:
        return f"was killed by {signal_name(-code)}"
    return "ended well" if code == 0 else f"ended with exit code {code}"


def signal_name(number: int) -> str:
    """ "SIGKILL" for 9."""
    import signal

    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _phrase(doing: Doing, logs: dict[str, ProcessLog]) -> str:
    at = f" ({doing.where})" if doing.where else ""
    return _wait_for(doing, logs) + at


def _wait_for(doing: Doing, logs: dict[str, ProcessLog]) -> str:
    name = doing.channel
    sender, arrow, receiver = name.partition(" → ")
    about = next((log.about[name] for log in logs.values() if name in log.about), "")
    if doing.kind == "receive":
        return f"waits in {receiver}.recv()" if arrow else f"waits in {name}.get()"
    if doing.kind == "send":
        what = f"{sender}.send()" if arrow else f"{name}.put()"
        return f"waits in {what}: the pipe is full and nobody reads it"
    if doing.kind == "put":
        return f"waits in {name}.put(): the queue is full"
    if doing.kind == "join":
        return f"waits in {name}.join()"
    if doing.kind == "reply":
        return f"waits for {about.rpartition(' ')[2] or 'the manager'} to answer a call on {name}"
    if doing.kind in ("acquire", "wake"):
        waits = about in ("condition", "event", "barrier")
        return (
            f"waits in {name}()"
            if name.endswith(".join")
            else (f"waits in {name}.wait()" if waits else f"waits in {name}.acquire()")
        )
    return "is busy"
