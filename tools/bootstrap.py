"""Make `.venv` and put into it what the course needs. `make lab` and `make test` begin here.

    requirements.txt --+
    pyproject.toml   --+--> fingerprint --> equal to .venv/.course-stamp?  yes --> done, at once
    this folder      --+                                |
                                                        no --> make .venv, install, write the stamp

It runs on whatever Python the user has, before anything is installed. Therefore it imports the
standard library only and keeps to the syntax of Python 3.6: an old interpreter shall read it far
enough to say which one is needed. Whatever goes wrong ends in one sentence that says what to do.

    python tools/bootstrap.py            what the lessons need
    python tools/bootstrap.py --test     what the checks need, too
    python tools/bootstrap.py --site     what the site and the slides need, too
    python tools/bootstrap.py --hub      a server for a room, too
"""

import argparse
import collections
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Deque, Dict, List, NamedTuple, Optional

OLDEST = (3, 11)
DECIDE = ("requirements.txt", "pyproject.toml", "engine/pyproject.toml")  # what is installed
ROOM_MB = 800  # .venv with pip: 480 MB, and the downloads on their way into it
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, ".course-stamp")
LOG = os.path.join(VENV, "install.log")
VENV_PYTHON = os.path.join(
    VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python"))
)

NO_SPACE = re.compile(r"no space left|errno 28|not enough space|quota exceeded", re.IGNORECASE)
NO_NETWORK = re.compile(
    r"name resolution|getaddrinfo|dns error|newconnectionerror|connection refused|network is "
    r"unreachable|connecttimeout|read timed out|error sending request|failed to fetch|"
    r"\(from versions: none\)",
    re.IGNORECASE,
)


class Interpreter(NamedTuple):
    """What `.venv` runs."""

    version: str
    has_pip: bool


class Stop(Exception):
    """The environment cannot be made; the message is the one sentence that the user reads."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Make .venv, with what the course needs.")
    parser.add_argument("--test", action="store_true", help="install what the checks need, too")
    parser.add_argument("--site", action="store_true", help="install what the site needs, too")
    parser.add_argument("--hub", action="store_true", help="install a server for a room, too")
    options = parser.parse_args()
    extras = [name for name in ("hub", "site", "test") if getattr(options, name)]
    chosen = bool(os.environ.get("PYTHON"))  # else an environment that is here already is kept
    try:
        if not is_fresh(extras, chosen):
            build(extras, chosen)
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next run goes on from here.")
    except OSError as error:
        sys.exit(no_space() if NO_SPACE.search(str(error)) else cannot_write(error))


# ---- is there anything to do? ------------------------------------------------------------------


def fingerprint() -> str:
    """Changes when the packages to install change, or when the folder has been moved."""
    digest = hashlib.sha256(ROOT.encode("utf-8", "surrogateescape"))
    for name in DECIDE:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read_stamp() -> Dict[str, Any]:
    """What the last complete installation wrote; nothing if it did not get that far."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
        return stamp if isinstance(stamp, dict) else {}
    except (OSError, ValueError):
        return {}


def is_fresh(extras: List[str], chosen: bool) -> bool:
    stamp = read_stamp()
    return (
        stamp.get("fingerprint") == fingerprint()
        and set(extras) <= set(stamp.get("extras", []))
        and os.path.exists(VENV_PYTHON)  # False for a link to an interpreter that is gone
        and (not chosen or stamp.get("python") == version_of(sys.version_info))
    )


# ---- making the environment --------------------------------------------------------------------


def build(extras: List[str], chosen: bool) -> None:
    """Install into the environment that is here if it will do, else into a new one."""
    uv = find_uv()
    here = ask_venv()
    keep = here is not None and (uv is not None or here.has_pip)
    if chosen and here is not None and here.version != version_of(sys.version_info):
        keep = False
    if not keep:
        refuse_old_python(extras)
        refuse_full_disk()
        if here is not None:
            say(f".venv has Python {here.version}; it is made anew")
        make_venv(uv)
    extras = sorted(set(extras) | set(read_stamp().get("extras", [])))
    install(uv, extras)
    write_stamp(extras)
    say("the environment is ready")


def ask_venv() -> Optional[Interpreter]:
    """What `.venv` runs, or None where there is none, or a broken or too old one."""
    code = (
        "import sys, importlib.util as u; print(*sys.version_info[:3], sep='.'); "
        f"print(u.find_spec('pip') is not None); sys.exit(sys.version_info < {OLDEST})"
    )
    answer = output_of([VENV_PYTHON, "-c", code]) if os.path.exists(VENV_PYTHON) else None
    if answer is None:
        return None
    version, has_pip = answer.split()
    return Interpreter(version, has_pip == "True")


def make_venv(uv: Optional[List[str]]) -> None:
    say(f"making .venv with Python {version_of(sys.version_info)}")
    remove_venv()
    if uv is not None:
        run(
            [*uv, "venv", "--quiet", "--no-project", "--python", sys.executable, VENV],
            log=os.devnull,
        )
        return
    try:
        import ensurepip  # noqa: F401 - Debian packs it apart from Python
        import venv  # noqa: F401
    except ImportError:
        raise Stop(
            f"{sys.executable} cannot make environments (no venv or ensurepip module): install "
            f"them (Debian, Ubuntu: apt install python{version_of(sys.version_info[:2])}-venv) "
            "or install uv."
        ) from None
    run([sys.executable, "-m", "venv", VENV], log=os.devnull)


def remove_venv() -> None:
    if os.path.islink(VENV) or os.path.isfile(VENV):
        os.unlink(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)


def install(uv: Optional[List[str]], extras: List[str]) -> None:
    """The packages of requirements.txt, and the course's own one from this folder (editable)."""
    own = "." + ("[" + ",".join(extras) + "]" if extras else "")
    wanted = ["-r", "requirements.txt", "-e", own]
    if uv is not None:
        say("installing the packages with uv (some seconds)")
        run([*uv, "pip", "install", "--python", VENV_PYTHON, *wanted], log=LOG)
    else:
        say("installing the packages with pip (a minute or two; uv would take seconds)")
        options = ["--disable-pip-version-check", "--no-input"]
        run([VENV_PYTHON, "-m", "pip", "install", *options, *wanted], log=LOG)


def write_stamp(extras: List[str]) -> None:
    here = ask_venv()
    stamp = {
        "fingerprint": fingerprint(),
        "extras": extras,
        "python": here.version if here else "",
    }
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump(stamp, file)


# ---- what can go wrong -------------------------------------------------------------------------


def refuse_old_python(extras: List[str]) -> None:
    if sys.version_info >= OLDEST:
        return
    newer = find_newer_python()
    advice = (
        f"{newer} is here too, so type: PYTHON={newer} make {'test' if extras else 'lab'}"
        if newer
        else "install a newer one and name it, for example: PYTHON=python3.13 make lab"
    )
    raise Stop(
        f"The course needs Python {version_of(OLDEST)} or newer, and {sys.executable} is "
        f"{version_of(sys.version_info)}; {advice}"
    )


def find_newer_python() -> Optional[str]:
    """A name on PATH that runs; a version manager's stand-in that cannot run does not count."""
    for minor in range(19, OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        if shutil.which(name) and output_of([name, "-c", "pass"]) is not None:
            return name
    return None


def refuse_full_disk() -> None:
    if shutil.disk_usage(ROOT).free < ROOM_MB * 1000 * 1000:
        raise Stop(no_space())


def no_space() -> str:
    return (
        f"The disk is full: .venv needs about {ROOM_MB} MB in {ROOT} (and pip some in "
        f"{tempfile.gettempdir()}); free some space and try again."
    )


def cannot_write(error: OSError) -> str:
    return (
        f"Cannot work on {error.filename or VENV} ({error.strerror or error}); close what uses "
        "it, or check that you may write there, and try again."
    )


def explain(tail: List[str], log: str) -> str:
    """One sentence for what an installer printed before it gave up."""
    text = "\n".join(tail)
    if NO_SPACE.search(text):
        return no_space()
    if NO_NETWORK.search(text):
        return "The packages could not be downloaded; check the network and try again."
    errors = [line for line in tail if re.match(r"\s*error\b", line, re.IGNORECASE)]
    last = (errors or tail or ["it gave no reason"])[-1].strip()
    where = "" if log == os.devnull else f" (all of it is in {log})"
    return f"The installation failed: {last}{where}"


# ---- running other programs --------------------------------------------------------------------


def find_uv() -> Optional[List[str]]:
    for command in (["uv"], [sys.executable, "-m", "uv"]):
        if shutil.which(command[0]) and output_of([*command, "--version"]) is not None:
            return command
    return None


def output_of(command: List[str]) -> Optional[str]:
    """What a command prints, or None if it cannot be run or fails."""
    try:
        return subprocess.check_output(
            command, stderr=subprocess.DEVNULL, universal_newlines=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None


def run(command: List[str], log: str) -> None:
    """Run an installer, show its progress in short, and turn a failure into a sentence."""
    tail: Deque[str] = collections.deque(maxlen=60)
    progress = Progress()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, cwd=ROOT
    )
    try:
        with open(log, "wb") as file:
            for raw in process.stdout or ():
                file.write(raw)
                line = raw.decode("utf-8", "replace").rstrip()
                tail.append(line)
                progress.show(line)
    except BaseException:
        process.kill()
        raise
    finally:
        progress.clear()
        code = process.wait()
    if code:
        raise Stop(explain(list(tail), log))


class Progress:
    """One line that changes on a terminal; elsewhere the first line of each stage."""

    STAGES = ("Collecting", "Downloading", "Installing collected", "Resolved", "Installed")

    def __init__(self) -> None:
        self.live = sys.stdout.isatty()
        self.left = set(self.STAGES)

    def show(self, line: str) -> None:
        if self.live:
            width = shutil.get_terminal_size().columns - 5
            print(f"\r   {line.strip()[:width]:<{width}}", end="", flush=True)
            return
        stage = next((stage for stage in self.left if line.startswith(stage)), None)
        if stage:
            self.left.discard(stage)
            print(f"   {line[:90]}", flush=True)

    def clear(self) -> None:
        if self.live:
            print("\r" + " " * (shutil.get_terminal_size().columns - 1), end="\r", flush=True)


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def version_of(numbers: Any) -> str:
    return ".".join(str(number) for number in tuple(numbers)[:3])


if __name__ == "__main__":
    main()
