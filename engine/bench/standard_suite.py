"""Run CPython's own tests of multiprocessing in observed blocks: `make standard-suite`.

    python engine/bench/standard_suite.py [METHOD] [-k PATTERN]...

The classes of `test._test_multiprocessing` get what they try from `observe(METHOD)` instead of from
`multiprocessing`; each test has a block of its own.  A Python that comes without its tests is said
to, and is no failure.  What cannot hold in a block stands in `CANNOT`, each with its reason.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import unittest
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from typing import Any

from mpscope import observe
from mpscope._recording.process import CLASSES
from mpscope.errors import IpcError

try:
    from test import _test_multiprocessing as standard
except ImportError:
    standard = None  # type: ignore[assignment]

METHOD = os.environ.setdefault("IPC_START_METHOD", "spawn")  # its children import this file, too
DEADLINE_S = 60
MADE = ("Pipe", "Queue", "JoinableQueue", "Lock", "RLock", "Semaphore", "BoundedSemaphore")
MADE += ("Condition", "Event", "Barrier", "Value", "Array", "RawValue", "RawArray", "Pool")
SERVED = ("Queue", "JoinableQueue", "Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition")
SERVED += ("Event", "Barrier", "Value", "Array", "list", "dict", "Namespace", "Pool", "set")
CANNOT = {
    "WithProcessesTestProcess.test_parent_process": "a grandchild is to outlive its parent",
}


class InABlock:
    """Runs each test in a block, with what it makes made by `mp`."""

    Process: type[BaseProcess] = CLASSES[METHOD]
    connection = multiprocessing.connection  # type: ignore[attr-defined]
    current_process = staticmethod(multiprocessing.current_process)
    parent_process = staticmethod(multiprocessing.parent_process)
    active_children = staticmethod(multiprocessing.active_children)
    set_executable = staticmethod(multiprocessing.set_executable)

    block: Any = None  # of the whole class, if its tests share something

    @classmethod
    def setUpClass(cls) -> None:
        shares = "setUpClass" in vars(cls.__bases__[0])
        if shares:
            cls.block = observe(METHOD, deadline_s=DEADLINE_S, quiet=True)
            cls.take(cls.block.__enter__())
            cls.addClassCleanup(cls.block.__exit__, None, None, None)  # type: ignore[attr-defined]
        super().setUpClass()  # type: ignore[misc]

    def run(self, result: Any = None) -> Any:
        if self.block is not None:
            return super().run(result)  # type: ignore[misc]
        try:
            with observe(METHOD, deadline_s=DEADLINE_S, quiet=True) as mp:
                self.take(mp)
                super().run(result)  # type: ignore[misc]
        except IpcError:
            result.addError(self, sys.exc_info())
        return result

    @classmethod
    def take(cls, mp: Any) -> None:
        """Set the attributes that the tests use: the class's, as class methods use them, too."""
        raise NotImplementedError


class Processes(InABlock):
    TYPE = "processes"

    @classmethod
    def take(cls, mp: Any) -> None:
        for name in MADE:
            setattr(cls, name, staticmethod(getattr(mp, name)))


class Manager(InABlock):
    TYPE = "manager"

    @classmethod
    def take(cls, mp: Any) -> None:
        manager = cls.manager = mp.Manager()  # type: ignore[attr-defined]
        for name in SERVED:
            if hasattr(manager, name):
                setattr(cls, name, staticmethod(getattr(manager, name)))


def install() -> Iterator[type[unittest.TestCase]]:
    """The standard classes in our clothes, made importable: children look them up by name."""
    clothes = {"processes": Processes, "manager": Manager}
    for name, base in list(vars(standard).items()):
        if not isinstance(base, type) or not issubclass(base, standard.BaseTestCase):
            continue
        if base is standard.BaseTestCase:
            continue
        for kind in clothes.keys() & set(getattr(base, "ALLOWED_TYPES", ())):
            full = f"With{kind.capitalize()}{name[1:]}"
            made = type(full, (base, clothes[kind], unittest.TestCase), {"__module__": __name__})
            globals()[full] = made
            yield made


CASES = list(install()) if standard else []


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("method", nargs="?", default=METHOD)
    parser.add_argument("-k", dest="patterns", action="append", default=[])
    chosen = parser.parse_args()
    if chosen.method != METHOD:
        os.environ["IPC_START_METHOD"] = chosen.method
        os.execv(sys.executable, [sys.executable, *sys.argv])
    if standard is None:
        print("This Python comes without its own tests: there is nothing to run.", file=sys.stderr)
        return 0
    multiprocessing.set_start_method(METHOD, force=True)
    loader = unittest.TestLoader()
    tests = [test for case in CASES for test in loader.loadTestsFromTestCase(case)]  # type: ignore[arg-type]
    wanted = [t for t in tests if not chosen.patterns or any(p in t.id() for p in chosen.patterns)]
    suite = unittest.TestSuite(t for t in wanted if short(t) not in CANNOT)
    print(f"{suite.countTestCases()} of CPython's own tests, observed, under {METHOD}")
    done = unittest.TextTestRunner(verbosity=2).run(suite)
    return not done.wasSuccessful()


def short(test: unittest.TestCase) -> str:
    return test.id().removeprefix(f"{__name__}.")


if __name__ == "__main__":
    sys.modules["standard_suite"] = sys.modules[__name__]
    sys.exit(main())
