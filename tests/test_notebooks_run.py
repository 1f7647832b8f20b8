"""Every output of every notebook is what this machine prints, under each start method.

The comparison is nbval's, strict. These tests start it, count what it did, and look at what the
notebooks leave behind. The last ones prove that a wrong output, and a leak, would be noticed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import execute_notebooks
import nbformat
import pytest
import timeline_programs as programs
from course import ROOT, START_METHODS, code_cells, compared_outputs, lessons, read
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbval_run import Run, run_nbval, twice

from ipc_helpers.grading.catalogue import EXERCISES

LESSONS = lessons()
EXERCISE_NOTEBOOKS = sorted(EXERCISES.glob("*.ipynb"))
DEFAULT_METHOD = "spawn"  # what observe() uses
# Under this one lessons run twice in a kernel: it is quick, and inherits what the first left. Those
# in which people are new do; the others are made of the same parts.
TWICE_METHOD = START_METHODS[0]
TWICE = LESSONS[1:6]
DEAF = "Failed to interrupt kernel"
per_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


@pytest.mark.slow
@pytest.mark.parametrize("method", START_METHODS)
@per_lesson
def test_outputs_are_true_and_nothing_is_left(
    lesson: Path, method: str, subtests: pytest.Subtests
) -> None:
    notebook = read(lesson)
    times = 2 if method == TWICE_METHOD and lesson in TWICE else 1
    run = run_nbval(twice(notebook) if times == 2 else notebook, lesson.stem, method)
    for verdict in run.verdicts:
        with subtests.test(f"{lesson.stem} {method} {verdict.cell}"):
            if verdict.complaint:
                stacks = run.stacks if DEAF in verdict.complaint else ""
                pytest.fail(verdict.complaint + stacks, pytrace=False)
    expected = times * len(code_cells(notebook)) + 1  # and the door
    assert len(run.verdicts) == expected, run.end_of_output
    assert run.left_in_kernel == []
    assert run.left_at_end == []


@pytest.mark.parametrize("path", [*LESSONS, *EXERCISE_NOTEBOOKS], ids=lambda path: path.stem)
def test_a_stored_notebook_is_as_make_notebooks_writes_it(path: Path) -> None:
    """Its outputs are compared above; here all else: metadata, sources of workers, layout."""
    stored = path.read_text(encoding="utf-8")
    notebook = read(path)
    execute_notebooks.tidy(notebook)
    assert execute_notebooks.to_text(notebook) == stored


@pytest.mark.slow
def test_make_notebooks_changes_nothing() -> None:
    """The stored file is what a run stores; so a second run stores the same again."""
    answer = execute(LESSONS[2].stem, "--check")
    if answer.returncode:
        pytest.fail(answer.stdout + answer.stderr, pytrace=False)


def test_a_changed_output_is_noticed() -> None:
    lesson = LESSONS[0]
    notebook = read(lesson)
    place = next(i for i, cell in enumerate(notebook.cells) if is_compared(cell))
    notebook.cells = notebook.cells[: place + 1]
    change(notebook.cells[place])
    run = run_nbval(notebook, lesson.stem, DEFAULT_METHOD)
    assert list(run.complaints) == [f"Cell {len(code_cells(notebook)) - 1}"]


def is_compared(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and compared_outputs(cell) > 0


def change(cell: NotebookNode) -> None:
    """One letter more in the first output that is a text."""
    output = cell.outputs[0]
    if output.output_type == "stream":
        output.text += "x"
    else:
        kind = "text/plain" if "text/plain" in output.data else next(iter(output.data))
        output.data[kind] += "x"


# ---- proofs that the proof works ---------------------------------------------------------------

PICTURE = "<img alt='{alt}' src='data:image/svg+xml;base64,{pixels}'>"
SHOW = "from IPython.display import HTML, display\ndisplay(HTML({html!r}))"


def small(*cells: tuple[str, list[NotebookNode]]) -> NotebookNode:
    made = [new_code_cell(source, outputs=outs, execution_count=1) for source, outs in cells]
    return new_notebook(cells=made)


def stream(name: str, text: str) -> NotebookNode:
    return new_output("stream", name=name, text=text)


def html(text: str) -> NotebookNode:
    plain = "<IPython.core.display.HTML object>"
    return new_output("display_data", data={"text/html": text, "text/plain": plain})


def result(text: str) -> NotebookNode:
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def run_small(*cells: tuple[str, list[NotebookNode]]) -> Run:
    return run_nbval(small(*cells), "99_small", DEFAULT_METHOD)


def test_nbval_compares_each_kind_of_output() -> None:
    seen = PICTURE.format(alt="two arrows", pixels="AAAA")
    run = run_small(
        ("print(1)", [stream("stdout", "1\n")]),
        ("print(1)", [stream("stdout", "2\n")]),
        ("print(1)", []),
        ("import sys; print(1, file=sys.stderr)", [stream("stderr", "2\n")]),
        ("6 * 7", [result("43")]),
        (SHOW.format(html="<b>1</b>"), [html("<b>2</b>")]),
        (SHOW.format(html=seen), [html(PICTURE.format(alt="two arrows", pixels="BBBB"))]),
        (SHOW.format(html=seen), [html(PICTURE.format(alt="no arrow", pixels="AAAA"))]),
    )
    assert sorted(run.complaints) == [f"Cell {n}" for n in (1, 2, 3, 4, 5, 7)]
    assert len(run.verdicts) == 9


LEAK_A_PROCESS = """\
import subprocess, sys
orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                          start_new_session=True)
"""
LEAK_A_SEMAPHORE = "import multiprocessing; lock = multiprocessing.get_context('spawn').Lock()"
LEAK_A_FILE = "import tempfile; stray = tempfile.mkdtemp()"


@pytest.mark.slow
def test_leaks_of_a_notebook_are_seen() -> None:
    run = run_small((LEAK_A_PROCESS, []), (LEAK_A_SEMAPHORE, []), (LEAK_A_FILE, []))
    assert run.complaints == {}
    for name in run.left_in_kernel:
        if name.startswith("/dev/shm"):  # a kernel that ends may kill the tracker that would do it
            Path(name).unlink(missing_ok=True)
    in_kernel, at_end = "\n".join(run.left_in_kernel), "\n".join(run.left_at_end)
    assert "time.sleep(60)" in in_kernel and "time.sleep(60)" in at_end
    assert "sem." in in_kernel or not sys.platform.startswith("linux")
    assert "file " in at_end


def execute(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "tools" / "execute_notebooks.py", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
def test_make_notebooks_twice_leaves_no_difference(tmp_path: Path) -> None:
    """Also where a plain run would differ: chunks of a stream, widgets, pixels of a picture."""
    random_picture = f"import os\npixels = os.urandom(9).hex()\nalt = 'a'\n{SHOW}".replace(
        "{html!r}", f"{PICTURE!r}.format(alt=alt, pixels=pixels)"
    )
    sources = [
        "import sys\nfor n in range(3):\n    print(n)\n    sys.stdout.flush()",
        "import ipywidgets\nipywidgets.IntSlider(value=3)",
        random_picture,
    ]
    path = tmp_path / "01_small.ipynb"
    nbformat.write(small(*((source, []) for source in sources)), path)
    assert execute("--folder", str(tmp_path)).returncode == 0
    first = path.read_text(encoding="utf-8")
    assert execute("--folder", str(tmp_path)).returncode == 0
    assert path.read_text(encoding="utf-8") == first
    assert [len(cell.outputs) for cell in read(path).cells] == [1, 1, 1]


def test_make_notebooks_keeps_a_file_whose_cell_fails(tmp_path: Path) -> None:
    path = tmp_path / "01_small.ipynb"
    nbformat.write(small(("1 / 0", [])), path)
    before = path.read_text(encoding="utf-8")
    answer = execute("--folder", str(tmp_path))
    assert answer.returncode == 1 and "ZeroDivisionError" in answer.stderr
    assert path.read_text(encoding="utf-8") == before


def test_the_words_of_a_picture_survive_the_sanitizing_of_nbval() -> None:
    """What the notebooks compare: the same but for the pixels."""
    rule = re.search(r"regex: (data:image.*)", (ROOT / "tests/nbval.cfg").read_text("utf-8"))
    assert rule
    one, other = (programs.producers(START_METHODS[-1]).timeline()._repr_html_() for _ in "12")
    assert one != other
    assert re.sub(rule[1], "", one) == re.sub(rule[1], "", other)
