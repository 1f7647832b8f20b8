"""The bench compares what it says, in ratios of single rounds; it never hangs, leaves nothing."""

from __future__ import annotations

import os
import time

import pytest
from course import START_METHODS

from ipc_helpers import bench
from ipc_helpers.bench import Claim, Comparison, compare
from ipc_helpers.bench_channels import CHANNELS, Pipe, installed
from ipc_helpers.workers import bursts

ROUNDS = {"A": [10.0, 10.0, 30.0, 10.0, 10.0], "B": [5.0, 5.0, 15.0, 5.0, 95.0]}


def test_a_ratio_is_of_one_round() -> None:
    """The means say the opposite."""
    result = Comparison(ROUNDS, 8, pinned=True)
    assert result.ratio("A", "B").median == 2
    assert result.words(Claim("A", "B", 2)) == "“A”: at least 2 times as long as “B”."
    assert result.words(Claim("B", "A", 2)) == "“B” did not take 2 times as long as “A” here."
    assert "<svg" in result.picture("B").picture().svg


@pytest.mark.parametrize("method", START_METHODS)
def test_every_installed_channel_is_measured(method: str) -> None:
    before = os.sched_getaffinity(0) if bench.can_pin() else None
    result = compare(installed(), 8, [Claim("Pipe", "Pipe, lists of 100", 5)], method=method)
    assert list(result.seconds) == installed()
    rounds = {len(seconds) for seconds in result.seconds.values()}
    assert len(rounds) == 1 and rounds <= set(range(bench.FEWEST_ROUNDS, bench.MOST_ROUNDS + 1))
    assert result.holds(Claim("Pipe", "Pipe, lists of 100", 5))
    assert before is None or os.sched_getaffinity(0) == before, "the caller is not pinned"


def test_a_claim_that_does_not_hold_is_not_made() -> None:
    claim = Claim("Pipe, lists of 100", "Pipe", 5)
    assert "did not take 5 times" in compare(["Pipe", "Pipe, lists of 100"], 8, [claim]).words(
        claim
    )


def test_no_message_comes_twice_in_a_list() -> None:
    assert len(set(map(id, bursts.messages(8)))) == bursts.BATCH
    assert {len(message) for message in bursts.messages(1 << 20)} == {1 << 20}
    with pytest.raises(ValueError, match="no good list"):
        compare(["Pipe, lists of 100"], 1 << 20)


class LosesAll(Pipe):
    """Sends nothing: the consumer waits for ever."""

    def sender(self):  # type: ignore[no-untyped-def]
        return len


class Dies(Pipe):
    """Takes the consumer with it."""

    def receiver(self):  # type: ignore[no-untyped-def]
        return lambda: os._exit(3)


@pytest.mark.parametrize(
    ("channel", "error"), [(LosesAll, (RuntimeError, TimeoutError)), (Dies, RuntimeError)]
)
def test_a_broken_channel_ends_in_an_error(
    channel: type[Pipe], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CHANNELS, "broken", channel)
    began = time.monotonic()
    with pytest.raises(error):
        compare(["broken"], 8, method=START_METHODS[0])  # elsewhere, this file is imported
    assert time.monotonic() - began < bench.BIRTH_S + bursts.WAIT_S + 5
