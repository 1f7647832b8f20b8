"""What a block makes without `mp` is not observed, and that is said."""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

import pytest
from observing import notes
from outside import START_METHODS

from mpscope import DeadlineExceeded, observe

PLAIN = "spawn"


class Worker(multiprocessing.get_context(PLAIN).Process):  # type: ignore[misc, name-defined]
    """As programs have them, at module level, where there is no `mp`."""

    def __init__(self, jobs: Any) -> None:
        super().__init__()
        self.jobs = jobs

    def run(self) -> None:
        self.jobs.get()


def a_program() -> None:
    workers = [multiprocessing.get_context(PLAIN).Process(target=time.sleep, args=(0,))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_a_program_that_uses_plain_multiprocessing_is_told(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with observe("spawn"):
        a_program()
    (note,) = notes(capfd)
    assert note.startswith("note: nothing in this block was observed. 1 process was made")
    assert "`mpscope run program.py`" in note


def test_quiet_is_quiet_and_a_block_without_processes_too(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with observe("spawn", quiet=True):
        a_program()
    with observe("spawn"):
        pass
    assert capfd.readouterr().err == ""


def test_a_worker_of_plain_multiprocessing_is_named_when_the_block_is_stopped() -> None:
    with pytest.raises(DeadlineExceeded) as caught, observe(PLAIN, deadline_s=2) as mp:
        worker = Worker(mp.Queue())
        worker.start()
        worker.join()
    worker.kill()  # it is not the block's
    worker.join()
    *_, note = caught.value.__notes__
    assert note.startswith(f"1 process was made in this block without `mp` ({worker.name})")


@pytest.mark.parametrize("method", START_METHODS)
def test_what_mp_makes_is_never_called_foreign(
    method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with observe(method) as mp:
        with mp.Pool(2) as pool:
            assert pool.map(abs, [-1, 1]) == [1, 1]
        with mp.Manager() as manager:
            assert list(manager.list([1])) == [1]
        mp.Process(target=time.sleep)  # never started
        assert not mp._foreign.note()
    assert capfd.readouterr().err == ""
