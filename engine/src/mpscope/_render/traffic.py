"""What went through each channel of a block, in sentences that are the same on every run."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from mpscope._diagnosis.words import called, clause, counted, submitted, times
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.tasks import PoolLog
from mpscope._trace.totals import natural, squeezed
from mpscope._trace.trace import Trace

_CHANGING = re.compile(r"\d{3}|\d\.\d|\de-\d")


class Traffic:
    def __init__(self, trace: Trace) -> None:
        self.trace, self.totals = trace, trace.totals
        self.was_stopped = trace.outcome.was_stopped
        self._ranks = {process.label: at for at, process in enumerate(trace.processes)}

    def told(self, shown: int) -> list[str]:
        """A sentence for each queue, pipe, lock and proxy that was used."""
        totals = self.totals
        told = [(channel, self._traffic(channel, shown)) for channel in totals.channels()]
        others = sorted(totals.did.keys() - totals.sent.keys(), key=natural)
        told += [(channel, self._deeds(channel)) for channel in others]
        told += [self._service(proxy) for proxy in sorted(totals.calls, key=natural)]
        told += [(pool.name, self._work(pool)) for pool in self.trace.pools.values()]
        return [f"{name}: {'; '.join(parts)}." for name, parts in told if parts]

    def _traffic(self, channel: str, shown: int) -> list[str]:
        """ "child-1 puts 1", "child-2 puts 2", "parent gets all 2" """
        sent = self.totals.sent[channel]
        pipe = self.totals.kind(channel) is ChannelKind.PIPE
        does, gets = ("sends", "receives") if pipe else ("puts", "gets")
        values = {who: self._values(who, sent[who], shown) for who in self._in_order(sent)}
        if channel in self.totals.private:
            parts = [clause([who], f"{does} messages") for who in sent]
        elif len(values) <= 4 and all(values.values()):
            parts = [f"{who} {does} {text}" for who, text in values.items()]
        else:
            table = {who: Counter(message=len(sent[who])) for who in sent}
            parts = self.each(table, lambda n: f"{does} {counted(n['message'], 'message')}")
        return parts + self._reception(channel, gets, shown) + self._deeds(channel)

    def _values(self, who: str, values: list[str], shown: int) -> str:
        """The messages themselves, if they are few and the same on every run."""
        if who in self.totals.vague or who in self.totals.rivals or len(values) > shown:
            return ""
        if any(_CHANGING.search(value) for value in values):
            return ""
        values = [squeezed(value) for value in values]
        return ", ".join(value if len(value) <= 24 else value[:22] + "…" for value in values)

    def _reception(self, channel: str, gets: str, shown: int) -> list[str]:
        """ "parent gets all 3" """
        totals, sent = self.totals, self.totals.sent[channel]
        got = totals.got.get(channel, Counter())
        who = self._in_order(got)
        count, of = sum(got.values()), sum(map(len, sent.values()))
        if channel in totals.private:
            return [clause(who, f"{gets} messages")] if count else []
        if totals.vague & got.keys():
            return []
        if totals.vague & sent.keys():  # how many more it sent, nobody knows
            known = not self.was_stopped and len(who) == 1
            text = self._values(who[0], totals.read[channel], shown) if known else ""
            text = text or (counted(count, "message") if known else "messages")
            return [clause(who, f"{gets} {text}", "together ")] if count else []
        if channel in totals.read_past_us:
            return []
        if self.trace.incomplete and count != of:
            return [clause(who, f"{gets} {counted(count, 'message')}", "together ")] * bool(count)
        if not count:
            return [f"nobody {gets} {'it' if of == 1 else 'them'}"]
        what = {1: "it", 2: "both"}.get(of, f"all {of}") if count == of else f"{count} of {of}"
        return [clause(who, f"{gets} {what}", "together ")]

    def _deeds(self, channel: str) -> list[str]:
        """ "child-1 and child-2 each hold it 3 times" """
        table, told = self.totals.did.get(channel, {}), []
        for deed, usual in _PREDICATES.items():
            mine = {who: Counter(n=done[deed]) for who, done in table.items() if done[deed]}
            words = _OF_SOME.get((deed, self.totals.kind(channel)), usual)
            counted = deed in _COUNTED and channel not in self.totals.in_conditions
            told += self.each(mine, _saying(words, counted)) if words else []
        return told

    def _service(self, proxy: str) -> tuple[str, list[str]]:
        """ "results in manager-1": "child-1 and child-2 each call append", "parent calls copy" """
        totals = self.totals
        found = self.trace.channels.get(proxy)
        server = found.server if found and found.server else "its manager"
        table = {
            who: self._sure(calls, proxy in totals.conditions) if who in totals.looping else calls
            for who, calls in totals.calls[proxy].items()
        }
        told = self.each(table, lambda n: "calls " + called(n) if n else "waits")
        return f"{proxy} in {server}", told

    def _sure(self, calls: Counter[str], condition: bool) -> Counter[str]:
        """The calls of a process that may have looked once or twice, and may have waited."""
        return Counter({method: 1 for method in calls if not (condition and "wait" in method)})

    def _work(self, pool: PoolLog) -> list[str]:
        """ "parent submits 8 calls of square", "2 of them fail" """
        calls: dict[str, Counter[str]] = {}
        for submission in pool.submissions.values():
            calls.setdefault(submission.process, Counter())[submission.what] += submission.calls
        told = [f"{who} submits {submitted(calls[who])}" for who in self._in_order(calls)]
        failed = 0 if self.was_stopped else sum(pool.failures().values())
        if failed:
            told.append(f"{failed} of them {'fails' if failed == 1 else 'fail'}")
        return told

    def each(self, table: Mapping[str, Counter[str]], say: Callable[..., str]) -> list[str]:
        """ "child-1 and child-2 each print 1 line", "a, b and c together print 9 lines".

        ``say`` makes the predicate, in the singular, from the numbers of one process or group.
        """
        alone: dict[str, list[str]] = {}
        together: dict[tuple[str, ...], Counter[str]] = {}
        for who in self._in_order(table):
            group = tuple(self._in_order(self.totals.rivals.get(who, ())))
            if who in self.totals.vague:
                continue
            if not group:
                alone.setdefault(say(table[who]), []).append(who)
            else:
                together.setdefault(group, Counter()).update(table[who])
        if len(alone) > 4:
            everybody = tuple(self._in_order(who for group in alone.values() for who in group))
            together[everybody] = sum((table[who] for who in everybody), Counter())
            alone = {}
        told = [clause(who, predicate, "each ") for predicate, who in alone.items()]
        return told + [clause(who, say(n), "together ") for who, n in together.items()]

    def _in_order(self, labels: Iterable[str]) -> list[str]:
        return sorted(labels, key=lambda label: self._ranks.get(label, len(self._ranks)))


_PREDICATES = {
    "drop": "puts what cannot be pickled",
    "eof": "reads to the end",
    "broken": "finds no reader",
    "acquire": "holds it",
    "timeout": "waits for it in vain",
    "set": "sets it",
    "clear": "clears it",
    "notify": "calls notify()",
    "wake": "waits for it",
}
_OF_SOME: dict[tuple[str, ChannelKind | None], str] = {
    ("acquire", ChannelKind.SEMAPHORE): "passes it",
    ("wake", ChannelKind.BARRIER): "waits for all",
    ("wake", ChannelKind.CONDITION): "",
}
_COUNTED = {"acquire", "set", "clear", "notify", "wake"}


def _saying(predicate: str, counted: bool) -> Callable[[Counter[str]], str]:
    return lambda n: predicate + (times(n["n"]) if counted else "")
