"""The doctor finds what is really broken, and says how to mend it.

Nothing is mocked: each test breaks the machine for one run of the doctor, by a limit, a
variable, or a `sitecustomize` module that every interpreter of that run imports first.
"""

from __future__ import annotations

import ast
import importlib.util
import multiprocessing.util
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ipc_helpers import doctor, lesson, words
from ipc_helpers.workers import health

posix = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX limit or variable")
linux = pytest.mark.skipif(sys.platform != "linux", reason="semaphores live in /dev/shm on Linux")


def doctor_with(**constants):
    """The doctor's command; without the packages, which take long, and with other limits."""
    constants = {"PACKAGES": (), **constants}
    settings = "".join(f"doctor.{name} = {value!r}; " for name, value in constants.items())
    code = f"from ipc_helpers import doctor; {settings} doctor.sys.exit(not doctor._examine(True))"
    return ("-c", code)


WHOLE = ("-m", "ipc_helpers.doctor")
QUICK = doctor_with()


def run(tmp_path, *, broken="", limit=None, command=QUICK, **variables):
    """Run the doctor on a machine that is broken like this."""
    (tmp_path / "sitecustomize.py").write_text(broken)
    home = str(Path(doctor.__file__).parents[1])
    before = {"PYTHONPATH": os.pathsep.join([str(tmp_path), home]), **variables}
    return subprocess.run(
        [sys.executable, *command],
        env={**os.environ, **before},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=limit,
    )


def failures(result):
    """{what failed: the command that mends it} of one run, which must have noticed."""
    assert result.returncode == 1, result.stdout + result.stderr
    pattern = r"\[FAIL\] (.*?): .*\n(?: +\| .*\n)*       mend it with:  (.+)\n"
    found = dict(re.findall(pattern, result.stdout))
    assert len(found) == result.stdout.count("[FAIL]"), result.stdout
    assert f"{len(found)} to mend" in result.stdout
    assert f", to mend: {', '.join(found)}\n" in result.stdout
    return found


def test_a_healthy_machine_is_ready(tmp_path):
    result = run(tmp_path, command=WHOLE)
    assert (result.returncode, result.stderr) == (0, ""), result.stdout
    lines = result.stdout.splitlines()
    assert all(line.startswith("[ OK ] ") for line in lines[:-2]) and lines[-1] == "Ready."
    assert re.fullmatch(
        r"For the room: course [\d.]+, Python 3\.\d+\.\d+, \w+, all well", lines[-2]
    )
    for method in multiprocessing.get_all_start_methods():
        assert f"[ OK ] a child process under {method}" in lines
    assert any(re.fullmatch(r"\[ OK \] package nbval  \(\d+(\.\d+)+\)", line) for line in lines)


@pytest.mark.slow
def test_in_a_notebook_the_lines_are_the_same_on_every_machine(tmp_path):
    result = run(tmp_path, command=("-c", "from ipc_helpers.doctor import examine; examine()"))
    assert result.stdout.splitlines() == [
        "[ OK ] Python 3.11 or newer",
        *(f"[ OK ] package {name}" for name in doctor.PACKAGES),
        "[ OK ] a child process under every start method of this platform",
        "[ OK ] a Manager",
        "[ OK ] shared memory",
        "[ OK ] a socket on this machine",
        "[ OK ] a temporary folder",
        "Ready.",
    ]


@pytest.mark.parametrize("module", [doctor, lesson, words])
def test_the_doctor_can_be_read_by_a_python_that_is_too_old(module):
    ast.parse(Path(module.__file__).read_text(), feature_version=(3, 8))


def test_a_python_that_is_too_old(tmp_path):
    no_catalogue = "import sys; sys.modules['tomllib'] = None"  # as before Python 3.11
    command = doctor_with(OLDEST=(99, 0))
    found = failures(run(tmp_path, broken=no_catalogue, command=command))
    assert found == {"Python 99.0 or newer": "PYTHON=python99.0 make lab"}


def mended_with(package, again=False):
    """As this environment installs: one that uv has made has no pip."""
    if importlib.util.find_spec("pip") or not shutil.which("uv"):
        return f"{sys.executable} -m pip install {'--force-reinstall ' * again}{package}"
    return f"uv pip install --python {sys.executable} {'--reinstall ' * again}{package}"


def test_a_package_that_is_missing(tmp_path):
    found = failures(run(tmp_path, command=doctor_with(PACKAGES=("not_installed", "nbval"))))
    assert found == {"package not_installed": mended_with("not_installed")}


def test_a_package_that_is_broken(tmp_path):
    (tmp_path / "nbval.py").write_text("raise ImportError('a shared library is missing')")
    found = failures(run(tmp_path, command=doctor_with(PACKAGES=("nbval",))))
    assert found == {"package nbval": mended_with("nbval", again=True)}


def test_without_pip_the_package_is_installed_with_uv(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: name)
    mend = f"uv pip install --python {sys.executable} nbval"
    assert doctor._install("nbval") == mend


CHILD_DIES = """
import sys
if "--multiprocessing-fork" in sys.argv:
    raise SystemExit("an antivirus says no")
"""


def test_a_child_that_dies_at_once(tmp_path):
    result = run(tmp_path, broken=CHILD_DIES, FORCE_COLOR="1")  # as in a notebook
    found = failures(result)
    assert found["a child process under spawn"] == doctor.AFRESH
    assert "a child process under fork" not in found
    assert "an antivirus says no" in result.stdout  # the whole report is there to read
    assert "\033" not in result.stdout


CHILD_HANGS = """
import sys, time
if "--multiprocessing-fork" in sys.argv:
    time.sleep(60)
"""


def test_a_child_that_hangs(tmp_path):
    began = time.monotonic()
    found = failures(run(tmp_path, broken=CHILD_HANGS, command=doctor_with(LIMIT_S=6.0)))
    assert found["a child process under spawn"] == doctor.AFRESH
    assert "a Manager" in found and "shared memory" not in found  # a Manager is spawned, too
    assert time.monotonic() - began < 6 + 5


@posix
def test_a_path_that_is_too_long_for_a_socket(tmp_path):
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    ran = run(tmp_path, TMPDIR=str(folder))
    if hasattr(multiprocessing.util, "_get_base_temp_dir"):  # later ones go to /tmp by themselves
        told = ran.stdout.splitlines()
        assert "[ OK ] a Manager" in told and "[ OK ] a child process under forkserver" in told
        assert ran.returncode == 0 and told[-1] == "Ready."
        return
    found = failures(ran)
    assert found["a Manager"] == "export TMPDIR=/tmp"
    assert (
        found.get("a child process under forkserver", "export TMPDIR=/tmp") == "export TMPDIR=/tmp"
    )
    assert "a child process under spawn" not in found


@linux
def test_a_machine_without_semaphores(tmp_path):
    found = failures(run(tmp_path, broken="import _multiprocessing; del _multiprocessing.SemLock"))
    for method in multiprocessing.get_all_start_methods():
        assert found[f"a child process under {method}"] == doctor.SHARED_MEMORY_MEND


@posix
def test_too_few_open_files(tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (12, 12))

    found = failures(run(tmp_path, limit=limit))
    assert "ulimit -n 1024" in found.values()


@posix
def test_no_room_for_shared_memory(tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (health.SHARED_BYTES // 2,) * 2)

    found = failures(run(tmp_path, limit=limit))
    assert found == {"shared memory": doctor.SHARED_MEMORY_MEND}


@posix
def test_no_folder_for_temporary_files(tmp_path):
    import resource

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    assert failures(run(tmp_path, limit=limit))["a temporary folder"] == doctor.FOLDER_MEND


NO_LOOPBACK = """
import socket
def no_way(*arguments): raise OSError(101, "Network is unreachable")
socket.create_connection = no_way
"""


def test_a_machine_whose_sockets_do_not_reach_it(tmp_path):
    found = failures(run(tmp_path, broken=NO_LOOPBACK))
    assert found["a socket on this machine"] == doctor.LOOPBACK_MEND


NO_PROCESS = """
import subprocess
def no_way(*arguments, **options): raise BlockingIOError(11, "Resource temporarily unavailable")
subprocess.Popen = no_way
"""


def test_a_machine_that_starts_no_process(tmp_path):
    assert failures(run(tmp_path, broken=NO_PROCESS)) == {"a new process": "ulimit -u 4096"}
