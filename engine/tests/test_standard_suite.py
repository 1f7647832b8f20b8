"""CPython's own tests of multiprocessing hold in a block: some here, all `make standard-suite`."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "bench" / "standard_suite.py"
FEW = "TestLock", "TestSemaphore", "TestSubclassing", "TestPicklingConnections"


@pytest.mark.skipif(os.name != "posix", reason="their start methods")
@pytest.mark.skipif(
    importlib.util.find_spec("test._test_multiprocessing") is None,
    reason="this Python comes without its own tests",
)
def test_a_few_of_them_pass() -> None:
    chosen = [option for name in FEW for option in ("-k", f"WithProcesses{name}")]
    ran = subprocess.run(
        [sys.executable, SCRIPT, "fork", *chosen],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ran.returncode, ran.stderr.splitlines()[-1:]) == (0, ["OK"]), ran.stderr
    seen = [name for name in FEW if re.search(rf"\.WithProcesses{name}.* \.\.\. ok", ran.stderr)]
    assert seen == list(FEW), "none of them has lost its tests"
