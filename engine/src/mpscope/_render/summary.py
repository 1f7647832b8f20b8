"""A summary of a block in words: the same on every run and under every start method.

    Trace ─▶ processes, Traffic (by totals) ─▶ sentences ─▶ describe(): one a line, for reading
                                                       └▶ alt_text(): short, for a picture

What timing decides is left out, or told in a way that timing cannot change:
  – nothing comes in the order of the clock: processes come in start order, each one's messages in
    its own order, channels so that a reply comes after what it answers;
  – whether a process really had to wait, and which got a lock first, is left out;
  – where several processes draw from one channel, what each got, and what it did with it, depends
    on timing: they are summed up together;
  – of a process that was stopped in the middle of its work, only what others received is told;
  – numbers of three and more digits, and fractions, may be ids and times: they are counted, not
    shown.
"""

from mpscope._diagnosis.copies import changed_copies
from mpscope._diagnosis.own_copies import changed_by_children
from mpscope._diagnosis.remarks import would_not_end
from mpscope._diagnosis.words import clause, counted, in_runs
from mpscope._render.outputs import Text
from mpscope._render.traffic import Traffic
from mpscope._trace.kinds import Ending, Role
from mpscope._trace.processes import FAILED, KILLED, STOPPED, WELL
from mpscope._trace.trace import Trace

ALT_LIMIT = 600


def describe(trace: Trace) -> Text:
    """What happened, a sentence a line."""
    logs = () if trace.incomplete else trace.logs
    lost = [change.short for change in changed_copies(logs)]
    lost += [change.short for change in changed_by_children(logs)]
    return Text("\n".join([*_Teller(trace).sentences(shown=8), *lost]))


def alt_text(trace: Trace) -> str:
    """The same story in at most `ALT_LIMIT` characters."""
    teller = _Teller(trace)
    for shown in (4, 0):
        text = "Timeline of " + " ".join(teller.sentences(shown))
        if len(text) <= ALT_LIMIT:
            return text
    channels = teller.traffic.told(shown=0)  # none, if the processes only fail
    for dropped in range(1, len(channels)):
        told = [*channels[:-dropped], f"{dropped} more channels, locks or proxies."]
        text = "Timeline of " + " ".join([*teller.opening(), *told, *teller.on_processes()])
        if len(text) <= ALT_LIMIT:
            return text
    return text[: ALT_LIMIT - 1] + "…"


class _Teller:
    def __init__(self, trace: Trace) -> None:
        self.trace, self.traffic = trace, Traffic(trace)
        self.was_stopped = trace.outcome.was_stopped

    def sentences(self, shown: int) -> list[str]:
        return [*self.opening(), *self.traffic.told(shown), *self.on_processes()]

    def opening(self) -> list[str]:
        labels = [member.label for member in self.trace.processes]
        told = [f"{counted(len(labels), 'process')}: {in_runs(labels)}."]
        if cut := list(self.trace.incomplete):
            who = in_runs(cut)
            told.append(f"There was no room to record all that {who} did: this is not all.")
        return told

    def on_processes(self) -> list[str]:
        """Who was started by a child, who printed, how everybody ended, and what stopped it all."""
        children: dict[str, list[str]] = {}
        for member in self.trace.processes:
            if member.parent not in ("", "parent"):
                children.setdefault(member.parent, []).append(member.label)
        starts = [f"{starter} starts {in_runs(started)}." for starter, started in children.items()]
        pool = [member.label for member in self.trace.processes if member.role is Role.POOL_WORKER]
        starts += [clause(pool, "works for a pool") + "."] if pool else []
        prints = self.traffic.each(
            self.trace.totals.printed, lambda n: f"prints {counted(n['line'], 'line')}"
        )
        lines = [f"{'; '.join(prints)}."] if prints else []
        held = {} if self.was_stopped else self.trace.logs[0].held_back
        hangs = [would_not_end(queue, count) for queue, count in sorted(held.items())]
        return [*starts, *lines, *self._ends(), *self._stop(), *hangs]

    def _ends(self) -> list[str]:
        ends: dict[str, list[str]] = {}
        crew = [process for process in self.trace.processes if process.role is Role.CHILD]
        for process in crew:
            if process.outcome == STOPPED and self.was_stopped:
                continue  # the verdict tells what it was doing
            if process.outcome in _ENDS:
                how = _ENDS[process.outcome].format(process.how)
                ends.setdefault(how, []).append(process.label)
        if list(ends) == ["ends well"] and len(ends["ends well"]) == len(crew) > 1:
            return ["All children end well."]
        told = [clause(who, how) for how, who in ends.items()]
        return [f"{'; '.join(told)}."] if told else []

    def _stop(self) -> list[str]:
        """How the block was stopped, without the places, which are the traceback's business."""
        graph, ending = self.trace.graph, self.trace.outcome.ending
        if not self.was_stopped:
            return []
        if ending in _STOPS:
            told = "; ".join(f"{who} {what}" for who, what in graph.phrases.items())
            return [f"The block is stopped{_STOPS[ending]}: {told}."]
        wait = graph.phrases["parent"] if "parent" in graph.waits else "waits"
        text = "and no child is left that could end this wait."
        return [f"The block is stopped: the parent {wait}, {text}"]


_STOPS = {
    Ending.DEADLOCK: ", because everybody waits",
    Ending.DEADLINE: " at its deadline",
    Ending.STOPPED: " by mp.stop()",
}
_ENDS = {
    WELL: "ends well",
    FAILED: "ends with {}",
    KILLED: "is killed by {}",
    STOPPED: "is stopped at the end of the block",
}
