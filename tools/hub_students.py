"""Students, simulated: they log in to `make hub` at once and run lessons; outputs are compared.

    python tools/hub_students.py http://127.0.0.1:8000 PASSWORD --students 16 --lessons 00 01 02

Each has a login, a server, and a kernel of its own, and runs its copy of each lesson cell by cell,
as JupyterLab would. An output counts as right if it means what is stored in the repository. Told
apart is what was measured: where cores are short, four processes are no quicker than one.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import nbformat
import psutil
import requests
import websocket
from execute_notebooks import NOTEBOOKS, choose, meaning, tidy
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg

from ipc_helpers.words import said

CELL_S = 180
SHOWN = {"stream", "display_data", "execute_result", "error"}
AT_LEAST, NO_QUICKER = (
    re.compile(said(f"chart.{how}", slow=".*", fast=".*", ratio=".*"))
    for how in ("longer", "not_longer")
)


class Student(threading.Thread):
    """One learner: seconds for each step, and which cells came out wrong."""

    def __init__(self, hub: str, name: str, password: str, lessons: list[Path]) -> None:
        super().__init__(name=name)
        self.hub, self.password, self.lessons = hub, password, lessons
        self.web = requests.Session()
        self.seconds: dict[str, float] = {}
        self.wrong: list[str] = []
        self.cells = self.no_quicker = 0

    def run(self) -> None:
        try:
            self.timed("login", self.log_in)
            self.timed("server", self.start_server)
            for lesson in self.lessons:
                self.timed(lesson.stem, self.work_through, lesson)
            self.web.delete(f"{self.hub}/hub/api/users/{self.name}/server", headers=self.xsrf())
        except Exception as error:
            self.wrong.append(f"{type(error).__name__}: {error}")

    def timed(self, what: str, do: Any, *arguments: Any) -> None:
        began = time.monotonic()
        do(*arguments)
        self.seconds[what] = time.monotonic() - began

    def xsrf(self) -> dict[str, str]:
        found = [c.value for c in self.web.cookies if c.name == "_xsrf" and c.path == "/hub/"]
        return {"X-XSRFToken": found[-1] if found else ""}

    def log_in(self) -> None:
        self.web.get(f"{self.hub}/hub/login")
        form = {
            "username": self.name,
            "password": self.password,
            "_xsrf": self.xsrf()["X-XSRFToken"],
        }
        self.web.post(f"{self.hub}/hub/login", data=form, allow_redirects=False).raise_for_status()

    def start_server(self) -> None:
        until = time.monotonic() + 300
        while time.monotonic() < until:
            answer = self.web.get(f"{self.hub}/user/{self.name}/api/status", timeout=60)
            if answer.ok and "kernels" in answer.text:
                return
            self.web.get(f"{self.hub}/hub/spawn", timeout=300)
            time.sleep(1)
        raise TimeoutError("no server")

    def work_through(self, lesson: Path) -> None:
        base = f"{self.hub}/user/{self.name}"
        path = f"my_course/{lesson.name}"
        copy = self.web.get(f"{base}/api/contents/{path}").json()["content"]
        stored = {cell.id: cell for cell in nbformat.read(lesson, as_version=4).cells}
        session = {"path": path, "type": "notebook", "name": "", "kernel": {"name": "python3"}}
        token = self.token()
        headers = {"Authorization": f"token {token}"}
        answer = requests.post(f"{base}/api/sessions", json=session, headers=headers, timeout=120)
        kernel = answer.json()["kernel"]["id"]
        address = f"ws{base[4:]}/api/kernels/{kernel}/channels"
        header = [f"Authorization: token {token}"]
        line = websocket.create_connection(
            address, timeout=CELL_S, header=header, suppress_origin=True
        )
        try:
            for cell in copy["cells"]:
                if cell["cell_type"] == "code" and cell["id"] in stored:
                    self.compare(lesson, stored[cell["id"]], run_cell(line, cell["source"]))
        finally:
            line.close()
            requests.delete(f"{base}/api/kernels/{kernel}", headers=headers, timeout=60)

    def token(self) -> str:
        url = f"{self.hub}/hub/api/users/{self.name}/tokens"
        return self.web.post(url, headers=self.xsrf(), json={}).json()["token"]

    def compare(self, lesson: Path, stored: NotebookNode, outputs: list[NotebookNode]) -> None:
        self.cells += 1
        if "nbval-ignore-output" in stored.metadata.get("tags", ()):
            return
        cell = new_code_cell(outputs=outputs)
        tidy(new_notebook(cells=[cell]))
        if NO_QUICKER.fullmatch(plain(cell)) and AT_LEAST.fullmatch(plain(stored)):
            self.no_quicker += 1
        elif without_counts(meaning(cell)) != without_counts(meaning(stored)):
            shown = " ".join(str(o.get("text", "")) or str(o.get("data", "")) for o in cell.outputs)
            self.wrong.append(f"{lesson.stem} {stored.id}: {shown[:100]!r}")


def plain(cell: NotebookNode) -> str:
    """What a cell shows as text, without what it has printed."""
    return "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def without_counts(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in o.items() if k not in ("execution_count", "metadata")} for o in shown]


def run_cell(line: websocket.WebSocket, source: str) -> list[NotebookNode]:
    """Ask a kernel to run a cell; its outputs, streams in one piece each."""
    asked = uuid.uuid4().hex
    header = {"msg_id": asked, "msg_type": "execute_request", "session": asked, "username": "",
              "version": "5.3"}  # fmt: skip
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False,
               "stop_on_error": False, "user_expressions": {}}  # fmt: skip
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content,
               "channel": "shell", "buffers": []}  # fmt: skip
    line.send(json.dumps(message))
    outputs: list[NotebookNode] = []
    while True:
        answer = line.recv()
        if not isinstance(answer, str):
            continue
        message = json.loads(answer)
        if message["parent_header"].get("msg_id") != asked:
            continue
        if message["msg_type"] in SHOWN:
            add(outputs, output_from_msg(message))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return outputs


def add(outputs: list[NotebookNode], new: NotebookNode) -> None:
    """As nbclient does: what goes on in a stream belongs to what the stream has shown."""
    for old in outputs:
        if new.output_type == old.output_type == "stream" and old.name == new.name:
            old.text += new.text
            return
    outputs.append(new)


class Memory(threading.Thread):
    """The most that the machine has used while it watched, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.before = psutil.virtual_memory().used
        self.most = self.before

    def run(self) -> None:
        while True:
            self.most = max(self.most, psutil.virtual_memory().used)
            time.sleep(0.2)

    @property
    def extra(self) -> float:
        return (self.most - self.before) / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hub")
    parser.add_argument("password")
    parser.add_argument("--students", type=int, default=16)
    parser.add_argument("--lessons", nargs="+", default=["00", "01", "02"])
    options = parser.parse_args()
    if not (lessons := choose(NOTEBOOKS, options.lessons)):
        sys.exit(f"no lesson is called {' or '.join(options.lessons)}")
    memory = Memory()
    memory.start()
    room = [
        Student(options.hub, f"student-{n}", options.password, lessons)
        for n in range(1, options.students + 1)
    ]
    for student in room:
        student.start()
    for student in room:
        student.join()
    for what in ("login", "server", *(lesson.stem for lesson in lessons)):
        times = [student.seconds[what] for student in room if what in student.seconds]
        if times:
            print(f"{what:<20} {min(times):6.1f} to {max(times):6.1f} s")
    right = [student for student in room if not student.wrong]
    print(f"{len(right)} of {len(room)} right, {sum(s.cells for s in room)} cells run; "
          f"memory: {memory.extra:.0f} MB more at most")  # fmt: skip
    if slow := sum(student.no_quicker for student in room):
        print(f"{slow} cells say that several processes were no quicker here: the cores were short")
    for student in room:
        if student.wrong:
            print(student.name, *student.wrong[:5], sep="\n    ")
    return 0 if len(right) == len(room) else 1


if __name__ == "__main__":
    sys.exit(main())
