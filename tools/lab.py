"""Open the course in JupyterLab: `make lab`.

copies of the lessons ─▶ my_course/        (see copies.py)
the workspace "course" ─▶ my_course/.lab/  lesson 00 and its contents, the first time;
                                           from then on as it was left

python tools/lab.py ARGS         open it; ARGS are for JupyterLab, such as --no-browser
python tools/lab.py --prepare    only make the copies, the settings and the workspace, where
                                 this environment's own JupyterLab finds them: for Binder
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import copies
from jupyterlab_server.workspaces_handler import WorkspacesManager

ROOT = copies.ROOT
SETTINGS = ROOT / "tools" / "lab"  # overrides.json: no question about news; panels are saved, too
WORKSPACE = "course"


def main(arguments: list[str]) -> int:
    offers = copies.bring()
    for name in offers:
        print(f"== {name}: a newer version of what you have changed; yours is still there")
    if arguments == ["--prepare"]:
        prepare_here()
        return 0
    folder = copies.MINE / ".lab"
    make_workspace(folder)
    print(f"== Your copies of the lessons: {copies.MINE.name}/ (Ctrl-C twice ends JupyterLab)")
    return run([sys.executable, "-m", "jupyterlab", *options(folder), *arguments])


def options(workspaces: Path, root: Path = ROOT) -> list[str]:
    """What JupyterLab is told: where things are, and which address to print and to open."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        "--ip=127.0.0.1",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/workspaces/{WORKSPACE}",
        f"--LabApp.workspaces_dir={workspaces}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        *(["--allow-root"] if as_root else []),
    ]


def make_workspace(folder: Path, name: str = WORKSPACE) -> None:
    """Lesson 00 with its contents beside it; later, what the learner has arranged, so only once."""
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.glob(f"*{name}*")):
        template = (SETTINGS / "workspace.json").read_text(encoding="utf-8")
        WorkspacesManager(str(folder)).save(name, template.replace("NAME", name))


def prepare_here() -> None:
    """Put settings and workspace where a JupyterLab looks that somebody else will start."""
    from jupyterlab.commands import get_app_dir, get_workspaces_dir

    overrides = json.loads((SETTINGS / "overrides.json").read_text(encoding="utf-8"))
    # Who looks in for five minutes sees the lesson, and nothing to choose from.
    overrides["@jupyterlab/application-extension:shell"] = {"startMode": "single"}
    data = json.dumps(overrides, indent=2).encode()
    copies.write(Path(get_app_dir(), "settings", "overrides.json"), data)
    make_workspace(Path(get_workspaces_dir()), "default")  # what Binder opens


def run(command: list[str]) -> int:
    """JupyterLab hears Ctrl-C itself, and asks; this process waits for its end."""
    with subprocess.Popen(command, cwd=ROOT) as lab:
        while True:
            try:
                return lab.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
