"""A server for a room: `make hub`. Each learner has a folder; nobody installs anything.

    make hub                                        this machine alone, to try it
    make hub HUB_FLAGS="--address 192.168.1.20"     for the room: this machine's own address there
    make hub HUB_FLAGS="--password 'a good one'"    else one is made, and printed

Ctrl-C ends it, with all that students have running. Their folders stay: build/hub/students.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "tools" / "hub" / "jupyterhub_config.py"
PROXY = "configurable-http-proxy@5.3.0"
MARK = "IPC_HUB_MARK"  # in the environment of all that runs here
PATIENCE_S = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="127.0.0.1", help="this machine's, for a room")
    parser.add_argument("--port", type=int, default=8000, help="this one, and the next two")
    parser.add_argument(
        "--password", default=secrets.token_hex(4), help="the room's: 8 letters or more"
    )
    parser.add_argument("--state", type=Path, default=ROOT / "build" / "hub", help="its folder")
    options = parser.parse_args()
    if sys.platform == "win32":
        sys.exit("JupyterHub does not run on Windows: use Linux, macOS or WSL.")
    if len(options.password) < 8:
        sys.exit("JupyterHub wants a password of eight letters or more")
    if is_every_address(options.address):
        sys.exit("name this machine's own address in the room: nothing here listens to everybody")
    refuse_taken_ports(options.address, options.port)
    state = options.state.resolve()
    (state / "students").mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "IPC_HUB_STATE": str(state),
        "IPC_HUB_ADDRESS": options.address,
        "IPC_HUB_PORT": str(options.port),
        "IPC_HUB_PASSWORD": options.password,
        "IPC_HUB_PROXY": str(proxy(state)),
        MARK: mark,
    }
    print(f"== http://{options.address}:{options.port}  any name, password: {options.password}")
    print("== Ctrl-C ends it", flush=True)
    return serve(environment, state, mark)


def is_every_address(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_unspecified
    except ValueError:  # a name
        return address == ""


def refuse_taken_ports(address: str, first: int) -> None:
    """A hub that outlived its day would answer in our place."""
    for port in range(first, first + 3):
        host = address if port == first else "127.0.0.1"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                sys.exit(f"cannot listen at {host}, port {port} (see --address, --port): {error}")


def proxy(state: Path) -> Path:
    """The program that stands before all servers; npm fetches it the first time."""
    program = state / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"
    if not program.exists():
        npm = shutil.which("npm") or sys.exit("npm is missing: install Node.js 20 or newer")
        command = [npm, "install", "--silent", "--prefix", str(state / "proxy"), PROXY]
        if subprocess.run(command, check=False).returncode:
            sys.exit(f"npm cannot fetch {PROXY}: is there a network?")
    return program


def serve(environment: dict[str, str], state: Path, mark: str) -> int:
    """Run the hub until it is told to end; then nothing that it has started is left."""
    command = [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)]
    hub = subprocess.Popen(command, cwd=state, env=environment, start_new_session=True)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: hub.send_signal(signal.SIGINT))
    try:
        return hub.wait()
    finally:
        end_all(mark)


def end_all(mark: str) -> None:
    """Ask what is left to end, then insist."""
    until = time.monotonic() + PATIENCE_S
    while (left := marked(mark)) and time.monotonic() < until:
        for process in left:
            process.terminate()
        psutil.wait_procs(left, timeout=3)
    for process in marked(mark):
        process.kill()


def marked(mark: str) -> list[psutil.Process]:
    """The processes that the hub has started, and what they have started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == mark:
                found.append(process)
        except psutil.Error:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
