"""What a newcomer meets first is true: the two commands, the documents, the lists of packages."""

from __future__ import annotations

import ast
import os
import re
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import bootstrap
import pytest
import yaml
from course import ROOT, lessons, links, prose, read, tracked_files

import ipc_helpers
from mpscope import Deadlock

NAMED_BY_THE_USER = {"jupyterlab", "ipywidgets", "nbval", "matplotlib", "distributed"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


ENGINE = "-e ./engine"


def project() -> dict:
    return tomllib.loads(text_of("pyproject.toml"))["project"]


def requirements() -> list[str]:
    """The packages; the engine, which comes from this repository, is no one else's."""
    lines = (line.split("#")[0].strip() for line in text_of("requirements.txt").splitlines())
    return [line for line in lines if line and line != ENGINE]


def name_of(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0].lower()


# ---- the packages ------------------------------------------------------------------------------


def test_requirements_are_what_the_user_named_and_have_bounds() -> None:
    assert {name_of(line) for line in requirements()} == NAMED_BY_THE_USER
    assert all(">=" in line and "<" in line for line in requirements())


def test_environment_yml_equals_requirements_txt() -> None:
    environment = yaml.safe_load(text_of("environment.yml"))
    dependencies = environment["dependencies"]
    assert isinstance(dependencies, list), "repo2docker would accept anything else in silence"
    (pip,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    assert sorted(pip) == sorted([*requirements(), ENGINE, "-e ."])
    plain = [entry for entry in dependencies if isinstance(entry, str)]
    assert sorted(map(name_of, plain)) == ["pip", "python"]
    (python,) = [entry for entry in plain if entry.startswith("python")]
    assert tuple(map(int, python.split("=")[1].split("."))) >= bootstrap.OLDEST


def test_each_package_beyond_the_five_has_a_reason() -> None:
    extras = project()["optional-dependencies"].values()
    contributing = text_of("CONTRIBUTING.md")
    for package in {name_of(line) for extra in extras for line in extra}:
        assert re.search(rf"^\| {package} \|", contributing, re.IGNORECASE | re.MULTILINE), package


def test_the_package_itself_needs_nothing() -> None:
    assert project()["dependencies"] == []


# ---- versions ----------------------------------------------------------------------------------


def test_the_version_is_the_same_everywhere() -> None:
    newest = re.search(r"^## (\S+)", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert newest and newest[1] == project()["version"] == ipc_helpers.__version__


def test_the_oldest_python_is_the_same_everywhere() -> None:
    oldest = ".".join(map(str, bootstrap.OLDEST))
    workflow = yaml.safe_load(text_of(".github/workflows/ci.yml"))
    pythons = workflow["jobs"]["proof"]["strategy"]["matrix"]["python"]
    settings = tomllib.loads(text_of("pyproject.toml"))["tool"]
    assert project()["requires-python"] == f">={oldest}"
    assert pythons[0] == oldest
    assert settings["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    assert settings["mypy"]["python_version"] == oldest
    assert re.search(rf"Python\s*(≥|>=)?\s*{re.escape(oldest)}", text_of("README.md"))


# ---- the documents -----------------------------------------------------------------------------


def test_readme_says_how_to_begin_on_each_system() -> None:
    readme = text_of("README.md")
    assert "docs/start.md" in links(readme)
    for words in (
        *("make lab", "make test", "PYTHON=python3.13"),
        *("tools/bootstrap.py", "PowerShell", "environment.yml", "Binder"),
    ):
        assert words in (readme + text_of("docs/start.md")).replace("\\", "/"), words
    assert {f"notebooks/{path.name}" for path in lessons()} <= set(links(readme)), "lesson map"


def test_readme_is_short_and_its_three_pictures_have_words() -> None:
    text = re.sub(r"```.*?```", "", text_of("README.md"), flags=re.DOTALL)
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", text)
    assert len(pictures) == 3 and all(len(alt) > 60 for alt, _ in pictures)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|^\|.*$", "", text, flags=re.MULTILINE)
    assert len(re.findall(r"\w[\w’'.-]*", text)) <= 400


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends at its deadline")
def test_the_program_of_the_readme_ends_and_says_why() -> None:
    code = re.findall(r"```python\n(.*?)```", text_of("README.md"), flags=re.DOTALL)[0]
    with pytest.raises(Deadlock, match="Join before drain"):
        exec(compile(code, "README.md", "exec"), {"__name__": "readme"})


def test_the_second_picture_of_the_readme_names_the_line_of_its_program() -> None:
    code = re.findall(r"```python\n(.*?)```", text_of("README.md"), flags=re.DOTALL)[0]
    [line] = [n for n, text in enumerate(code.splitlines(), 1) if "child.join()" in text]
    assert f"program.py, line {line}" in text_of("docs/waits.svg")


def test_the_primer_has_its_credit() -> None:
    source = "http://suhaozhi.blog.51cto.com/7272298/1925925"
    assert source in text_of("LICENSE-prose.md") and source in text_of("README.md")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_each_make_command_in_the_documents_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`|\s)make ([a-z-]+)(?=[`\s#]|$)", code_of(text_of(name))))
    assert named and named <= targets


def code_of(markdown: str) -> str:
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", markdown, flags=re.DOTALL))


DOCUMENTS = [path for place in ("*.md", "docs/**/*.md", "engine/*.md") for path in ROOT.glob(place)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_of_the_documents_lead_somewhere(path: Path) -> None:
    for link in links(path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", link):
            place, _, heading = link.partition("#")
            target = path.parent / place if place else path
            assert target.exists(), link
            assert not heading or heading in headings(target), link


def headings(path: Path) -> set[str]:
    """What the headings of a document are called in links: GitHub's way, or JupyterLab's."""
    if path.suffix == ".ipynb":
        titles = re.findall(r"^#+ (.*)$", prose(read(path)), flags=re.MULTILINE)
        return {title.strip().replace("`", "").replace(" ", "-") for title in titles}
    titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


# A path of somebody's machine, or the host of a package registry, is true for that machine only.
PRIVATE = re.compile(
    r"(?<![\w.])/(?:home|Users)/\w|(?<![\w.])/(?:root|work|opt/\w+)/|\.pyenv|[A-Z]:\\Users"
    r"|\bpypi\.org|pythonhosted\.org|npmjs\.|deb\.debian|conda\.anaconda\.org"
)


def test_no_tracked_file_names_a_place_of_one_machine() -> None:
    guilty = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in tracked_files()
        if path != Path(__file__).resolve()
        and (found := PRIVATE.search(path.read_bytes().decode("utf-8", "replace")))
    }
    assert guilty == set()


def test_ci_calls_make_test_on_a_learners_terms() -> None:
    script = text_of(".ci/run")
    assert "unset PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE" in script
    assert script.rstrip().endswith("make test")
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


# ---- the bootstrap -----------------------------------------------------------------------------


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that decide what is installed, and nothing in .venv."""
    (tmp_path / "engine").mkdir()
    for name in bootstrap.DECIDE:
        (tmp_path / name).write_text(text_of(name), encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "STAMP", str(tmp_path / ".venv" / ".course-stamp"))
    monkeypatch.setattr(bootstrap, "LOG", str(tmp_path / ".venv" / "install.log"))
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", sys.executable)
    return tmp_path


def test_bootstrap_can_be_read_by_an_old_python() -> None:
    source = text_of("tools/bootstrap.py")
    ast.parse(source, feature_version=(3, 6))
    assert source.isascii(), "an old Python under an old locale prints its messages"


def test_a_second_run_has_nothing_to_do(clone: Path) -> None:
    (clone / ".venv").mkdir()
    assert not bootstrap.is_fresh([], chosen=False)
    bootstrap.write_stamp(["test"])
    assert bootstrap.is_fresh([], chosen=True)
    assert bootstrap.is_fresh(["test"], chosen=False)
    assert not bootstrap.is_fresh(["browser"], chosen=False)


@pytest.mark.parametrize("name", bootstrap.DECIDE)
def test_a_change_of_the_packages_is_noticed(clone: Path, name: str) -> None:
    (clone / ".venv").mkdir()
    bootstrap.write_stamp([])
    (clone / name).write_text(text_of(name) + "\n# changed\n", encoding="utf-8")
    assert not bootstrap.is_fresh([], chosen=False)


def test_another_interpreter_is_noticed_only_if_the_user_names_one(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / ".venv").mkdir()
    bootstrap.write_stamp([])
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 99, 0, "final", 0))
    assert bootstrap.is_fresh([], chosen=False)
    assert not bootstrap.is_fresh([], chosen=True)


def one_sentence(message: str) -> bool:
    return "\n" not in message and "Traceback" not in message and 40 < len(message) < 400


def test_too_old_a_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 1, "final", 0))
    with pytest.raises(bootstrap.Stop, match=r"Python 3\.11 or newer.* 3\.9\.1") as stop:
        bootstrap.refuse_old_python(["test"])
    assert one_sentence(str(stop.value))


def test_a_full_disk_is_told_before_anything_is_made(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(bootstrap.Stop, match="disk is full") as stop:
        bootstrap.refuse_full_disk()
    assert one_sentence(str(stop.value)) and not (clone / ".venv").exists()


def test_a_python_without_venv_is_told_what_to_install(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(bootstrap.Stop, match="venv or ensurepip") as stop:
        bootstrap.make_venv(uv=None)
    assert one_sentence(str(stop.value)) and not (clone / ".venv").exists()


@pytest.mark.parametrize(
    ("last_line", "meaning"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: Temporary failure in name resolution", "check the network"),
        ("ERROR: No matching distribution found for jupyterlab", "No matching distribution"),
    ],
)
def test_a_failed_installation_is_explained(last_line: str, meaning: str) -> None:
    message = bootstrap.explain(["Collecting jupyterlab", last_line], os.devnull)
    assert meaning in message and one_sentence(message)


def test_the_long_run_runs_tests_that_are_there() -> None:
    """`make soak` takes half an hour, and so runs seldom: its matrix had moved, unseen."""
    named = re.findall(r'"([\w/]+/test_\w+\.py)"', text_of("engine/bench/soak.py"))
    assert named and [name for name in named if not (ROOT / name).exists()] == []


def test_no_file_has_a_conflict_that_nobody_has_settled() -> None:
    """One stood in a table of the site, where no tool that reads Python looks."""
    mark = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)
    assert [str(path) for path in tracked_files() if mark.search(path.read_bytes())] == []
