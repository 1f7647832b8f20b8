"""What lesson 15 adds to dask: it can be missing, and what a worker prints comes home."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import threading
import warnings

import pytest
from course import NOTEBOOKS, code_cells, read

from ipc_helpers import cluster
from ipc_helpers.words import said
from ipc_helpers.workers import beyond

LESSON = NOTEBOOKS / "15_beyond_one_machine.ipynb"


def test_without_dask_the_lesson_says_so_once_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    sources = [cell.source for cell in code_cells(read(LESSON))]
    [first] = [n for n, source in enumerate(sources) if "cluster.connect()" in source]
    [last] = [n for n, source in enumerate(sources) if "cluster.close(" in source]
    assert last - first > 8
    names: dict[str, object] = {"cluster": cluster}
    for source in sources[first : last + 1]:
        exec(source, names)
    assert capsys.readouterr().out == said("cluster.missing") + "\n"


@pytest.mark.slow
def test_two_clusters_may_run_at_once() -> None:
    """Two lessons are open, or a learner has forgotten one: no port is asked for by number."""
    pytest.importorskip("distributed")
    with warnings.catch_warnings(), socket.socket() as neighbour:
        warnings.simplefilter("error")
        with contextlib.suppress(OSError):  # somebody has it already
            neighbour.bind(("127.0.0.1", 8787))
            neighbour.listen()
        cluster.close(cluster.start())


def test_what_two_threads_print_comes_home_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """A worker of a room's cluster has several threads."""
    both, heard = threading.Barrier(2), {}

    def speak(name: str) -> None:
        print(name, 1)
        both.wait(10)
        print(name, 2)

    def listen(name: str) -> None:
        heard[name] = beyond.said(speak, name)

    threads = [threading.Thread(target=listen, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    print("nobody listens to this")
    assert heard == {"a": ["a 1", "a 2"], "b": ["b 1", "b 2"]}
    assert capsys.readouterr().out == "nobody listens to this\n"
