"""Every exercise can be solved, and every mistake gets the sentence that is meant for it.

The answers stand in notebooks/exercises (see `answers`). A check runs in a
process of its own; what it leaves behind, whatever the answer did, is looked for after each test.
"""

from __future__ import annotations

import ast
import asyncio
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import psutil
import pytest
from answers import FOLDER, UNFILLED, Answer, answers_of
from course import NOTEBOOKS, ROOT, START_METHODS, prose
from course import read as read_notebook

from ipc_helpers import check, checkpoint, hint, predict, progress, solution, worker_cell
from ipc_helpers.folders import sweep
from ipc_helpers.grading import record, runner, sandbox
from ipc_helpers.grading.answer import Answer as HandedIn
from ipc_helpers.grading.api import examine
from ipc_helpers.grading.catalogue import (
    EXERCISES,
    Exercise,
    Prediction,
    catalogue,
    is_checkpoint,
    read,
)
from ipc_helpers.grading.feedback import Verdict, _paragraph
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.lateness import LATE_S
from ipc_helpers.grading.report import Report, last_of_each_run
from ipc_helpers.grading.runner import CHECK_S
from mpscope import observe
from mpscope.errors import WrongUse

ALL = list(catalogue().exercises.values())
MISTAKES = 5  # named wrong answers for each exercise, at least
LONGEST_S = 6.0
WRONG_S = 4.5  # for a wrong answer, which may hang in its second run
per_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.id)


@pytest.fixture(autouse=True)
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A record, a path and an environment of this test's own; no worker cell of another test."""
    environment = dict(os.environ)  # an answer that is judged here may change it
    monkeypatch.setenv("IPC_PROGRESS", str(tmp_path / "data" / "progress.json"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    record._memory.clear()
    yield
    for name in [name for name in sys.modules if name.startswith(worker_cell.PACKAGE)]:
        del sys.modules[name]
    worker_cell.broken.clear()
    os.environ.clear()
    os.environ.update(environment)


def hand_in(
    exercise: Exercise, source: str, folder: Path, methods: list[str], seconds: float = CHECK_S
) -> Verdict:
    """Run a `%%worker` cell with this source, and check it."""
    worker_cell.write(exercise.module, source, folder)
    began = time.monotonic()
    verdict = examine(exercise, None, methods, seconds)
    took = time.monotonic() - began
    assert took < LONGEST_S or machine_is_busy(), f"{took:.1f} s"
    return verdict


def machine_is_busy() -> bool:
    """Whether time says little: more runs than there are cores, as when tests run side by side."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1)


# ---- the answers ---------------------------------------------------------------------------------


def each_answer(right: bool) -> Iterator[tuple[Exercise, Answer, bool]]:
    """The right or the wrong answers of each exercise, and whether one is its first."""
    for one in ALL:
        found = [answer for answer in answers_of(one) if (answer.finding is None) == right]
        yield from ((one, answer, answer is found[0]) for answer in found)


def right_answers() -> Iterator[pytest.ParameterSet]:
    """With the start methods to try; slow are all but the first answer under the first one."""
    for one, answer, is_first in each_answer(right=True):
        methods = [method for method in START_METHODS if method in grader_of(one.id).methods]
        now, later = (methods[:1], methods[1:]) if is_first else ([], methods)
        for some, marks in ((now, ()), (later, pytest.mark.slow)):
            if some:
                id = f"{one.id}-{answer.name}-{'-'.join(some)}"
                yield pytest.param(one, answer, some, id=id, marks=marks)


def wrong_answers() -> Iterator[pytest.ParameterSet]:
    """Slow are all but the first one."""
    for one, answer, is_first in each_answer(right=False):
        marks = () if is_first else pytest.mark.slow
        yield pytest.param(one, answer, id=f"{one.id}-{answer.name}", marks=marks)


@pytest.mark.parametrize(("exercise", "answer", "methods"), list(right_answers()))
def test_a_right_answer_passes_under_every_start_method(
    exercise: Exercise, answer: Answer, methods: list[str], tmp_path: Path
) -> None:
    grader = grader_of(exercise.id)
    seconds = 5 * CHECK_S if machine_is_busy() else CHECK_S
    verdict = hand_in(exercise, answer.source, tmp_path, methods, seconds)
    assert verdict, verdict.text
    tried = {(report.method, report.name) for report in verdict.reports}
    assert tried == {(method, case) for method in methods for case in grader.cases}
    assert len(grader.cases) > 1 or exercise.arguments == "", "more than one input"


@pytest.mark.parametrize(("exercise", "answer"), list(wrong_answers()))
def test_a_mistake_is_met_with_its_own_message(
    exercise: Exercise, answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if answer.method not in START_METHODS:
        pytest.skip(f"no {answer.method} on this platform")
    if answer.finding not in NEED_A_SANDBOX and exercise.lesson != LEAVES_VIEWS:
        monkeypatch.chdir(tmp_path)  # it may leave files
        monkeypatch.setattr(sandbox, "perform", perform_here)
    seconds = 3 * WRONG_S if machine_is_busy() else WRONG_S
    verdict = hand_in(exercise, answer.source, tmp_path, [answer.method], seconds)
    assert verdict.finding == answer.finding, verdict.text
    says = {**catalogue().says, **exercise.says}
    first_word = says[answer.finding or ""].split()[0].strip("`\"'")
    assert first_word.replace("{function}", exercise.function) in verdict.text
    assert not UNFILLED.search(verdict.text), verdict.text


# `not-daemons` is told by the line in which the parent waits: here, that would be one of this file.
# The answers of one lesson leave views of segments, until their process ends.
NEED_A_SANDBOX = {"not-daemons"}
LEAVES_VIEWS = "10_shared_memory"


def perform_here(id: str, answer: HandedIn, methods: Sequence[str], seconds: float) -> list[Report]:
    """As the sandbox does, but without one: it takes half as long, and the findings are the same.

    What an answer can do to its process is tried below, right answers run in the sandbox, too.
    """
    return last_of_each_run(runner.reports(id, answer, methods, seconds))


CHILDREN_AT_ONCE = {"queue-4"}  # each waits for others: nobody can join one before the next


def test_who_starts_late_children_one_by_one_has_time() -> None:
    """Else a right answer that is slow is stopped, and a wrong one told of a failed child."""
    for exercise in ALL:
        grader = grader_of(exercise.id)
        children = range(grader.children_for(*next(iter(grader.cases.values()))))
        late_s = LATE_S * sum(place in grader.late for place in children)
        assert late_s <= grader.limit_s - 1 or exercise.id in CHILDREN_AT_ONCE, exercise.id


# ---- the catalogue -------------------------------------------------------------------------------


def test_the_catalogue_is_whole() -> None:
    """Nothing without its counterpart: catalogue, graders, starters, solutions, answers."""
    modules = {exercise.module for exercise in ALL}
    for folder in (EXERCISES / "starters", EXERCISES / "solutions", EXERCISES / "graders", FOLDER):
        assert {path.stem for path in folder.glob("*.py")} == modules, folder.name
    for exercise in ALL:
        lesson = exercise.lesson
        folder = EXERCISES if is_checkpoint(lesson) else NOTEBOOKS
        assert (folder / f"{lesson}.ipynb").exists()


@per_exercise
def test_an_exercise_has_all_that_a_learner_needs(exercise: Exercise) -> None:
    assert len(exercise.hints) >= 3 and all(len(text.split()) > 5 for text in exercise.hints)
    assert "?" in exercise.hints[0], "the first hint is a question"
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert 2 <= exercise.minutes <= 30
    for text in (exercise.story, exercise.task, exercise.why, exercise.look_at, exercise.title):
        assert text.strip()
    assert "foo" not in exercise.story + exercise.task


@per_exercise
def test_every_message_is_met_by_a_mistake(exercise: Exercise) -> None:
    """No message that nobody has ever seen, and enough mistakes."""
    found = {answer.finding for answer in answers_of(exercise) if answer.finding}
    assert set(exercise.says) <= found <= {*exercise.says, *catalogue().says}
    assert len(found) >= MISTAKES


@per_exercise
def test_a_solution_runs_by_hand(exercise: Exercise, tmp_path: Path) -> None:
    """The cell of comments, with its `#` taken away; a checkpoint is no place to try things."""
    assert exercise.by_hand or is_checkpoint(exercise.lesson)
    module = worker_cell.write(exercise.module, exercise.solution.read_text("utf-8"), tmp_path)
    cell = compile(exercise.by_hand, exercise.id, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    waited = eval(cell, {**vars(module), "observe": observe})
    if waited is not None:
        asyncio.run(waited)


def test_the_numbers() -> None:
    lessons = Counter(exercise.lesson for exercise in ALL)
    assert lessons["00_start_here"] >= 1
    for lesson in ("01_two_memories", "02_queue", "03_pipe", "04_manager", "05_manager_gallery"):
        assert lessons[lesson] >= 4, lesson
    for lesson in sorted(lesson for lesson in lessons if not is_checkpoint(lesson)):
        assert lessons[lesson] >= (5 if "06" <= lesson < "10" else 4 if lesson >= "10" else 1)
    for lesson in ("08_two_hands_on_one_end", "09_races_one_step_at_a_time"):
        assert lessons[lesson] >= 5, lesson


def test_no_two_share_an_id(tmp_path: Path) -> None:
    text = (EXERCISES / "catalogue" / "02_queue.toml").read_text(encoding="utf-8")
    (tmp_path / "one.toml").write_text(text, encoding="utf-8")
    other = re.sub('id = "queue-(?!3)', 'id = "other-', text)
    (tmp_path / "two.toml").write_text(other, encoding="utf-8")
    with pytest.raises(ValueError, match=r"share an id: \['queue-3'\]"):
        read(tmp_path)


def test_to_judge_a_run_takes_no_catalogue(tmp_path: Path) -> None:
    """A check's process would read all of it, every time."""
    file = tmp_path / "answer.py"
    file.write_text(CHILD.format("letters.put(b'1')"), encoding="utf-8")
    program = (
        "import sys; import answer; from ipc_helpers.grading import runner; shown = sys.stdout\n"
        "one = runner.grader_of('queue-3'); [name, *_] = one.cases\n"
        "given = (one, answer.collect, 'fork', name, 5.0, answer.__file__, False)\n"
        "run, printed = runner.perform(*given); picture = runner.drawn(run, 'queue-3')\n"
        "print(runner.told(run, one, printed).finding, bool(picture), file=shown)\n"
        "print(runner.catalogue.cache_info().currsize, file=shown)"
    )
    command = [sys.executable, "-c", program]
    places = {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    answer = subprocess.check_output(command, env={**os.environ, **places}, text=True, timeout=60)
    assert answer.split() == ["too-few", "True", "0"]


# ---- whatever an answer does ---------------------------------------------------------------------

QUEUE = catalogue().exercise("queue-3")
PARENT = "def collect(mp, sizes):\n    {}\n"
CHILD = """
import os, sys, time
def post(letters, size):
    {}
def collect(mp, sizes):
    letters = mp.Queue()
    child = mp.Process(target=post, args=(letters, 1))
    child.start()
    return len(letters.get())
"""
WILD = {
    "raises": (PARENT.format("raise ValueError('no')"), "raised", "ValueError: no"),
    "exits": (PARENT.format("raise SystemExit(3)"), "raised", "SystemExit: 3"),
    "os._exit": (PARENT.format("import os; os._exit(7)"), "died", "exit code 7"),
    "loops": (PARENT.format("while True: pass"), "busy", "parent runs queue_3.py, line 2"),
    "loops and swallows": (
        PARENT.format("\n    while True:\n        try:\n            while True: pass\n"
                      "        except BaseException: pass"),
        "busy",
        "parent runs queue_3.py",
    ),
    "loops in C": (PARENT.format("sum(range(10**12))"), "never-ended", "stopped from outside"),
    "floods": (PARENT.format("\n    while True: print('x' * 1000)"), "busy", "queue_3.py"),
    "deadlocks": (PARENT.format("mp.Queue().get()"), "hung", "none was ever started"),
    "returns a generator": (PARENT.format("return (n for n in sizes)"), "no-children", ""),
    "returns nothing": (
        CHILD.format("letters.put(b'1')").replace("return len", "len"), "nothing-returned", "None"
    ),
    "returns a text": (
        CHILD.format("letters.put(b'1')").replace("return len(letters.get())", "return '6'"),
        "wrong-type",
        "of type str",
    ),
    "fails in the child": (CHILD.format("1 / 0"), "child-failed", "ZeroDivisionError"),
    "floods in the child": (
        CHILD.format("\n    while True: print('x' * 1000)"), "busy", "child-1"
    ),
    "kills the child": (CHILD.format("os._exit(9)"), "hung", "ended with exit code 9"),
    "loops in the child": (CHILD.format("\n    while True: pass"), "busy", "child-1 runs"),
    "forks grandchildren": (
        CHILD.format("\n    for _ in range(3):\n        if os.fork() == 0: time.sleep(60)\n"
                     "    time.sleep(60)"),
        "busy",
        "child-1",
    ),
    "forks in the parent and exits": (
        PARENT.format("\n    import os, time\n    if os.fork() == 0: time.sleep(60)\n"
                      "    os._exit(0)"),
        "died",
        "exit code 0",
    ),
    "exits beside its children": (
        CHILD.format("time.sleep(60)").replace("    return", "    os._exit(1)\n    return"),
        "died",
        "exit code 1",
    ),
    "misses a name": (CHILD.format("letters.put(LETTER)"), "child-failed", "NameError"),
    "leaks a segment": (
        PARENT.format("\n    from multiprocessing.shared_memory import SharedMemory\n"
                      "    SharedMemory(create=True, size=10)\n    import os; os._exit(1)"),
        "died",
        "",
    ),
}  # fmt: skip
BURN_A_CORE = {"loops in C", "loops and swallows", "loops in the child", "floods in the child"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="some of these fork")
@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.slow if one in BURN_A_CORE else ()) for one in WILD],
)
def test_a_check_survives(name: str, tmp_path: Path) -> None:
    source, finding, text = WILD[name]
    began = time.monotonic()
    seconds = 3.0 if machine_is_busy() else 1.5
    verdict = hand_in(QUEUE, source, tmp_path, ["fork"], seconds)
    took = time.monotonic() - began
    assert verdict.finding == finding, verdict.text
    assert text in verdict.text, verdict.text
    assert took < seconds + 1 or machine_is_busy(), f"deadline + 1 s: took {took:.1f} s"
    assert len(verdict.text) < 6000


def test_an_interrupt_ends_a_check_at_once(tmp_path: Path) -> None:
    worker_cell.write(QUEUE.module, PARENT.format("while True: pass"), tmp_path)
    began = time.monotonic()
    Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        check("queue-3", seconds=20)
    assert time.monotonic() - began < 3 or machine_is_busy()


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files; with a short name, so that blocks use it."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_a_check_does_not_outlive_a_killed_kernel(tmp_path: Path, temporary: Path) -> None:
    """Even if it is in the middle of a computation that no signal interrupts."""
    program = (
        "from pathlib import Path; from ipc_helpers import check, worker_cell\n"
        f"worker_cell.write('queue_3', {PARENT.format('sum(range(10**12))')!r}, Path.cwd())\n"
        "print('ready', flush=True); check('queue-3', seconds=1)"
    )
    kernel = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with kernel:
        assert kernel.stdout is not None and kernel.stdout.readline() == "ready\n"
        until = time.monotonic() + 20
        while not list(temporary.glob("check-*/ipc-*/0.txt")) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)  # from now on it computes
        [folder] = temporary.glob("check-*")
        os.utime(folder / sandbox.REPORT, (0, 0))
        sweep(sandbox.PREFIX, sandbox.REPORT)
        assert folder.exists(), "its kernel lives"
        [process] = psutil.Process(kernel.pid).children()
        kernel.kill()
    process.wait(10)
    assert folder.exists(), "nobody was there any more to remove it"
    os.utime(folder / sandbox.REPORT)
    sweep(sandbox.PREFIX, sandbox.REPORT)
    assert folder.exists(), "too new to be sure"
    os.utime(folder / sandbox.REPORT, (0, 0))
    hand_in(QUEUE, PARENT.format("return 1"), tmp_path, ["fork"])
    assert not list(temporary.iterdir())


def test_a_hanging_answer_comes_with_its_timeline(tmp_path: Path) -> None:
    source = QUEUE.starter.read_text(encoding="utf-8")
    verdict = hand_in(QUEUE, source, tmp_path, ["fork"], 2 * CHECK_S)
    assert verdict.picture is not None
    assert "parent waits in child-1.join()" in verdict.picture.alt
    shown = verdict._repr_mimebundle_()
    assert "<img alt=" in shown["text/html"] and verdict.picture.alt in shown["text/plain"]


# ---- what was handed in --------------------------------------------------------------------------


def test_a_card_stresses_what_the_text_does_and_leaves_code_alone() -> None:
    shown = _paragraph("*One* is `f(*args, *more)`, and 2 * 3 * 4 is *at least* 7.")
    assert shown.endswith(
        "<em>One</em> is <code>f(*args, *more)</code>, and 2 * 3 * 4 is <em>at least</em> 7.</p>"
    )


def test_no_line_ends_inside_of_a_name() -> None:
    """Neither hint("queue-1") nor child-1 is broken at its hyphen; text is copied as it is."""
    shown = _paragraph(
        '*child-1* ends, `box-2.get()` not: hint("queue-1") asks. Well-known: 3 - 1.'
    )
    kept = re.findall(r'<span style="white-space:nowrap">(.*?)</span>', shown)
    assert kept == ["child-1", "box-2.get()", 'hint("queue-1")']
    plain = re.sub("<.*?>", "", shown)
    assert plain == 'child-1 ends, box-2.get() not: hint("queue-1") asks. Well-known: 3 - 1.'


def test_a_card_sets_an_account_as_prose_and_a_traceback_as_code(tmp_path: Path) -> None:
    """What does not fit on a line of an account is set in further than the line."""
    source = QUEUE.starter.read_text(encoding="utf-8")
    [account] = folded(hand_in(QUEUE, source, tmp_path, ["fork"], 2 * CHECK_S))
    assert "<pre" not in account and "0 0 0 4ch;text-indent:-2ch" in account
    [traceback] = folded(hand_in(QUEUE, PARENT.format("return 1 / 0"), tmp_path, ["fork"]))
    assert "monospace" in traceback and "ZeroDivisionError" in traceback


def folded(verdict: Verdict) -> list[str]:
    return re.findall("<details.*?</details>", verdict._card(), re.DOTALL)


def test_a_line_that_is_cut_says_so(tmp_path: Path) -> None:
    verdict = hand_in(QUEUE, PARENT.format("print('a' * 999); return 1"), tmp_path, ["fork"])
    assert verdict.reports[-1].printed[0].endswith("aa …")


def test_an_answer_that_was_never_written() -> None:
    verdict = check("queue-3")
    assert verdict.finding == "never-run" and "%%worker queue_3" in verdict.text


def test_an_answer_of_the_kernel_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = QUEUE.solution.read_text(encoding="utf-8")
    module = worker_cell.write(QUEUE.module, good, tmp_path)
    monkeypatch.delitem(sys.modules, module.__name__)
    monkeypatch.chdir(tmp_path)  # where the notebook is, and what was written before
    verdict = check("queue-3")
    assert verdict.finding == "new-kernel" and "run your cell again" in verdict.text


def test_a_cell_that_python_could_not_take(tmp_path: Path) -> None:
    """The last good version is still there, and it is not what the learner means."""
    good = QUEUE.solution.read_text(encoding="utf-8")
    worker_cell.write(QUEUE.module, good, tmp_path)
    with pytest.raises(worker_cell.NotAWorker):
        worker_cell.write(QUEUE.module, good + "\n)", tmp_path)
    verdict = check("queue-3")
    assert verdict.finding == "broken-cell" and "SyntaxError: unmatched ')'" in verdict.text


def test_answers_that_are_no_importable_functions(tmp_path: Path) -> None:
    def nested(mp: object, sizes: object) -> None: ...

    def in_notebook(mp: object, sizes: object) -> None: ...

    in_notebook.__module__ = "__main__"
    found = {
        "nested": check("queue-3", nested),
        "in-notebook": check("queue-3", in_notebook),
        "no-function": check("queue-3", 6),  # type: ignore[arg-type]
    }
    assert {name: verdict.finding for name, verdict in found.items()} == {n: n for n in found}
    assert hand_in(QUEUE, "def collect(mp): return 1", tmp_path, ["fork"]).finding == "arguments"
    assert hand_in(QUEUE, "def colect(mp): return 1", tmp_path, ["fork"]).finding == "other-name"


def test_a_check_names_its_file_and_warns_of_another_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a pass, a cell without `%%worker`, or with another name behind it, changes nothing."""
    one = catalogue().exercise("start-1")
    names: dict[str, object] = {}
    monkeypatch.setattr("ipc_helpers.grading.api.shell", lambda: SimpleNamespace(user_ns=names))
    source = one.solution.read_text(encoding="utf-8")
    module = worker_cell.write(one.module, source, tmp_path)
    names["greet"] = module.greet
    assert re.search(
        r"Checked: my_workers/start_1.py, written at \d\d:\d\d:\d\d\.", check("start-1").text
    )
    assert "Careful" not in check("start-1").text

    def greet(line: object) -> None: ...

    greet.__module__ = "__main__"
    names["greet"] = greet
    assert "does not begin with `%%worker start_1`" in " ".join(check("start-1").text.split())
    names["greet"] = worker_cell.write("strat_1", source, tmp_path).greet
    assert "begins with `%%worker strat_1`, not with" in " ".join(check("start-1").text.split())


def test_what_an_answer_prints_is_shown_when_it_fails(tmp_path: Path) -> None:
    source = CHILD.format("print('size', size); letters.put(b'1234567')").replace(
        "    return", "    print('I collect')\n    return"
    )
    verdict = hand_in(QUEUE, source, tmp_path, ["fork"])
    assert verdict.text.partition("Your code printed:\n")[2].splitlines()[:2] == [
        "  I collect",
        "  child-1 | size 1",
    ]


def test_an_unknown_exercise_names_its_neighbours() -> None:
    with pytest.raises(WrongUse, match="did you mean queue-"):
        check("queue-99")
    assert catalogue().exercise("queue_3") is QUEUE


# ---- hints, solutions, predictions ---------------------------------------------------------------


def test_hints_come_one_by_one_and_then_again() -> None:
    count = len(QUEUE.hints)
    said = [hint("queue-3", insist=True) for _ in range(count + 1)]
    assert [text.split(":")[0] for text in said[:count]] == [
        f"Hint {n} of {count}" for n in range(1, count + 1)
    ]
    assert said[count].split("\n")[0] == said[0].split("\n")[0]


def test_the_next_hint_comes_with_another_try(tmp_path: Path) -> None:
    assert hint("queue-3").startswith("Hint 1") and hint("queue-3").startswith("Hint 1")
    for number, answer in (2, "return 1"), (2, "return 1"), (3, "return 2"):
        worker_cell.write(QUEUE.module, PARENT.format(answer), tmp_path)
        assert not check("queue-3")
        assert hint("queue-3").startswith(f"Hint {number}"), "the same again is no new try"


def test_a_hint_that_is_left_below_a_right_verdict_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = SimpleNamespace(execution_count=1)
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("ipc_helpers.grading.shown.shell", lambda: shell)
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    for right in False, True:
        text = QUEUE.solution.read_text(encoding="utf-8") if right else PARENT.format("return 1")
        worker_cell.write(QUEUE.module, text, tmp_path)
        shell.execution_count += 1
        assert bool(check("queue-3")) is right
        hint("queue-3")._ipython_display_()  # the last line of the cell
        assert len(shown) == (3 if right else 2), "a verdict each, and one hint"
    shell.execution_count += 1
    assert hint("queue-3").startswith("Hint 1"), "in a cell of its own it is asked for"


def test_a_page_breaks_no_word_of_a_hint_or_a_question() -> None:
    for one in hint("queue-3"), predict("queue-order"):
        shown = one._repr_mimebundle_()
        assert "word-break:normal" in shown["text/html"] and shown["text/plain"] == one


def test_what_a_notebook_has_shown_can_be_shown_where_there_is_none() -> None:
    one = hint("queue-3")
    one._cell = 3  # type: ignore[attr-defined]
    assert not one.is_here and "Hint 1" in one._repr_mimebundle_()["text/plain"]  # type: ignore[attr-defined]


def test_a_solution_comes_after_an_attempt_or_on_insistence(tmp_path: Path) -> None:
    assert "Try it first" in repr(solution("queue-3"))
    assert "drain first" in repr(solution("queue-3", insist=True))
    check("queue-3")  # nothing was written: no attempt
    assert "Try it first" in repr(solution("queue-3"))
    starter = catalogue().exercise("gallery-2").starter.read_text(encoding="utf-8")
    worker_cell.write("gallery_2", starter, tmp_path)
    assert check("gallery-2").finding == "crowded"  # Run All on the starters: no attempt
    assert "Try it first" in repr(solution("gallery-2"))
    worker_cell.write(QUEUE.module, PARENT.format("return 1"), tmp_path)
    check("queue-3")
    shown = solution("queue-3")._repr_mimebundle_()  # type: ignore[union-attr]
    assert QUEUE.why.strip() in shown["text/markdown"] and "```python" in shown["text/markdown"]


def test_a_solution_comes_into_a_cell_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(
        "ipc_helpers.grading.api.shell", lambda: SimpleNamespace(set_next_input=offered.append)
    )
    solution("queue-3", into_cell=True)
    assert offered == []  # no attempt, nothing given away
    solution("queue-3", insist=True, into_cell=True)
    [cell] = offered
    line, _, source = cell.partition("\n")
    assert line == "%%worker queue_3"
    worker_cell.write("queue_3", source, tmp_path)
    assert check("queue-3").passed


def test_predictions() -> None:
    for question in catalogue().predictions.values():
        assert "three dots" in predict(question.id)
        for answer in question.answers:
            assert predict(question.id, answer).startswith("Yes."), question.id
        wrong = predict(question.id, "a purple elephant")
        assert wrong.startswith(f"It is {question.answers[0]}, not a purple elephant")
        assert question.reason.strip() in wrong
    assert predict("start-list", 4).startswith("Yes.")
    assert predict("memories-exit", None).startswith("Yes.")  # None is an answer
    for no in (False, "n", "No.", "no, only the address is"):
        assert predict("id-grid", no).startswith("Yes."), no
    in_own_words: list[tuple[str, object]] = [
        ("queue-sentinels", "3 sentinels"), ("queue-sentinels", 3.0), ("gallery-lamp", "only once"),
        ("queue-later", "yes it can"), ("memories-copy", "unchanged"), ("memories-copy", [1, 2, 3]),
        ("manager-inner", "it is unchanged"), ("gallery-seats", "Three can."), ("start-list", 4.0),
    ]  # fmt: skip
    for id, words in in_own_words:
        assert predict(id, words).startswith("Yes."), words
    beside: list[tuple[str, object]] = [
        ("queue-sentinels", "not 3"), ("queue-sentinels", "3 or 4"), ("queue-sentinels", 3.5),
        ("queue-later", "no, yes only if"), ("memories-copy", [1, 2, 3, 4]),
        ("memories-copy", "not unchanged"), ("gallery-lamp", "twice"), ("manager-sum", "1"),
    ]  # fmt: skip
    for id, words in beside:
        assert predict(id, words).startswith("It is"), words
    assert predict("id-grid", True).startswith("It is no, not yes;")
    assert record.load()["start-list"]["right"] is True


# ---- the record ----------------------------------------------------------------------------------


def solve(exercise: Exercise, folder: Path) -> Verdict:
    worker_cell.write(exercise.module, exercise.solution.read_text(encoding="utf-8"), folder)
    return check(exercise.id)


def test_progress_survives_a_restart_and_is_reset_on_request(tmp_path: Path) -> None:
    assert solve(catalogue().exercise("start-1"), tmp_path)
    program = "from ipc_helpers import progress; print(progress())"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "●" in answer.stdout and "1 of 1 done" in answer.stdout
    assert "●" in repr(progress()).split("(")[0]
    assert "●" not in repr(progress(reset="start-1")).split("(")[0]


def test_the_export_has_a_line_for_each_exercise(tmp_path: Path) -> None:
    solve(catalogue().exercise("start-1"), tmp_path)
    hint("start-1")
    progress(export=tmp_path / "mine.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "mine.csv").read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == [exercise.id for exercise in ALL]
    first = {key: rows[0][key] for key in ("state", "attempts", "hints", "solution shown")}
    assert first == {"state": "done", "attempts": "1", "hints": "1", "solution shown": "no"}
    by_terminal = tmp_path / "again.csv"
    command = [sys.executable, "-m", "ipc_helpers.grading", "--export", str(by_terminal)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=60, capture_output=True)
    assert by_terminal.read_text() == (tmp_path / "mine.csv").read_text()


def test_a_record_that_cannot_be_written_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("IPC_PROGRESS", str(tmp_path / "file" / "progress.json"))
    assert solve(catalogue().exercise("start-1"), tmp_path)
    assert "1 of 1 done" in repr(progress()), "kept in memory"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"start-1": 3}', "\0\xff"])
def test_a_record_that_is_broken_is_set_aside(text: str, tmp_path: Path) -> None:
    record.place().parent.mkdir(parents=True)
    record.place().write_text(text, encoding="utf-8")
    assert solve(catalogue().exercise("start-1"), tmp_path)
    assert json.loads(record.place().read_text())["start-1"]["solved"]
    assert record.place().with_suffix(".unreadable").read_text(encoding="utf-8") == text


def test_progress_is_a_table_for_a_screen_reader() -> None:
    html = progress()._repr_html_()  # type: ignore[union-attr]
    questions = sum(len(asked_at(name)) for name in CHECKPOINTS)
    assert html.count('aria-label="') == len(ALL) + questions and "<caption" in html
    assert html.count('<th scope="row"') == len({exercise.lesson for exercise in ALL})
    assert html.count('<th scope="rowgroup"') == 3, "the parts"
    assert "0\xa0of\xa01\xa0done" in html, "not broken in a narrow window"


def test_progress_of_a_lesson_names_no_other_but_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else each new lesson would change what is stored in every notebook of exercises."""
    monkeypatch.chdir(EXERCISES)
    shown = progress("07")
    assert len(repr(shown).splitlines()) == 1 + 5 + 2 and "queue-3" not in repr(shown)
    assert "Next: 08 Two hands" in repr(shown)
    assert '"../08_two_hands_on_one_end.ipynb"' in shown._repr_html_()  # type: ignore[union-attr]
    assert "Next: Checkpoint III" in repr(progress("16"))
    assert "Next" not in repr(progress("checkpoint_3")), "nothing comes after the last one"
    with pytest.raises(WrongUse, match="no lesson '99'"):
        progress("99")


def test_the_map_has_every_lesson() -> None:
    lessons = [name for name in catalogue().lessons if not is_checkpoint(name)]
    assert lessons == sorted(path.stem for path in NOTEBOOKS.glob("[0-9]*.ipynb"))


# ---- the checkpoints -----------------------------------------------------------------------------

CHECKPOINTS = [name for name in catalogue().lessons if is_checkpoint(name)]


def asked_at(checkpoint: str) -> list[Prediction]:
    return catalogue().predictions_of(checkpoint)


PROGRAMS = [one for name in CHECKPOINTS for one in asked_at(name) if one.program]


@pytest.mark.parametrize("question", PROGRAMS, ids=lambda question: question.id)
def test_a_program_that_is_asked_about_returns_what_is_said(
    question: Prediction, tmp_path: Path
) -> None:
    if question.method not in START_METHODS:
        pytest.skip(f"no {question.method} on this platform")
    module = worker_cell.write(question.id.replace("-", "_"), question.program, tmp_path)
    with observe(question.method, quiet=True) as mp:
        found = module.main(mp)
    assert str(found) == question.answers[0]


@pytest.mark.parametrize("checkpoint", CHECKPOINTS)
def test_a_checkpoint_has_ten_questions_and_two_programs(checkpoint: str) -> None:
    questions, programs = asked_at(checkpoint), catalogue().exercises_of(checkpoint)
    assert (len(questions), len(programs)) == (10, 2)
    [part] = [part for part in catalogue().parts if checkpoint in part.lessons]
    asked = {lesson for one in [*questions, *programs] for lesson, _ in one.read}
    assert asked <= set(part.lessons) and len(asked) >= 4, "about many lessons of its own part"
    for one in [*questions, *programs]:
        for lesson, section in one.read:
            titles = headings(NOTEBOOKS / f"{lesson}.ipynb")
            is_there = [t for t in titles if t == section or t.startswith(f"{section}. ")]
            assert is_there, f"{one.id}: {lesson} has no section {section}"


def headings(lesson: Path) -> list[str]:
    text = prose(read_notebook(lesson))
    return re.findall(r"^##+ (.*)$", text, re.MULTILINE)


def test_a_checkpoint_names_what_to_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXERCISES)
    questions, [first, second] = asked_at("checkpoint_1"), catalogue().exercises_of("checkpoint_1")
    assert "Not tried yet: question 1, " in repr(checkpoint(1))
    for one in questions:
        predict(one.id, one.answers[0])
    predict(questions[0].id, "wrong, but too late")
    assert "10 of 10 questions" in repr(checkpoint(1)), "the first answer counts"
    progress(reset="checkpoint_1")
    for one in questions:
        predict(one.id, "wrong" if one is questions[2] else one.answers[0])
    predict(questions[2].id, questions[2].answers[0])
    worker_cell.write(first.module, first.starter.read_text("utf-8").replace("None", "0"), tmp_path)
    assert not check(first.id)
    assert solve(second, tmp_path)
    result = checkpoint(1)
    assert "9 of 10 questions right at the first answer, 1 of 2 programs" in repr(result)
    assert "  02 Queue, section 4: question 3, first-1\n" in repr(result)
    assert '<a href="../02_queue.ipynb">02 Queue</a>' in result._repr_html_()
    assert "question 4" not in repr(result) and "Not tried" not in repr(result)
    assert solve(first, tmp_path)
    record.note(questions[2].id, first=True)
    assert repr(checkpoint(1)).endswith("All of it is right: go on.")
    with pytest.raises(WrongUse, match="no lesson 'checkpoint_4'"):
        checkpoint(4)
