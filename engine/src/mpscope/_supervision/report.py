"""What each process of a block was doing when it had to be stopped, in plain words."""

import contextlib
from types import FrameType

from mpscope import errors
from mpscope._diagnosis.pools import ends_of_terminated, has_failures, recognise
from mpscope._diagnosis.states import at_work
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import SHOWN, circle, either, listed, together
from mpscope._recording import clock
from mpscope._recording.identity import stat_of
from mpscope._recording.library import own_frames
from mpscope._recording.passed_channels import given_in_vain
from mpscope._recording.polls import note_polls
from mpscope._recording.process import WatchedProcess
from mpscope._recording.recorder import Recorder, function_of
from mpscope._recording.records import CODE
from mpscope._recording.tracebacks import last_line
from mpscope._supervision.killing import survives_terminate
from mpscope._supervision.own_things import own_things
from mpscope._supervision.processes import identities, lives, runs
from mpscope._supervision.threads import holds_tasks_up, is_library
from mpscope._trace.kinds import Role
from mpscope._trace.logs import ProcessLog, read_folder
from mpscope._trace.stacks import Frame
from mpscope._trace.trace import Trace
from mpscope._trace.waiting import WELL, End, Pattern, Standing, WaitGraph, killed_by

HINT = "mp.waits() shows who waits for whom."
_STOPPED = "the block was stopped"
_LATE = (
    "the block did not end before its deadline of {:g} s and was stopped "
    "(observe(deadline_s=...) sets another)"
)


def look(box: Recorder, started: list[WatchedProcess], frame: FrameType | None = None) -> Account:
    """Where every process of the block stands now; `frame` is what the parent runs."""
    note_polls(box)
    # asked before the logs are read: whatever ends meanwhile would seem to have left work undone
    codes = {child._ipc_label: _exit_code(child) for child in started}
    dead = {stem for stem, who in identities(box.folder) if not lives(who.pid)}
    logs = read_folder(box.folder)
    known = {log.label: log for log in logs}
    # a join() that has just been told of the end, and was interrupted, keeps the code to itself
    gone = {label for label, code in codes.items() if code is not None}
    gone |= {log.label for log in logs if log.stem in dead}
    labels = list(dict.fromkeys([box.label, *codes, *known]))
    ends = {who: _how_it_went(known.get(who), codes.get(who)) for who in labels if who in gone}
    ends.update(ends_of_terminated(logs, ends))
    stopped = {log.label for log in logs[1:] if getattr(stat_of(log.pid), "state", "") == "T"}
    parent = at_work(box.label, _what_runs(frame))
    account = Account(logs, ends, labels, parent, stopped - set(ends))
    account.given_in_vain, account.held_up = given_in_vain(box), holds_tasks_up(frame)
    terminated = {label for log in logs for label in log.terminated} - set(ends)
    account.survivors = [it for it in terminated & set(known) if survives_terminate(known[it].pid)]
    account.own_things = list(own_things(box, account, started, frame))
    return account


def lost_some(box: Recorder) -> bool:
    """True if children have ended themselves: time was up, and this process too late to see it."""
    if clock.monotonic_ns() >= box.block.deadline_ns:
        with contextlib.suppress(OSError):
            return any(log.overdue for log in read_folder(box.folder))
    return False


def afterwards(trace: Trace) -> Account:
    """Where everybody stands when the block is over: nowhere."""
    logs = {log.label: log for log in trace.logs}
    ends = {it.label: _how_it_went(logs.get(it.label), it.exit_code) for it in trace.processes[1:]}
    ends.update(ends_of_terminated(trace.logs, ends))
    left = Standing("parent", "has left the block", runs=True)
    return Account(trace.logs, ends, [process.label for process in trace.processes], left)


def time_is_up(account: Account, still: bool, deadline_s: float) -> errors.IpcError:
    """The error that lists every process: what it does or waits for, and on which line.

    ``still`` says that no process is seen to move; if their waits can never end, it is what it
    would have been a moment later: a `Deadlock`, or the error for a parent that is left alone.
    """
    overdue = any(log.overdue for log in account.logs.values())  # they died of the same deadline
    if still and account.cannot_end() and not account.others and not overdue:
        return deadlock(account) if account.living()[1:] else hopeless(account)
    return _listing(
        errors.DeadlineExceeded, f"{_LATE.format(deadline_s)}. When time was up,", account
    )


def unseen(error: Exception, stopped: bool, deadline_s: float) -> errors.IpcError:
    """The error where nobody can look: the program has used up all descriptors, for example."""
    kind, first = (errors.BlockStopped, _STOPPED) if stopped else (errors.DeadlineExceeded, _LATE)
    why = error.strerror if isinstance(error, OSError) else last_line(error)
    text = f"{first.format(deadline_s)}. Who waited for whom, nobody could see: {why}."
    return _error(kind, Account([], {}, []), text)


def stopped(account: Account) -> errors.IpcError:
    return _listing(errors.BlockStopped, f"{_STOPPED}. At that moment,", account)


def deadlock(account: Account) -> errors.IpcError:
    text = "every process waits, and none of these waits can end, so the block was stopped:"
    return _listing(errors.Deadlock, text, account)


def hopeless(account: Account) -> errors.IpcError:
    """The error for a parent that waits for what no process is left to do."""
    standing = next(iter(account.standings.values()))
    what = standing.text if standing.wait else "waits"
    servers = {log.label for log in account.logs.values() if log.role is Role.SERVER}
    ends = {who: end for who, end in account.ends.items() if who not in servers}
    failed = [label for label, end in ends.items() if not end.well]
    text = f"the parent {what}, and no child is left that could end this wait: {_story(ends)}."
    known = "".join(f"\n{pattern}" for pattern in recognise(account))
    if failed:
        hint = " mp.transcript() has what they said."
        return _error(errors.ChildFailed, account, text, hint, known)
    text += " Something must still be sent, released or closed by somebody."
    return _error(errors.NobodyLeft, account, text + known)


def _story(ends: dict[str, End]) -> str:
    """How all have ended; those of many that ended alike, together."""
    groups: dict[object, list[str]] = {}
    for label, end in ends.items():
        groups.setdefault(end.text if len(ends) > SHOWN + 1 else label, []).append(label)
    told = [together(labels, ends[labels[0]].text) for labels in groups.values()]
    return listed(told, "; ") or "none was ever started"


def no_result(account: Account, reason: Pattern) -> errors.IpcError:
    """The error for a parent that waits for a pool, in vain, as `reason` proves."""
    what = next(iter(account.standings.values())).text
    told = f"the parent {what}, and no child is left that could end this wait.\n{reason}"
    return _error(errors.ChildFailed if has_failures(account) else errors.NobodyLeft, account, told)


def stillborn(account: Account) -> errors.IpcError:
    """The error for a start that waits for a child which has ended before it read its arguments."""
    label = [label for label in account.ends if label not in account.logs][-1]
    text = (
        f"{label} {account.ends[label]}, and start() waited for it to read them.\n"
        "It failed while it began: in an import of the main module, for example."
    )
    return _error(errors.ChildFailed, account, text)


def interrupted(account: Account) -> str:
    """What to say when Ctrl-C ends a block; the only text with times, which no two runs share."""
    text = f"{told('interrupted. When Ctrl-C came,', account)}\n{HINT}"
    return "\n".join([text, *how_long(account)])


def how_long(account: Account) -> list[str]:
    """A line on how long each had waited by then, if anybody had."""
    ages = [(s.label, account.time_ns - s.wait.began_ns) for s in account.waiting() if s.wait]
    waited = listed([f"{label} for {age / 1e9:.1f} s" for label, age in ages])
    return [f"Waited until then: {waited}."] if waited else []


def told(first: str, account: Account) -> str:
    """A line for each process, who could end its wait, the circle, what that is known as."""
    lines = [first, *account.lines()]
    if len(account.cycle) > 1:
        lines.append(f"They wait in a circle: {circle(account.cycle)}.")
    if account.others:
        lines.append(f"These waits may still be ended by {either(account.others)}.")
    return "\n".join([*lines, *map(str, recognise(account))])


def _listing(kind: type[errors.IpcError], first: str, account: Account) -> errors.IpcError:
    return _error(kind, account, told(first, account), f"\n{HINT}")


def _error(
    kind: type[errors.IpcError], account: Account, text: str, hint: str = "", more: str = ""
) -> errors.IpcError:
    """An error with all that it has to know; `hint` needs the block's `mp`."""
    error = kind(text + hint + more)
    error.account, error.plain = account, text + more
    return error


def _what_runs(frame: FrameType | None) -> Frame | None:
    """The innermost frame of the user's; of a library's, if there is none of theirs."""
    running = list(own_frames(frame))
    users = (inner for inner in running if not is_library(inner.f_code.co_filename))
    found = next(users, next(iter(running), None))
    return found and Frame(found.f_code.co_filename, found.f_lineno, function_of(found.f_code))


def _exit_code(child: WatchedProcess) -> int | None:
    if child._popen is None:
        return child._ipc_stillborn
    return None if child._closed or runs(child) else child.exitcode


def _how_it_went(log: ProcessLog | None, code: int | None = None) -> End:
    """How a process ended; of one that another child had started, only its log knows the code."""
    if log is not None and log.exception:
        return End(f"ended with {log.exception}")
    if log is not None and log.overdue:
        return End("was ended by the block, whose time was over")
    if code is None and log is not None:
        codes = [event[1] for event in log.records() if event[7] == CODE["end"] and event[0]]
        code = codes[-1] if codes else None
    if code is None:
        return End("ended abruptly")
    unborn = log is None or not log.begun
    when = " before reading any argument" if unborn else ""
    if code < 0:  # its own crash has left a stack; but the deadline asks for stacks, too
        crashed = log is not None and log.stack.startswith("Fatal Python error")
        frame = log.main_frame() if log and crashed else None
        return killed_by(-code, f" at {frame.place}" if frame else when)
    if code == 0:
        return WELL
    return End(f"ended with exit code {code}{when}", exit_code=code, unborn=unborn)


def wait_graph(account: Account) -> WaitGraph:
    """Who waited for whom when the account was taken."""
    patterns = tuple(recognise(account))
    return WaitGraph(
        standings=account.standings,
        outlooks={s.label: account.outlook(s) for s in account.waiting()},
        cycle=tuple(account.cycle),
        others=tuple(account.others),
        patterns=patterns,
        words=(*account.lines(), *map(str, patterns)),
        time_ns=account.time_ns,
    )
