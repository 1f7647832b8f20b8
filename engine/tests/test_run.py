"""`mpscope run` changes nothing but what is said when a program hangs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from outside import START_METHODS

PROGRAMS = Path(__file__).parent / "programs"
PYTHON = [sys.executable]
RUN = [sys.executable, "-m", "mpscope", "run"]
STOPPED = 124
POSIX = os.name == "posix"
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}

methods = pytest.mark.parametrize("method", START_METHODS)
posix_only = pytest.mark.skipif(not POSIX, reason="signals of POSIX")
linux_only = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="read from /proc")


def ran(command: list[str], stdin: str = "", where: Path = PROGRAMS, limit_s: float = 60) -> Ran:
    """Run a command to its end."""
    done = subprocess.run(
        command,
        input=stdin,
        cwd=where,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=limit_s,
    )
    return Ran(done.returncode, done.stdout, re.sub(r"\{'/[^}]*'\}", "{names}", done.stderr))


class Ran(tuple[int, str, str]):
    """What a program did: exit code, output, errors."""

    def __new__(cls, code: int, output: str, errors: str) -> Ran:
        return super().__new__(cls, (code, output, errors))

    @property
    def unordered(self) -> tuple[int, list[str], list[str]]:
        """Without the order in which different processes printed, and how many: pools vary."""
        code, output, errors = self
        return code, sorted(set(output.splitlines())), sorted(set(errors.splitlines()))


# -- nothing is changed ---------------------------------------------------------------------------


@methods
@posix_only
def test_all_of_multiprocessing_works_as_it_does_alone(method: str, tmp_path: Path) -> None:
    program = ["everything.py", method, "--trace", "not ours"]
    plain = ran(PYTHON + program, "a line\n").unordered
    trace = tmp_path / "trace.json"
    assert ran([*RUN, "--trace", str(trace), *program], "a line\n").unordered == plain
    assert plain[0] == 7 and "alarm" in plain[1] and not plain[2], "the program itself is sound"
    text = trace.read_text()
    for label in ("Worker-1", "Worker-2", "child-3.1", "manager-1", "pool-worker-1"):
        assert f'"{label}"' in text, "all are observed"
    assert json.loads(text)


@methods
def test_what_a_child_sends_may_have_its_class_in_the_program(method: str) -> None:
    assert ran([*RUN, "sends_its_own.py", method]) == (0, "3\n", "")


@pytest.mark.parametrize("how", ["ends", "raise", "message", "kill", "interrupt"])
@methods
def test_it_ends_as_it_would_alone(how: str, method: str) -> None:
    if not POSIX and how == "kill":
        pytest.skip("there is no SIGKILL")
    program = ["raises.py", method, how]
    plain = ran(PYTHON + program)
    assert ran(RUN + program) == plain
    codes = {"ends": 0, "raise": 1, "message": 1, "kill": -9, "interrupt": -2}
    assert plain[0] == codes[how] or not POSIX


@methods
def test_a_module_and_a_folder_run_as_python_runs_them(method: str) -> None:
    for program in (["-m", "tools", method, "-m"], ["package", method], ["./tools.py", method]):
        plain = ran(PYTHON + program)
        assert ran(RUN + program) == plain
        assert plain[0] == 0 and plain[1].splitlines()[-1].startswith("hello")


def test_functions_of_atexit_run_while_the_children_are_there() -> None:
    plain = ran([*PYTHON, "atexit_ends_workers.py"])
    assert ran([*RUN, "atexit_ends_workers.py"]) == plain
    assert plain[:2] == (1, "got [1]\njoined 0\n")


@posix_only
def test_what_the_program_forks_itself_is_left_alone() -> None:
    plain = ran([*PYTHON, "forks.py"])
    code, output, errors = ran([*RUN, "forks.py"])
    assert (code, output) == plain[:2] == (0, "a grandchild\n[1, 2]\n5\n")
    assert errors == plain[2] or (sys.version_info >= (3, 12) and "multi-threaded" in errors)


@pytest.mark.parametrize("program", [["no_such.py"], ["-m", "no_such"], [], ["--deadline", "0"]])
def test_what_cannot_run_is_said_in_a_line(program: list[str]) -> None:
    code, output, errors = ran(RUN + program)
    assert code in (1, 2) and not output and "Traceback" not in errors
    assert "no_such" in errors or program[:1] != ["no_such.py"]


def test_a_mistake_in_the_program_is_shown_as_python_shows_it(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n    pass\n")
    plain = ran([*PYTHON, "broken.py"], where=tmp_path)
    assert ran([*RUN, "broken.py"], where=tmp_path) == plain
    assert plain[0] == 1 and "SyntaxError" in plain[2]


def test_a_file_of_the_program_may_be_called_like_a_module_of_ours(tmp_path: Path) -> None:
    (tmp_path / "glob.py").write_text("1 / 0")
    (tmp_path / "words.py").write_text("import multiprocessing\nprint('works')")
    assert ran([*RUN, "words.py"], where=tmp_path) == (0, "works\n", "")


def test_what_python_does_not_say_is_said_at_the_end() -> None:
    code, output, errors = ran([*RUN, "silent.py", "fork" if POSIX else "spawn"])
    assert (code, output) == (0, "")
    assert "in _feed" in errors, "the traceback that Python prints, of what cannot be pickled"
    assert [line for line in errors.splitlines() if line.startswith("mpscope: ")] == [
        "mpscope: 1 task of pool failed, and nobody asked for its result: fail raised ValueError: "
        "1 (submitted in silent.py, line 23)",
        "mpscope: <function>, which parent put into letters, cannot be pickled and was dropped",
        "mpscope: 1 message that parent put into letters was never read: child-2 had read 1 when "
        "it was ended. Let a reader end by itself, and join() it",
    ]


def test_a_pool_that_waits_in_vain_is_explained(tmp_path: Path) -> None:
    (tmp_path / "lost.py").write_text(
        "import multiprocessing, os\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.Pool(1) as pool:\n"
        "        pool.map(os._exit, [3])\n"
    )
    code, _, errors = ran([*RUN, "lost.py"], where=tmp_path)
    assert code == STOPPED
    assert "A worker that died with its task: pool-worker-1 ended with exit code 3" in errors


BROKEN = """
import multiprocessing, os
from concurrent.futures import ProcessPoolExecutor
if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        executor.submit(os._exit, 3).result()
"""
NO_GUARD = """
import multiprocessing
with multiprocessing.get_context("spawn").Pool(2) as pool:
    pool.map(abs, [3])
"""
NO_GUARD_MANAGER = """
import multiprocessing
multiprocessing.get_context("spawn").Manager()
"""


def test_who_has_broken_an_executor_is_told(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text(BROKEN)
    code, _, errors = ran([*RUN, "broken.py"], where=tmp_path)
    told = errors[errors.index("BrokenProcessPool: ") :]
    assert code == 1 and "mpscope: A worker that died with its task: pool-worker-1 ended" in told


def test_a_program_without_a_main_guard_is_told_so(tmp_path: Path) -> None:
    """Its workers have a log before they import it; in an `observe()` block they have none."""
    (tmp_path / "bare.py").write_text(NO_GUARD)
    code, _, errors = ran([*RUN, "bare.py"], where=tmp_path)
    told = errors[errors.index("mpscope: ") :]
    assert code == STOPPED
    assert "Workers that end before they have begun: " in told
    assert "Children that end before" not in told, "said once"
    assert "Put what starts processes below `if __name__ == '__main__':`." in told
    (tmp_path / "bare.py").write_text(NO_GUARD_MANAGER)
    code, _, errors = ran([*RUN, "bare.py"], where=tmp_path)
    told = errors[errors.index("\nEOFError\n") :]
    assert code == 1 and "Put what starts processes below" in told


# -- what it is for -------------------------------------------------------------------------------

HANGS = {
    "pipeline.py": ["child-1.join() (pipeline.py, line 19 in main)", "oin before drain", "found"],
    "accounts.py": ["savings.acquire() (accounts.py, line 16 in run)", "Lock order", "giro"],
    "unread.py": ["parent has run to its end and waits", "until somebody reads letters", "child-1"],
    "sentinel.py": ["jobs.get() (sentinel.py, line 9 in work)", "sentinel too few", "jobs"],
}


@pytest.mark.parametrize("program", HANGS)
@methods
@linux_only
def test_a_hang_is_found_and_explained(program: str, method: str, tmp_path: Path) -> None:
    """No deadline, nothing to press: the program ends, and says who waits for whom."""
    code, _, errors = ran([*RUN, "--report", str(tmp_path / "report.txt"), program, method])
    assert code == STOPPED
    first, *account = errors.splitlines()
    assert first.startswith("mpscope: every process waits")
    for words in HANGS[program]:
        assert words in errors
    assert "Printed last:" in account
    assert errors in (tmp_path / "report.txt").read_text()
    assert "Traceback" not in errors and "mp." not in errors, "there is no `mp` in this program"


def test_the_deadline_stops_what_would_go_on() -> None:
    code, output, errors = ran([*RUN, "--deadline", "3", "waits.py", "spawn", "busy"])
    assert (code, output) == (STOPPED, "the worker is there\n")
    assert errors.startswith("mpscope: the program did not end within 3 s and was stopped.")
    assert re.search(r"parent runs waits.py, line 1[67] in busy", errors)
    assert "child-1 waits in jobs.get() (waits.py, line 10 in work)" in errors
    assert "child-1 | the worker is there" in errors


@posix_only
def test_an_alarm_of_the_program_is_its_own_and_the_deadline_holds() -> None:
    code, output, errors = ran([*RUN, "--deadline", "3", "own_alarm.py"])
    assert (code, output) == (STOPPED, "my own alarm\n")
    assert errors.startswith("mpscope: the program did not end within 3 s and was stopped.")
    assert "parent waits in child-1.join() (own_alarm.py, line 19)" in errors


class Running:
    """`waits.py` under `mpscope run`, from the moment when its worker has printed a line."""

    def __init__(self, method: str, errors: Path) -> None:
        self.errors = errors
        with errors.open("w") as file:
            self.process = subprocess.Popen(
                [*RUN, "waits.py", method, "listen"],
                cwd=PROGRAMS,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        assert self.process.stdout is not None
        self.first = self.process.stdout.readline()

    def accounts(self, number: int) -> str:
        """What stands on its stderr when so many accounts do; it goes on meanwhile."""
        until = time.monotonic() + 30
        while self.errors.read_text().count("child-1 | the worker is there\n") < number:
            assert time.monotonic() < until, self.errors.read_text()
            time.sleep(0.02)
        return self.errors.read_text()

    def end(self, stdin: str = "") -> tuple[str, str]:
        """The rest of what it prints, and all of its stderr."""
        output, _ = self.process.communicate(stdin, timeout=30)
        return output, self.errors.read_text()


@pytest.fixture(params=START_METHODS)
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Running]:
    program = Running(request.param, tmp_path / "errors")
    yield program
    if program.process.poll() is None:
        program.process.kill()
    program.process.communicate()


def test_output_comes_at_once(running: Running) -> None:
    assert running.first == "the worker is there\n", "while the parent waits for its input"
    assert running.end("a line\n") == ("the worker got a line\n\nthe parent is done\n", "")
    assert running.process.returncode == 0


@posix_only
def test_a_signal_brings_the_account_and_the_program_goes_on(running: Running) -> None:
    for number in (1, 2):
        running.process.send_signal(signal.SIGUSR1)
        account = running.accounts(number)
    assert account.count("mpscope: where every process stands now:\n") == 2
    assert account.count("child-1 waits in jobs.get() (waits.py, line 10 in work)") == 2
    assert running.end("a line\n") == ("the worker got a line\n\nthe parent is done\n", account)
    assert running.process.returncode == 0


@posix_only
def test_ctrl_c_brings_the_account_and_then_reaches_all(running: Running) -> None:
    running.process.send_signal(signal.SIGINT)
    account = running.accounts(1)
    assert account.startswith("mpscope: Ctrl-C. When it came,\n")
    assert "child-1 waits in jobs.get() (waits.py, line 10 in work)" in account
    output, errors = running.end()
    assert output == "the worker was interrupted\n", "as on a terminal"
    assert errors.endswith("KeyboardInterrupt\n") and errors.count("mpscope") == 1
    assert running.process.returncode == -signal.SIGINT
