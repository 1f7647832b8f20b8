"""Where each process stands: at work, waiting, or ended; what a wait is for, and who could end it.

ProcessLog (what it has begun), Tally (who uses what) ─▶ Whereabouts.of() ─▶ Standing, Waiting
"""

from collections.abc import Collection, Iterable, Mapping

from mpscope._diagnosis.usage import Tally
from mpscope._trace.channels import Channel, may_be_read_past_us
from mpscope._trace.events import Events
from mpscope._trace.kinds import ChannelKind, Kind, Role
from mpscope._trace.logs import Doing
from mpscope._trace.stacks import Frame
from mpscope._trace.waiting import End, Standing, Waiting, asked_of, call_of

_ANSWERS = {"get": "puts something into {}", "put": "gets something from {}"}
_ANSWERS |= {"join": "calls {}.task_done()", "acquire": "releases {}", "wait": "wakes {}"}
_WAKES = {"Event": "sets {}", "Condition": "notifies {}", "Barrier": "calls {}.wait()"}

BUSY = Standing("parent", "is busy", runs=True)


class Whereabouts:
    """Reads from the logs where each process stands.

    Args:
        tally: what the logs add up to.
        ends: how the processes that have ended did.
        parent: where the parent stands if it does not wait.
        stopped: those that a signal has stopped (SIGSTOP, SIGTSTP).
    """

    def __init__(
        self, tally: Tally, ends: Mapping[str, End], parent: Standing, stopped: Collection[str] = ()
    ) -> None:
        self.tally, self.ends, self.parent, self.stopped = tally, ends, parent, stopped
        logs = tally.logs.values()
        self._pool_workers = {log.label for log in logs if log.role is Role.POOL_WORKER}

    def of(self, label: str) -> Standing:
        """Where one process stands."""
        if label in self.ends:
            return Standing(label, str(self.ends[label]), end=self.ends[label])
        log = self.tally.logs.get(label)
        if log is None:
            return Standing(label, "is still starting")
        if label in self.stopped:
            return Standing(label, "is stopped by a signal, and goes on when SIGCONT comes")
        if log.role is Role.SERVER:
            return Standing(label, "serves its proxies", serves=True)
        doing = log.main_wait()
        if doing is None:
            return self.parent if log.role is Role.PARENT else at_work(label, log.main_frame())
        if doing.kind == "end":
            return self._at_its_end(label, doing)
        if doing.kind == "idle":  # serves whoever submits something
            return Standing(label, f"waits for a task of {doing.channel}", serves=True)
        wait = self.of_thread(label, doing)
        return Standing(label, self._phrase(doing), wait, place=doing.where)

    def _at_its_end(self, label: str, doing: Doing) -> Standing:
        unread = [q for q in _unread(label, self.tally.events) if self.tally.is_full(q)]
        if any(it.function == "_shutdown" for it in self.tally.logs[label].main_frames()):
            return Standing(label, "has run to its end and waits, at exit, for a thread of its own")
        if not unread or self.tally.is_cut:
            return Standing(label, "has run to its end and is leaving")
        readers = self.tally.did("receive", unread[0])
        known = " (join before drain)" * (not readers or not readers <= self.tally.ended)
        text = (
            f"has run to its end and waits, at exit, until somebody reads {' and '.join(unread)}: "
            f"its feeder thread still holds messages{known}"
        )
        unblockers = self._unblockers(label, unread[0], "receive", not_by={"put"})
        until = f"gets everything from {unread[0]}"
        channel = self.tally.channels.get(unread[0])
        wait = Waiting(
            *(label, Kind.END, channel, unread[0], unblockers, False, until, doing.began_ns)
        )
        return Standing(label, text, wait)

    def _phrase(self, doing: Doing) -> str:
        name, channel = doing.channel, self.tally.channels.get(doing.channel)
        if doing.asks:
            return f"asks {asked_of(doing.what, name, channel)} again and again"
        call = _special(doing, channel) or call_of(doing.kind, name, channel)
        if doing.kind == "send":
            unread = not may_be_read_past_us(channel, self.tally.logs.values())
            return f"waits in {call}: the pipe is full" + unread * " and nobody reads it"
        if doing.kind == "put":
            return f"waits in {call}: the queue is full"
        if doing.kind == "collect":
            return f"waits for a result of {name}"
        if doing.kind == "shutdown":
            return f"waits until {name} has ended"
        if doing.kind == "reply":
            server = channel.server if channel else ""
            method = doing.call.method if doing.call else ""
            return f"waits for {server or 'the manager'} to answer {name}.{method}()"
        return f"waits in {call}" if call else "is busy"

    def of_thread(self, label: str, doing: Doing) -> Waiting | None:
        """What one of its threads waits for, if that is a wait."""
        found = self._until(label, doing)
        if found is None:
            return None
        until, unblockers = found
        channel = self.tally.channels.get(doing.channel)
        return Waiting(
            process=label,
            operation=doing.kind,
            channel=channel,
            target=doing.channel,
            unblockers=unblockers,
            bounded=not doing.unbounded,
            until=until,
            began_ns=doing.began_ns,
            call=doing.call,
            where=doing.where,
            asks=asked_of(doing.what, doing.channel, channel) if doing.asks else "",
            text=_special(doing, channel),
        )

    def _until(self, me: str, doing: Doing) -> tuple[str, tuple[str, ...]] | None:
        name, kind, channel = doing.channel, doing.kind, self.tally.channels.get(doing.channel)
        about, ends = (channel.kind, channel.ends) if channel else (None, None)
        if doing.asks and (kind == "reply" or about is ChannelKind.LOCK or doing.what == "qsize()"):
            changed = asked_of(doing.what, name, channel).removesuffix(".qsize()")
            return f"changes {changed}", self.tally.in_order(self.tally.can_reach(name) - {me})
        if kind == "receive" and ends:
            return f"sends through {ends[0]}", self._unblockers(me, name, "send", end=ends[0])
        if kind == "receive":
            put = f"puts something into {name}"
            return put, self._unblockers(me, name, "send", not_by={"receive"})
        if kind == "send" and ends:
            return f"receives from {ends[1]}", self._unblockers(me, name, "receive", end=ends[1])
        if kind in ("send", "put"):
            got = f"gets something from {name}"
            return got, self._unblockers(me, name, "receive", not_by={"send", "put"})
        if kind == "join":
            return "ends", self.tally.in_order([name])
        if kind in ("collect", "shutdown"):
            deed = "returns it" if kind == "collect" else "has done its tasks"
            return deed, self._workers(name)
        if kind == "reply":
            method = doing.call.method if doing.call else ""
            holders = self.tally.holders(name) if method == "acquire" else set()
            here = self.tally.tried["wake", name] if method == "wait" else set()
            unblockers = self.tally.in_order(holders or self.tally.can_reach(name) - {me} - here)
            deed = _WAKES.get(channel.type if channel else "", _ANSWERS["wait"])
            deed = deed if method == "wait" else _ANSWERS.get(method, "uses {}")
            return deed.format(name), unblockers
        if kind == "acquire" and about is not ChannelKind.SEMAPHORE:
            return f"releases {name}", self.tally.in_order(self.tally.holders(name))
        if kind == "acquire":
            holders = self.tally.slot_holders(name)
            return f"releases {name}", (
                self.tally.in_order(holders - {me} or holders)
                or self._unblockers(me, name, "release")
            )
        if channel is not None and about is ChannelKind.TASKS:
            queue = channel.of
            return f"calls {queue}.task_done()", self._unblockers(me, queue, "receive")
        if kind in ("set", "notify"):
            return f"wakes from {name}.wait()", self.tally.in_order(self._sleepers(me, name))
        if kind == "wake" and about is ChannelKind.BARRIER:
            missing = self.tally.can_reach(name) - self.tally.tried["wake", name] - {me}
            if "parent" not in self.tally.did("wake", name):
                missing -= {"parent"}  # it makes a barrier, and need not be a party
            return f"calls {name}.wait()", self.tally.in_order(missing)
        if kind == "wake":
            deed = "notify" if about is ChannelKind.CONDITION else "set"
            verb = f"notifies {name}" if deed == "notify" else f"sets {name}"
            return verb, self._unblockers(me, name, deed, not_by={"wake"})
        return None

    def _sleepers(self, me: str, name: str) -> set[str]:
        """Who waits for it, and has not woken: those who never can, if there are any."""
        waiting = self.tally.tried["wake", name]
        lost = waiting & self.tally.ended
        return lost or ({me} if self.tally.sets_what_it_awaits(me, name) else waiting - {me})

    def _workers(self, name: str) -> tuple[str, ...]:
        """Those of a pool: the living, if there are any, else all that it ever had."""
        workers = self.tally.given[name]
        return self.tally.in_order(workers - self.tally.ended or workers)

    def _unblockers(
        self, me: str, name: str, use: str, end: str = "", not_by: Iterable[str] = ()
    ) -> tuple[str, ...]:
        """Who has used a channel that way; else who could; not those who use it the other way."""
        active = self.tally.did(use, name) - {me}
        if active and not active <= self.tally.ended:
            return self.tally.in_order(active)
        able = self.tally.can_reach(end or name) - {me}
        tally = self.tally
        others = set().union(*(tally.did(use, name) | tally.tried[use, name] for use in not_by))
        others -= self._pool_workers  # whose next task may use it the other way
        able = (able - others or able) | active
        alive = able - self.tally.ended
        return self.tally.in_order(alive | active if alive else able)


def _special(doing: Doing, channel: Channel | None) -> str:
    """The call that a process is in, where its kind does not tell."""
    is_special = doing.kind is Kind.RECEIVE and doing.what and not doing.asks
    return asked_of(doing.what, doing.channel, channel) if is_special else ""


def at_work(label: str, frame: Frame | None) -> Standing:
    """Where a process stands that does not wait; without a frame, nobody knows at which line."""
    if frame is None or not frame.place:
        return Standing(label, "is busy", runs=True)
    return Standing(label, "runs", runs=True, place=frame.place, source=frame.source)


def _unread(label: str, events: Events) -> list[str]:
    """The queues that still hold something this process has put."""
    read = {(event.channel, event.number) for event in events if event.kind == "receive"}
    mine = [event for event in events if event.process == label and event.kind == "put"]
    left = {e.channel: None for e in mine if not e.number or (e.channel, e.number) not in read}
    return list(left)
