"""What every test has to obey: it leaves nothing behind."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from outside import MARK, Watch

os.environ[MARK] = uuid.uuid4().hex  # every child inherits it, however it is started


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """After each test: no process, no shared-memory segment, no semaphore of ours."""
    watch = Watch()
    yield
    left = watch.left()
    assert not left, "the test left behind:\n" + "\n".join(left)
