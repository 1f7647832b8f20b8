"""The cluster of lesson 15: the room's, or two workers on this machine.

    IPC_SCHEDULER=tcp://host:8786 ──> connect() ──> the room's cluster; our workers are sent there
    not set ────────────────────────> connect() ──> a cluster of one's own
    either ──> own() ──> a cluster of one's own, which may be broken

dask.distributed does the work; where it is not installed, `connect()` says so and returns None.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import tempfile
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ipc_helpers.words import said

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 60.0
# A cluster that shall break while one watches: two tries a task, leases of three seconds.
IMPATIENT = {
    "distributed.scheduler.allowed-failures": 1,
    "distributed.scheduler.locks.lease-timeout": "3s",
    "distributed.scheduler.locks.lease-validation-interval": "200ms",
}


def connect() -> Any:
    """A client: of the scheduler that IPC_SCHEDULER names, else of a cluster of one's own."""
    if importlib.util.find_spec("distributed") is None:
        print(said("cluster.missing"))
        return None
    address = os.environ.get("IPC_SCHEDULER")
    if not address:
        return start()
    from distributed import Client

    client = Client(address, timeout=PATIENCE_S)
    send_code(client)
    return client


def own(client: Any) -> Any:
    """A client of a cluster that is nobody else's: this one, if it is, or else a new one."""
    return client if client is None or client.cluster else start()


def start() -> Any:
    """Two workers of one thread each, on this machine, impatient, and a client of theirs."""
    import dask
    from distributed import Client, LocalCluster

    with ExitStack() as until_closed:
        folder = until_closed.enter_context(tempfile.TemporaryDirectory(prefix="ipc-cluster-"))
        until_closed.enter_context(dask.config.set({**IMPATIENT, "temporary-directory": folder}))
        cluster = LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # any free port: several may run here
            silence_logs=logging.CRITICAL,  # we kill workers on purpose; get_logs() has it all
        )
        cluster.left = until_closed.pop_all()
    return Client(cluster, timeout=PATIENCE_S)


def close(*clients: Any) -> None:
    """Leave these clusters; end those that are one's own."""
    for client in dict.fromkeys(filter(None, clients)):
        cluster = client.cluster
        client.close()
        if cluster:
            cluster.close(timeout=PATIENCE_S)
            cluster.left.close()


def send_code(client: Any) -> None:
    """Send the functions that run in workers to the machines of a cluster, if they are missing."""
    is_there = lambda: importlib.util.find_spec("ipc_helpers") is not None  # noqa: E731 - by value
    if all([client.run_on_scheduler(is_there), *client.run(is_there).values()]):
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "ipc_helpers.zip")
        with zipfile.ZipFile(archive, "w") as file:
            for path in [ROOT / "ipc_helpers/__init__.py", *ROOT.glob("ipc_helpers/workers/*.py")]:
                file.write(path, path.relative_to(ROOT))
        client.upload_file(str(archive))
