"""A ledger says what is so after each step: by the word of each process, and of the system."""

from __future__ import annotations

import itertools
import os
from multiprocessing.shared_memory import SharedMemory

import pytest
from course import START_METHODS
from observing import as_in_a_notebook  # noqa: F401

from ipc_helpers import drawing
from ipc_helpers.ledger import Ledger, Story
from ipc_helpers.workers.shared import exists
from mpscope import observe

posix = pytest.mark.skipif(os.name != "posix", reason="elsewhere, unlink() does nothing")


@posix
@pytest.mark.parametrize("method", START_METHODS)
def test_a_story_is_told_by_those_who_are_in_it(method: str) -> None:
    with observe(method) as mp, Story(mp, "ann", "bob") as story:
        steps = [("ann", "attach"), ("parent", "unlink"), ("bob", "attach"), ("ann", "read")]
        assert story.tell(*steps) == ["", "", "FileNotFoundError", "Hello"]
    assert story.ledger.lines == [
        "parent creates: mapped by parent; with a name",
        "ann attaches: mapped by parent, ann; with a name",
        "parent unlinks: mapped by parent, ann; without a name",
        "bob attaches (FileNotFoundError): mapped by parent, ann; without a name",
        "ann reads (Hello): mapped by parent, ann; without a name",
    ]


@pytest.mark.parametrize("method", START_METHODS)
def test_a_story_removes_what_it_has_left(method: str) -> None:
    with observe(method) as mp:
        with Story(mp, "child") as story:
            story.tell(("child", "attach"), ("parent", "close"))
        names = {name for log in mp.trace.logs for name in log.segments}
        assert names and not any(map(exists, names))


def test_to_look_whether_it_exists_changes_nothing() -> None:
    segment = SharedMemory(create=True, size=8)
    assert exists(segment.name) and exists(segment.name)
    segment.close()
    segment.unlink()
    assert not exists(segment.name) or os.name != "posix"


def test_the_picture_carries_its_words() -> None:
    ledger = Ledger("parent", "a & b")
    ledger.note("parent creates", {"parent", "a & b"}, named=True)
    ledger.note("all close", (), named=False)
    html = ledger._repr_html_()
    words = "parent creates: mapped by parent, a & b; with a name\nall close: nothing is left"
    assert repr(ledger) == words
    assert "mapped by parent, a &amp; b; with a name. all close: nothing is left." in html
    assert "prefers-color-scheme:dark" in ledger.picture().svg


def test_an_errors_name_is_whole_and_below_what_stands_beside_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = Ledger("parent", "early", "late")
    error = "(FileNotFoundError)"
    for step in ("early reads (Hello)", f"late attaches {error}", f"parent unlinks {error}"):
        ledger.note(step, {"parent"}, named=False)
    monkeypatch.setattr(drawing, "picture", lambda figure, alt: figure)
    [axes] = ledger.picture().axes
    steps = [label.get_text().split("\n") for label in axes.get_xticklabels()]
    assert [words[-1] for words in steps] == ["(Hello)", error, error]
    for words, others in itertools.permutations(steps, 2):
        if error in words:
            assert not "".join(others[words.index(error) : words.index(error) + 1])
