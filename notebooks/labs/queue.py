"""The lab of lesson 02: producers, a queue, consumers.

producer A ──┐                    ┌──▶ consumer 1
producer B ──┼──▶ box (maxsize) ──┤
producer C ──┘                    └──▶ consumer 2        the parent only starts and joins
"""

from __future__ import annotations

from typing import Any

from ipc_helpers.labs.controls import Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, outcomes, received, yes
from ipc_helpers.workers import labs as workers
from mpscope import Kind, Message, Trace

MOST_MESSAGES = 300
HANG_S = 3.0
WAITED_S = 0.002  # a shorter wait is only the time that the call takes


class QueueLab(Lab):
    """Lesson 02's panel: which order does a queue keep, and who waits for whom?"""

    name = "queue"
    controls = (
        Number("producers", 3, 1, 6),
        Number("consumers", 1, 0, 6),
        Number("messages", 4, 1, 50),
        Number("size", 10, 1, 200_000),
        Number("maxsize", 0, 0, 100),
        Number("pause_ms", 0, 0, 500),
    )

    def refuse(self, settings: dict[str, Any]) -> str:
        count = settings["producers"] * settings["messages"]
        if count > MOST_MESSAGES:
            return self.says("too_many", count=count, most=MOST_MESSAGES)
        if count * settings["size"] > 50_000_000:
            return self.says("too_big")
        return self.says("too_long") if self._work_s(settings) > 20 else ""

    def _work_s(self, settings: dict[str, Any]) -> float:
        count = settings["producers"] * settings["messages"]
        return count * settings["pause_ms"] / 1000 / max(1, settings["consumers"])

    def time_limit(self, settings: dict[str, Any]) -> float:
        return HANG_S if not settings["consumers"] else 6 + 1.5 * self._work_s(settings)

    def experiment(
        self,
        mp: Any,
        producers: int,
        consumers: int,
        messages: int,
        size: int,
        maxsize: int,
        pause_ms: int,
    ) -> None:
        box = mp.Queue(maxsize)
        makers = [
            mp.Process(
                target=workers.produce, args=(box, name, messages, size), name=f"producer {name}"
            )
            for name in "ABCDEF"[:producers]
        ]
        takers = [
            mp.Process(
                target=workers.consume, args=(box, pause_ms / 1000), name=f"consumer {number + 1}"
            )
            for number in range(consumers)
        ]
        for child in takers + makers:
            child.start()
        for child in makers:
            child.join()
        for _ in takers:  # a sentinel for each consumer, after the last message
            box.put(None)
        for child in takers:
            child.join()

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        if not settings["consumers"]:
            return self.look_at_unended(run, settings)
        count, got = settings["producers"] * settings["messages"], _messages(run.trace)
        order = [event.what.strip("'").rstrip(".") for event in got]
        names = "ABCDEF"[: settings["producers"]]
        kept = all(
            [n for n in order if n[0] == name]
            == [f"{name}{k}" for k in range(1, settings["messages"] + 1)]
            for name in names
        )
        well = [outcome for outcome in outcomes(run).values() if outcome == "well"]
        facts = (
            self.says("all", count=count, got=len(got)),
            self.says("kept", yes=yes(kept)),
            self.says("well", well=len(well), count=len(outcomes(run))),
        )
        return Seen(facts, self._sentence(settings, run.trace, order))

    def _sentence(self, settings: dict[str, Any], trace: Trace, order: list[str]) -> str:
        how = "order_long" if len(order) > 14 else "order"
        told = [self.says(how, order=" ".join(order[:14]))]
        if settings["producers"] > 1:
            told.append(self.says("between"))
        put, get = _waited(trace, Kind.PUT), _waited(trace, Kind.RECEIVE)
        if put > 0.02 and settings["maxsize"]:
            told.append(self.says("full", seconds=put))
        if get > 0.02:
            told.append(self.says("empty", seconds=get))
        return " ".join(told)

    def look_at_unended(self, run: Run, settings: dict[str, Any]) -> Seen:
        """Nobody gets the messages, or not all of them."""
        count = settings["producers"] * settings["messages"]
        put = sum(event.process != "parent" for event in run.trace.stream(Kind.PUT))
        ended = sum(outcome == "well" for outcome in outcomes(run).values())
        facts = (
            self.says("returned", put=put, count=count),
            self.says("received", got=len(_messages(run.trace))),
            self.says("ended", ended=ended, count=settings["producers"]),
        )
        if put < count:
            return Seen(facts, self.says("wait_in_put"))
        return Seen(facts, self.says("cannot_end" if ended < settings["producers"] else "lost"))


def _messages(trace: Trace) -> list[Message]:
    """Those that were received, without the sentinels."""
    return [message for message in received(trace, "box") if message.what != "None"]


def _waited(trace: Trace, kind: Kind) -> float:
    """Seconds that the children spent waiting in put or get, all together."""
    times = [
        (e.time_ns - e.began_ns) / 1e9
        for e in trace.stream(kind)
        if e.process != "parent" and e.channel == "box"
    ]
    return sum(time for time in times if time > WAITED_S)


queue_lab = QueueLab
