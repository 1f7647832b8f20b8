"""Every lesson keeps the contract that CONTRIBUTING.md states: form, outputs, navigation, links."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import minutes
import pytest
from course import (
    IGNORING_TAGS,
    NOTEBOOKS,
    ROOT,
    code_cells,
    compared_outputs,
    lessons,
    links,
    prose,
    read,
    tags,
    tracked_files,
)
from execute_notebooks import WORKER
from mark_slides import marked
from nbformat import NotebookNode

from ipc_helpers.lesson import COLUMNS

LESSONS = lessons()
EXERCISES = sorted((NOTEBOOKS / "exercises").glob("*.ipynb"))
NAMES = [path.stem for path in LESSONS]
PART_ONE = [
    "00_start_here",
    "01_two_memories",
    "02_queue",
    "03_pipe",
    "04_manager",
    "05_manager_gallery",
]
FEWEST_COMPARED = 8  # outputs that nbval compares, per lesson
MOST_IGNORED = 2
WORKERS = ROOT / "ipc_helpers" / "workers"
CELLS = range(25, 51)
CODE_LINES = 15
WORDS = range(1000, 2001)
ADMISSION = {"00_start_here"}  # shorter: it admits to the course, and teaches little
per_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def test_the_lessons_are_all_there() -> None:
    assert set(PART_ONE) <= set(NAMES)
    assert [name[:2] for name in NAMES] == [f"{n:02}" for n in range(len(NAMES))], "no gap"


# ---- nothing passes vacuously ------------------------------------------------------------------


@per_lesson
def test_every_code_cell_was_run_in_order_and_stored(path: Path) -> None:
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts == list(range(1, len(counts) + 1)), "run `make notebooks`"


@per_lesson
def test_enough_outputs_are_compared(path: Path) -> None:
    cells = code_cells(read(path))
    compared = [compared_outputs(cell) for cell in cells]
    assert sum(compared) >= FEWEST_COMPARED
    assert sum(map(bool, compared)) >= len(cells) / 2, "most code cells show something"


@per_lesson
def test_ignored_outputs_are_few_and_have_a_reason(path: Path) -> None:
    cells = code_cells(read(path))
    ignoring = [cell for cell in cells if tags(cell) & IGNORING_TAGS]
    assert len(ignoring) <= MOST_IGNORED
    for cell in ignoring:
        assert tags(cell) & IGNORING_TAGS == {"nbval-ignore-output"}, cell.id
        assert len(cell.metadata.get("ipc", {}).get("reason", "")) > 15, f"{cell.id}: why?"
    in_source = [
        cell.id for cell in cells if re.search(r"#\s*(NBVAL|PYTEST_VALIDATE)", cell.source)
    ]
    assert in_source == [], "a marker is a tag of the cell, not a comment that learners read"


@per_lesson
def test_no_output_is_an_error_or_names_a_place_of_some_machine(path: Path) -> None:
    for cell in code_cells(read(path)):
        text = str(cell.outputs)
        assert not [o for o in cell.outputs if o.output_type == "error"], cell.id
        assert not re.search(r"/(home|root|Users|tmp|work)/|[A-Z]:\\\\|0x[0-9a-f]{6}", text), (
            cell.id
        )


@pytest.mark.parametrize("path", [*LESSONS, *EXERCISES], ids=lambda path: path.stem)
def test_no_printed_line_is_broken_in_the_midst_of_a_word(path: Path) -> None:
    """As JupyterLab does with one that is longer than a notebook is wide."""
    printed = [
        line
        for cell in code_cells(read(path))
        for output in cell.outputs
        if output.output_type == "stream"
        for line in output.text.splitlines()
    ]
    assert [line for line in printed if len(line) > COLUMNS] == []


# ---- the form ----------------------------------------------------------------------------------


@per_lesson
def test_size(path: Path) -> None:
    notebook = read(path)
    words = len(plain_words(prose(notebook)))
    long = [c.id for c in code_cells(notebook) if len(c.source.splitlines()) > CODE_LINES]
    assert long == [], f"cells of more than {CODE_LINES} lines"
    assert len(notebook.cells) < CELLS.stop and words < WORDS.stop, (len(notebook.cells), words)
    if path.stem not in ADMISSION:
        assert len(notebook.cells) in CELLS
        assert words in WORDS


def plain_words(markdown: str) -> list[str]:
    text = re.sub(r"```.*?```|\]\([^)]*\)", " ", unfolded(markdown), flags=re.DOTALL)
    return re.findall(r"\w[\w'’.-]*", text)


def unfolded(markdown: str) -> str:
    """Without the folded parts, which a reader opens when they are wanted: answers, for example.

    And without the rows of the map and the minutes, which are for finding one's way.
    """
    map_row = r"^(?:\| \[\d\d |\*\*Minutes)[^\n]*"
    return re.sub(
        rf"<details>.*?</details>|{map_row}", "", markdown, flags=re.DOTALL | re.MULTILINE
    )


@per_lesson
def test_no_sentence_stands_there_twice(path: Path) -> None:
    text = re.sub(r"```.*?```", "\n\n", prose(read(path)), flags=re.DOTALL)
    parts = re.split(r"(?<=[.?!])\s+|\n\n", text)
    said = Counter(" ".join(part.split()) for part in parts if "](" not in part)
    assert [one for one, times in said.items() if times > 1 and len(one.split()) > 5] == []


@per_lesson
def test_metadata_is_the_same_for_everyone(path: Path) -> None:
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}
    slugs = {re.sub(r"-\d+[a-z]?$", "", cell.id) for cell in notebook.cells}
    assert len(slugs) == 1, f"ids are lesson-01, lesson-02 ...; here: {slugs}"


@per_lesson
def test_slides_are_marked_by_the_rule(path: Path) -> None:
    assert marked(path, check=True), "run `python tools/mark_slides.py`"


@per_lesson
def test_opening(path: Path) -> None:
    first = read(path).cells[0]
    text = "\n".join(cell.source for cell in read(path).cells[:3] if cell.cell_type == "markdown")
    assert first.cell_type == "markdown" and re.match(r"# \S", first.source)
    for promise in ("do", "learn", "need"):
        assert re.search(rf"What you[’']ll {promise}", text), f"What you'll {promise}"
    assert re.search(r"^\*\*Minutes\.\*\* About \d+", first.source, re.MULTILINE)
    assert objectives(read(path)), "numbered objectives under What you'll learn"


def test_minutes_are_those_of_the_rule() -> None:
    """In the heads, in the map, in the README: all, those of each section, those of exercises."""
    for path, wanted in minutes.refreshed().items():
        stated, by_rule = map(minutes_in, (path.read_text(encoding="utf-8"), wanted))
        assert len(stated) == len(by_rule) > 3, path.name
        far = [pair for pair in zip(stated, by_rule, strict=True) if abs(pair[0] - pair[1]) > 2]
        assert far == [], f"{path.name}: run `python tools/minutes.py`"


def minutes_in(text: str) -> list[int]:
    lines = re.findall(r"\*\*Minutes\.\*\* About.*|\| \d+ \+ \d+ \|", text)
    return [int(number) for line in lines for number in re.findall(r"\b\d+\b", line)]


@per_lesson
def test_each_prediction_is_run_and_explained(path: Path) -> None:
    """Predict -> a code cell -> Explain, again and again."""
    steps = []
    for cell in read(path).cells:
        if cell.cell_type == "code":
            steps.append("run")
        else:
            words = re.findall(r"^\*\*(Predict|Explain)\b", cell.source, flags=re.MULTILINE)
            steps += map(str.lower, words)
    story = " ".join(steps)
    rounds = re.findall(r"predict(?: run)+ explain", story)
    assert len(rounds) >= (1 if path.stem in ADMISSION else 3), story
    assert steps.count("predict") == len(rounds), f"a question without an answer: {story}"


@per_lesson
def test_each_objective_is_remembered(path: Path) -> None:
    remember = section(prose(read(path)), "What to remember")
    points = re.findall(r"^\s*(?:[-*]|\d+\.)\s+(.*)", remember, flags=re.MULTILINE)
    tied = [set(map(int, re.findall(r"\d+", last_bracket(point)))) for point in points]
    assert points and all(tied), "each point names its objective in brackets at its end"
    assert set().union(*tied) == set(objectives(read(path)))


def objectives(notebook: NotebookNode) -> list[int]:
    """The numbers of the objectives: the numbered list after `What you'll learn`."""
    text = re.split(r"What you[’']ll learn", prose(notebook), maxsplit=1)[-1]
    text = re.split(r"What you[’']ll need|^#", text, maxsplit=1, flags=re.MULTILINE)[0]
    return [int(number) for number in re.findall(r"^\s*(\d+)\.\s", text, flags=re.MULTILINE)]


def last_bracket(point: str) -> str:
    found = re.findall(r"\(([^()]*\d[^()]*)\)", point)
    return found[-1] if found else ""


def section(markdown: str, title: str) -> str:
    parts = re.split(rf"^#+ .*{title}.*$", markdown, maxsplit=1, flags=re.MULTILINE)
    assert len(parts) == 2, f"a section `{title}`"
    return re.split(r"^#+ ", parts[1], maxsplit=1, flags=re.MULTILINE)[0]


@per_lesson
def test_tasks_and_the_script_for_the_road(path: Path) -> None:
    text = prose(read(path))
    own_tasks = section(text, "Try it yourself")
    tasks = re.findall(r"^\s*\d+\.\s", unfolded(own_tasks), flags=re.MULTILINE)
    assert 2 <= len(tasks) <= 4
    [answers] = re.findall(
        r"<details><summary>Answers</summary>(.*?)</details>", own_tasks, re.DOTALL
    )
    assert len(re.findall(r"^\s*\d+\.\s", answers, flags=re.MULTILINE)) == len(tasks)
    assert f"exercises/exercises_{path.name}" in links(own_tasks)
    assert f"scripts/{path.stem}.py" in links(section(text, "For the road"))
    assert (NOTEBOOKS / "scripts" / f"{path.stem}.py").is_file()


@per_lesson
def test_a_worker_has_been_read_before_it_runs(path: Path) -> None:
    """Who is to predict what it does needs its source, and needs it without the answer."""
    shown: set[str] = set()
    unread = []
    modules = worker_modules(read(path))
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            shown |= {found["name"] for found in WORKER.finditer(cell.source)}
            continue
        names = workers_run(cell.source, modules)
        unread += [(cell.id, name) for name in names if name not in shown]
        shown |= set(re.findall(r"^show_source\(\w+\.(\w+)\)", cell.source, re.MULTILINE))
    assert unread == []


def worker_modules(notebook: NotebookNode) -> dict[str, str]:
    """The name that a lesson gives to a module of workers, and the text of that module."""
    pattern = r"^from ipc_helpers\.workers import (\w+)(?: as (\w+))?$"
    source = "\n".join(cell.source for cell in code_cells(notebook))
    found = re.findall(pattern, source, re.MULTILINE)
    return {
        name or module: (WORKERS / f"{module}.py").read_text(encoding="utf-8")
        for module, name in found
    }


def workers_run(source: str, modules: Mapping[str, str]) -> list[str]:
    """The functions and classes of these modules that a cell uses, not only shows."""
    source = re.sub(r"^show_source\(.*\)$", "", source, flags=re.MULTILINE)
    used = re.findall(r"\b(\w+)\.(\w+)", source)
    defined = r"^(?:def|class) {}\b"
    return [
        name
        for module, name in used
        if re.search(defined.format(name), modules.get(module, ""), re.MULTILINE)
    ]


# ---- on a page where nothing runs: GitHub, nbconvert -------------------------------------------


@per_lesson
def test_a_diagram_is_told_where_it_is_not_drawn(path: Path) -> None:
    """Without a network, pages that nbconvert makes leave out every diagram."""
    text = prose(read(path))
    told = re.findall(r"```mermaid\n.*?accDescr: (.*?)\n", text, re.DOTALL)
    fold = r"```\n\n<details><summary>The diagram in words</summary>(.*?)</details>"
    assert re.findall(fold, text) == told and len(told) == text.count("```mermaid")


@per_lesson
def test_labs_and_replays_are_a_sentence_and_a_picture_there(path: Path) -> None:
    """The picture of a lab is that of its run in the next cell."""
    cells = code_cells(read(path))
    html = [
        "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
        for cell in cells
    ]
    for cell, shown, below in zip(cells, html, [*html[1:], ""], strict=True):
        if re.search(r"^replay\(", cell.source, re.MULTILINE):
            assert "<p>A replay: " in shown and "<img alt=" in shown, cell.id
        if re.search(r"_lab\(\)$", cell.source, re.MULTILINE):
            assert "<p>Lab: " in shown and "<img alt=" in below, cell.id


# ---- finding one's way -------------------------------------------------------------------------


@per_lesson
def test_navigation_at_both_ends(path: Path) -> None:
    """One form: Previous · Contents · Next. JupyterLab drops the heading from a link to another
    notebook, so Contents is a link to lesson 00, whose own links lead to its map."""
    place = LESSONS.index(path)
    before, after = LESSONS[:place][-1:], LESSONS[place + 1 : place + 2]
    contents = [LESSONS[0].name if place else "#The-map-of-lessons"]
    wanted = [*(p.name for p in before), *contents, *(p.name for p in after)]
    words = ["Previous: "] * len(before) + ["[Contents]"] + ["Next: "] * len(after)
    cells = read(path).cells
    for text in (cells[0].source, cells[-1].source):
        [line] = [line for line in text.splitlines() if "Contents" in line]
        assert links(line) == wanted
        assert all(map(str.startswith, line.split(" · "), words)), line


def test_the_map_names_every_lesson() -> None:
    text = section(prose(read(LESSONS[0])), "The map of lessons")
    checkpoints = {link for link in links(text) if "checkpoint" in link}
    assert set(links(text)) - checkpoints == {path.name for path in LESSONS[1:]}
    assert checkpoints == {f"exercises/checkpoint_{number}.ipynb" for number in (1, 2, 3)}
    for number, last in enumerate(("05_manager_gallery", "10_shared_memory", "16_capstone"), 1):
        own_tasks = section(prose(read(NOTEBOOKS / f"{last}.ipynb")), "Try it yourself")
        assert f"exercises/checkpoint_{number}.ipynb" in links(own_tasks)


def documents() -> list[Path]:
    found = [path for path in tracked_files() if path.suffix in (".md", ".ipynb")]
    assert found
    return found


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_files_lead_somewhere(path: Path) -> None:
    text = prose(read(path)) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
    broken = [
        link
        for link in links(text)
        if not re.match(r"[a-z]+:", link)
        and not link.startswith("#")
        and not (path.parent / link.split("#")[0]).exists()
    ]
    assert broken == []


@per_lesson
def test_links_to_headings_of_the_lesson(path: Path) -> None:
    """JupyterLab's own way: the title with a dash for each space."""
    text = prose(read(path))
    titles = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    anchors = {"#" + title.strip().replace(" ", "-") for title in titles}
    assert {link for link in links(text) if link.startswith("#")} <= anchors
