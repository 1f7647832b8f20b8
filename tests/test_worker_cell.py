"""`%%worker NAME`: what a cell says reaches the children of every start method, at once."""

from __future__ import annotations

import inspect
import multiprocessing
import subprocess
import sys
import textwrap
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
from course import ROOT, START_METHODS
from observing import as_in_a_notebook  # noqa: F401  (a fixture for every test)

from ipc_helpers import worker_cell
from ipc_helpers.worker_cell import NotAWorker, write
from mpscope import observe

VERSION = "def work(answers):\n    answers.put('{}')\n"  # all of one length


@pytest.fixture(autouse=True)
def as_new(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees another one's modules or path."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name in [name for name in sys.modules if name.startswith(worker_cell.PACKAGE)]:
        del sys.modules[name]
    worker_cell.broken.clear()


class Shell:
    """As much of IPython's shell as the magic uses."""

    def __init__(self) -> None:
        self.user_ns: dict[str, object] = {}
        self.magics: dict[str, types.FunctionType] = {}

    def push(self, names: dict[str, object]) -> None:
        self.user_ns.update(names)

    def register_magic_function(self, magic: types.FunctionType, kind: str, name: str) -> None:
        self.magics[name] = magic


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    shell = Shell()
    worker_cell.load_ipython_extension(shell)
    return shell


def answer_of_child(method: str, work: object) -> str:
    with observe(method, deadline_s=20) as mp:
        answers = mp.Queue()
        child = mp.Process(target=work, args=(answers,))
        child.start()
        answer = answers.get()
        child.join()
    return answer


@pytest.mark.parametrize("method", START_METHODS)
def test_an_edit_takes_effect_in_parent_and_child_at_once(method: str, tmp_path: Path) -> None:
    """The two versions have one length and, often, one second: stale bytecode would show."""
    for version in ("one", "two", "six"):
        module = write("mine", VERSION.format(version), tmp_path)
        assert answer_of_child(method, module.work) == version
        assert version in inspect.getsource(module.work)


def test_a_fork_server_that_has_preloaded_the_module_is_no_obstacle(tmp_path: Path) -> None:
    if "forkserver" not in START_METHODS:
        pytest.skip("no fork server on this platform")
    program = f"""
        import multiprocessing
        from pathlib import Path
        from ipc_helpers.worker_cell import write

        mp = multiprocessing.get_context("forkserver")
        folder = Path({str(tmp_path)!r})
        for version in ("one", "two"):
            module = write("mine", {VERSION!r}.format(version), folder)
            mp.set_forkserver_preload(["my_workers.mine"])
            answers = mp.Queue()
            child = mp.Process(target=module.work, args=(answers,))
            child.start()
            print(answers.get(timeout=20))
            child.join()
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env={**__import__("os").environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.stdout.split() == ["one", "two"], answer.stderr


def test_a_syntax_error_shows_line_and_caret_and_the_good_version_stays(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = shell.magics["worker"]
    worker("mine", VERSION.format("old"))
    worker("mine", "def work(answers):\n    answers.put('new'\n")
    said = capsys.readouterr().out
    assert "line 3 of the cell:\n        answers.put('new'\n" in said
    assert "\n" + " " * 19 + "^\nSyntaxError: '(' was never closed" in said
    assert "The last good version stays." in said
    assert answer_of_child("spawn", shell.user_ns["work"]) == "old"
    assert "old" in Path("my_workers/mine.py").read_text()
    assert set(worker_cell.broken) == {"my_workers.mine"}
    worker("mine", VERSION.format("new"))
    assert worker_cell.broken == {}


def test_an_error_at_the_top_of_the_cell_is_shown_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(NotAWorker, match=r"line 3 of the cell:\n    1 / 0\nZeroDivisionError"):
        write("mine", "x = 1\n1 / 0\n", tmp_path)
    assert not (tmp_path / "my_workers").exists()
    assert "my_workers.mine" not in sys.modules


@pytest.mark.parametrize("name", ["", "a b", "a-b", "../x", "1st"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(NotAWorker, match="needs a name"):
        write(name, "", tmp_path)


def test_functions_come_into_the_notebook_and_their_imports_do_not(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.magics["worker"]("mine", "import os\nclass Box: pass\ndef work(): return os.getpid()\n")
    assert set(shell.user_ns) == {"Box", "work"}
    assert capsys.readouterr().out == "my_workers/mine.py: Box, work()\n"


def test_a_name_that_lives_only_in_the_notebook_is_explained(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.user_ns["RATE"] = 3
    source = "LOCAL = 1\ndef work(n, answers):\n    answers.put(n * RATE * LOCAL * len(names))\n"
    shell.magics["worker"]("mine", source)
    said = " ".join(capsys.readouterr().out.split())  # a note is broken between words
    assert "note: 'RATE' lives only in this notebook: a child knows the names of this cell" in said
    assert "note: 'names' is defined nowhere yet" in said
    assert said.count("note:") == 2


def test_the_child_that_misses_a_name_says_why(tmp_path: Path) -> None:
    module = write("mine", "def work():\n    print(RATE)\n", tmp_path)
    with observe("spawn", deadline_s=20) as mp:
        child = mp.Process(target=module.work)
        child.start()
        child.join()
    assert "NameError: name 'RATE' is not defined" in mp.transcript()
    assert "a child knows the names of mine.py only, not those of your notebook" in mp.transcript()


def test_a_worker_named_like_a_standard_module_hides_nothing(tmp_path: Path) -> None:
    write("queue", "def work(): pass\n", tmp_path)
    assert answer_of_child("spawn", write("mine", IMPORTS, tmp_path).work) == "SimpleQueue"


IMPORTS = "import queue\ndef work(answers):\n    answers.put(queue.SimpleQueue.__name__)\n"


def test_children_find_the_module_after_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = write("mine", VERSION.format("here"), tmp_path)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert answer_of_child("spawn", module.work) == "here"


def test_dataclasses_work_in_a_cell(tmp_path: Path) -> None:
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Job:\n    n: int\n"
    )
    module = write("mine", source, tmp_path)
    assert repr(module.Job(3)) == "Job(n=3)"
    assert multiprocessing.reduction.ForkingPickler.dumps(module.Job(3))


def test_the_folder_is_ignored_by_git() -> None:
    places = ["notebooks/my_workers/x.py", "notebooks/exercises/my_workers/x.py"]
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    ignored = subprocess.run(
        ["git", "check-ignore", *places], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ignored.stdout.split() == places
