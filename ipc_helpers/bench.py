"""What a channel costs: channels side by side, measured so that the numbers can be believed.

    parent ─▶ producer ── messages, through each channel in turn ──▶ consumer
                 ▲──────────────── "I have had them all" ◀────────────┘

Both sides live as long as the comparison, pinned to the cores that were asked for. In each round
every channel carries one burst, in random order; the clock runs from the first send until the
consumer has said that it has had the last message. Two channels are compared by the ratio of their
bursts in the *same* round: what the machine does beside, it does to both. No process of the
caller's is pinned, and none outlives the call.

    compare(["Queue", "Pipe"], size=8)        python -m ipc_helpers.bench
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, NamedTuple

from ipc_helpers.bench_channels import CHANNELS, Channel, installed
from ipc_helpers.charts import Chart, Spread, in_figures
from ipc_helpers.words import said
from ipc_helpers.workers import bursts

FEWEST_ROUNDS, MOST_ROUNDS = 5, 25
BIRTH_S = 10.0  # for both sides to be born, on a busy machine


class Claim(NamedTuple):
    """`slow` takes at least so many times as long as `fast`."""

    slow: str
    fast: str
    at_least: float


class Quartiles(NamedTuple):
    """Of the ratios of all rounds: a quarter is below `low`, a half below `median` ..."""

    low: float
    median: float
    high: float


class Comparison:
    """Seconds per message for each channel, a list with one value per round."""

    def __init__(self, seconds: dict[str, list[float]], size: int, pinned: bool) -> None:
        self.seconds, self.size, self.pinned = seconds, size, pinned

    def ratio(self, slow: str, fast: str) -> Quartiles:
        """How many times as long `slow` took as `fast`, round by round."""
        pairs = zip(self.seconds[slow], self.seconds[fast], strict=True)
        return Quartiles(*statistics.quantiles([one / other for one, other in pairs], n=4))

    def holds(self, claim: Claim) -> bool:
        """Whether it is true for the round in the middle."""
        return self.ratio(claim.slow, claim.fast).median >= claim.at_least

    def picture(self, base: str, claims: Iterable[Claim] = ()) -> Chart:
        """Each channel's time as a multiple of the base's: medians, quartiles, a scale of tens."""
        spread = {name: self.ratio(name, base) for name in self.seconds}
        return Spread(
            spread, " ".join(map(self.words, claims)) or said("chart.times", base=base), f"× {base}"
        )

    def words(self, claim: Claim) -> str:
        """What may be said about two channels, whatever the exact ratio is."""
        how = "chart.holds" if self.holds(claim) else "chart.holds_not"
        return said(how, slow=claim.slow, fast=claim.fast, ratio=in_figures(claim.at_least))


def compare(
    names: Sequence[str],
    size: int,
    claims: Iterable[Claim] = (),
    cores: tuple[int, int] | None = None,
    method: str | None = None,
) -> Comparison:
    """Measure these channels (see `CHANNELS`) with messages of `size` bytes, 8 or more.

    Goes on until every claim holds, for at least `FEWEST_ROUNDS` and at most `MOST_ROUNDS`: on a
    busy machine the median needs more of them.

    Args:
        cores: of producer and consumer; None: both on the first core that this process may use.
            Where a system does not pin processes, they run anywhere, and `pinned` is False.
        method: the start method; else IPC_START_METHOD, else spawn.

    Raises ValueError for lists of long messages, TimeoutError if a burst does not end, and
    RuntimeError if a side has died.
    """
    if unfit := [name for name in names if not fits(name, size)]:
        raise ValueError(f"a hundred messages of {size:,} bytes are no good list: {unfit}")
    mp = get_context(method or os.environ.get("IPC_START_METHOD", "spawn"))
    cores = cores or one_core()
    results, of_producer = mp.Pipe()
    orders, of_consumer = mp.Pipe()
    channels: dict[str, Channel] = {}
    sides: list[BaseProcess] = []
    try:
        for name in names:
            channels[name] = CHANNELS[name](mp, size, cores[0])
        tasks = (bursts.produce, (channels, orders, of_producer, size, cores[0]))
        for target, args in (tasks, (bursts.consume, (channels, of_consumer, cores[1]))):
            sides.append(mp.Process(target=target, args=args, daemon=True))  # type: ignore[attr-defined]
            sides[-1].start()
        for end in (of_producer, orders, of_consumer):
            end.close()
        comparison = Comparison({name: [] for name in names}, size, can_pin())
        claims = list(claims)
        for number in range(1, MOST_ROUNDS + 1):
            for name, seconds in _answer(results, sides, len(names)).items():
                comparison.seconds[name].append(seconds)
            if number >= FEWEST_ROUNDS and all(map(comparison.holds, claims)):
                break
            results.send("go on")
        return comparison
    finally:
        for side in sides:
            side.kill()
            side.join()
        for channel in channels.values():
            channel.close()
        results.close()


def _answer(results: Connection, sides: Iterable[BaseProcess], count: int) -> Any:
    """The producer's next round; a side that has died is an error, and so is silence."""
    happened = wait([results, *(side.sentinel for side in sides)], BIRTH_S + bursts.WAIT_S * count)
    if not happened:
        raise TimeoutError("a burst of messages has not come to its end")
    if happened == [results]:
        with suppress(EOFError):  # its end of the line is closed before it counts as ended
            return results.recv()
    raise RuntimeError("the producer or the consumer of the comparison has died")


def fits(name: str, size: int) -> bool:
    """Whether messages of that size are sent through such a channel: lists are for small ones."""
    return size <= bursts.SMALL or CHANNELS[name].batch == 1


def can_pin() -> bool:
    """Whether a process can be told on which core to run: Linux."""
    return hasattr(os, "sched_setaffinity")


def one_core() -> tuple[int, int]:
    """Producer and consumer on the same core."""
    first = min(os.sched_getaffinity(0)) if can_pin() else 0
    return first, first


def two_cores() -> tuple[int, int]:
    """Producer and consumer apart, if this process may use two cores."""
    cores = sorted(os.sched_getaffinity(0)) if can_pin() else [0]
    return cores[0], cores[-1]


def main() -> None:
    """Print a table: every channel that is installed, as a multiple of Pipe's time per message."""
    for size in (8, 1024, 65_536, 1 << 20):
        names = [name for name in installed() if fits(name, size)]
        result = compare(names, size)
        head = "chart.pinned" if result.pinned else "chart.not_pinned"
        print(f"\n{said(head, size=size, base='Pipe')}")
        for name in names:
            low, median, high = result.ratio(name, "Pipe")
            micro = 1e6 * statistics.median(result.seconds[name])
            print(f"  {name:<24}{median:8.2f}  ({low:.2f} to {high:.2f})  {micro:10.2f} µs")


if __name__ == "__main__":
    main()
