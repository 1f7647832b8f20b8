"""The layout is the architecture: imports point one way, and a child stays light."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from imports import a_cycle, graph, imported, modules
from outside import START_METHODS

import mpscope

PACKAGE = Path(mpscope.__file__).parent
# A folder imports only from those that stand before it.
ORDER = ["errors", "_recording", "_trace", "_diagnosis", "_supervision", "_render", "_notes"]
ORDER += ["_story", "_block", "_replay", "_run", "__main__", ""]
# `mp.timeline()` and its sisters load the drawing when they are called, not before.
# Everything else is standard library.
ALLOWED = {
    "_replay.widget": {"ipywidgets", "traitlets", "IPython"},
}


MOST_LINES, LONGEST = 17_944, 250  # of the package, and of one module: to go down, not up


def folder(module: str) -> str:
    """The first name below the package; empty for the package itself."""
    return ".".join(module.split(".")[1:2])


def test_imports_point_one_way() -> None:
    edges = graph(PACKAGE, on_demand=True)
    upwards = {
        f"{name} imports {other}"
        for name, others in edges.items()
        for other in others - {"mpscope"}
        if ORDER.index(folder(other)) > ORDER.index(folder(name))
    }
    assert not upwards


def test_no_modules_import_each_other() -> None:
    assert not a_cycle(graph(PACKAGE, on_demand=False))
    assert a_cycle({"one": {"other"}, "other": {"one"}}), "the test would see one"


def test_only_known_modules_import_more_than_the_standard_library() -> None:
    for name, path in modules(PACKAGE).items():
        allowed = ALLOWED.get(name.removeprefix("mpscope."), set())
        names = {target.split(".")[0] for target in imported(path, on_demand=True)}
        assert names <= {"mpscope", *sys.stdlib_module_names, *allowed}, name


def test_the_package_and_its_modules_are_small() -> None:
    lines = {
        name: len(path.read_text(encoding="utf-8").splitlines())
        for name, path in modules(PACKAGE).items()
    }
    assert sum(lines.values()) <= MOST_LINES
    assert {name for name, count in lines.items() if count > LONGEST} == set()


def test_a_public_name_is_no_submodule() -> None:
    """`from mpscope import X` under lazy imports (Python 3.15) would give the module."""
    submodules = {name.split(".")[1] for name in modules(PACKAGE) if "." in name}
    assert not submodules & set(mpscope.__all__)
    assert {name for name in submodules if not name.startswith("_")} == {"errors"}


def test_every_public_name_can_be_had() -> None:
    for name in mpscope.__all__:
        assert getattr(mpscope, name).__doc__, name
    with pytest.raises(AttributeError):
        mpscope.no_such_name  # noqa: B018


@pytest.mark.parametrize("method", START_METHODS)
def test_a_child_loads_the_standard_library_only(method: str) -> None:
    look_inside = importlib.import_module("look_inside")
    with mpscope.observe(method, deadline_s=30) as mp:
        names, queue, lock = mp.Queue(), mp.Queue(), mp.Lock()
        child = mp.Process(target=look_inside.report, args=(names, queue, lock))
        child.start()
        loaded = set(names.get())
        child.join()
    if method == "fork":  # has all that this process has
        return
    foreign = {name.split(".")[0] for name in loaded} - set(sys.stdlib_module_names)
    known = {"mpscope", "look_inside", "__main__", "__mp_main__", "sitecustomize"}
    assert {name for name in foreign if not name.startswith("_")} <= known
