"""Every test of the engine leaves nothing behind."""

from leaks import (  # noqa: F401
    nothing_left_behind,
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_terminal_summary,
    pytest_xdist_make_scheduler,
)
