"""JupyterHub for a trusted room: one password, a folder for each student, limits.

`make hub` (tools/hub.py) starts it and sets the variables. All students run as the user who started
it: they could read each other's files. For strangers, use containers.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import student_folder  # noqa: E402

STATE = Path(os.environ["IPC_HUB_STATE"])
ADDRESS, PORT = os.environ["IPC_HUB_ADDRESS"], int(os.environ["IPC_HUB_PORT"])
MEMORY = 4 * 2**30  # of addresses, per process: a runaway list ends in MemoryError, not in the swap


class Student(SimpleLocalProcessSpawner):
    """A student's server: in the student's own folder, with limits."""

    def make_preexec_fn(self, name):
        prepare = super().make_preexec_fn(name)

        def begin():
            prepare()
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        return begin


def fill(spawner):
    """Bring the lessons; what the student has changed stays as it is."""
    folder = Path(spawner.home_dir)
    student_folder.fill(folder)
    spawner.environment["IPC_PROGRESS"] = str(folder / "progress.json")


c = get_config()  # noqa: F821
c.JupyterHub.bind_url = f"http://{ADDRESS}:{PORT}"
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{PORT + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{PORT + 2}"
c.ConfigurableHTTPProxy.command = [os.environ["IPC_HUB_PROXY"]]
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{STATE}/hub.sqlite"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = True

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["IPC_HUB_PASSWORD"]
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"[a-z][a-z0-9-]{0,30}\Z"  # becomes the name of a folder

c.JupyterHub.spawner_class = Student
c.JupyterHub.concurrent_spawn_limit = 4  # a start costs two seconds of a core
c.JupyterHub.active_server_limit = 60
c.SimpleLocalProcessSpawner.home_dir_template = str(STATE / "students" / "{username}")
c.Spawner.pre_spawn_hook = fill
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    f"--LabApp.app_settings_dir={ROOT / 'tools' / 'lab'}",
    "--MappingKernelManager.cull_idle_timeout=7200",
    *(["--allow-root"] if os.geteuid() == 0 else []),
]
c.Spawner.default_url = "/lab/tree/my_course/00_start_here.ipynb"
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL", "TMPDIR", "IPC_HUB_MARK"]
