"""For instructors: a copy of the course without solutions, and grades for what is handed in."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import grade
import hub_students
import make_instructors
import nbformat
import pytest
import release
from course import ROOT, lessons, read
from nbformat.v4 import new_code_cell, new_output

from ipc_helpers.grading.catalogue import EXERCISES, catalogue
from ipc_helpers.grading.report import Report

TEXT = "text/plain"


def hand_in(folder: Path, **answers: str) -> None:
    (folder / "my_workers").mkdir(parents=True)
    for module, source in answers.items():
        (folder / "my_workers" / f"{module}.py").write_text(source, encoding="utf-8")


def solution(id: str) -> str:
    return catalogue().exercise(id).solution.read_text(encoding="utf-8")


def test_right_wrong_hanging_and_wild_answers_are_graded(tmp_path: Path) -> None:
    greet = solution("start-1")
    hand_in(tmp_path / "Ada", start_1=greet, queue_3=solution("queue-3"))
    hand_in(tmp_path / "Bo", start_1=greet.replace("line.send(f", "print(f"))
    hand_in(tmp_path / "Cy", start_1="def greet(line):\n    line.recv()\n    line.recv()\n")
    hand_in(tmp_path / "Di", start_1="import os\nos._exit(0)\n", queue_3="def collect(mp,")
    folders = [str(tmp_path / name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")]
    (tmp_path / "Ed").mkdir()
    answer = subprocess.run(
        [sys.executable, ROOT / "tools" / "grade.py", *folders],
        capture_output=True,
        text=True,
        check=True,
        timeout=90,
    )
    rows = list(csv.DictReader(answer.stdout.splitlines()))
    assert len(rows) == 5 * len(catalogue().exercises)
    found = {(row["learner"], row["exercise"]): row["finding"] or row["verdict"] for row in rows}
    assert found["Ada", "start-1"] == found["Ada", "queue-3"] == "right"
    assert found["Bo", "start-1"] == "printed-not-sent"
    assert found["Cy", "start-1"] == "kept-silent"
    assert found["Di", "start-1"] == "died" and found["Di", "queue-3"] == "broken-cell"
    assert {how for (who, _), how in found.items() if who == "Ed"} == {"not-handed-in"}


def test_a_busy_machine_makes_no_answer_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(tmp_path / "Ada", start_1=solution("start-1"))
    enough_s, times, rows = [15.0], [0.0], []

    def perform(id: str, answer: object, methods: object, seconds: float) -> list[Report]:
        times.append(seconds)
        return [Report("fork", "Ada", None if seconds > enough_s[0] else "too-slow")]

    monkeypatch.setattr(grade, "perform", perform)
    for enough_s[0] in (15.0, 1000.0):
        rows += [row for row in grade.grades(tmp_path / "Ada") if row[0] == "start-1"]
    assert rows == [("start-1", "right", ""), ("start-1", "not judged", "too-slow")]
    assert len(times) == 5 and times[2] > times[1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_bad_hand_in_does_not_end_the_grading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By relative paths, as the program's own help has it; the good answers come after the bad."""
    monkeypatch.chdir(tmp_path)
    one, mine = catalogue().exercise("start-1"), Path("Ada", "my_workers")
    mine.mkdir(parents=True)
    file = mine / "start_1.py"
    found = []

    def graded() -> str | None:
        try:
            return grade.finding_of(one, Path("Ada"))
        except grade.NotReadable as no:
            return str(no)

    file.write_bytes("# Grüße\n".encode("latin-1"))
    found.append(graded())
    file.unlink()
    file.mkdir()
    found.append(graded())
    file.rmdir()
    os.mkfifo(file)
    found.append(graded())
    file.unlink()
    file.symlink_to("/dev/zero")
    found.append(graded())
    file.unlink()
    file.write_bytes(b"#" * (grade.MOST_BYTES + 1))
    found.append(graded())
    file.write_bytes(b"x = 1\0")
    found.append(graded())
    file.write_text(solution("start-1"), encoding="utf-8")
    found.append(graded())
    wanted = ["not-utf-8", "no-file", "no-file", "a-link", "too-big", "broken-cell", None]
    assert found == wanted


RAISES_WHEN_UNPICKLED = """
import pathlib, pickle, sys
class Bomb:
    def __reduce__(self):
        return exec, ("raise SystemExit('boom')",)
for file in pathlib.Path.cwd().glob("runs.*"):
    with file.open("ab") as end:
        end.write(pickle.dumps(Bomb()) + b"\\n" + b'{"finding": 3}\\n[]\\n')
"""


def test_what_an_answer_writes_into_its_report_is_not_run(tmp_path: Path) -> None:
    source = RAISES_WHEN_UNPICKLED.replace("\\\\", "\\") + solution("start-1")
    hand_in(tmp_path, start_1=source)
    assert grade.finding_of(catalogue().exercise("start-1"), tmp_path) is None


def test_a_release_has_the_exercises_and_no_solution(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("git knows which files belong to the course")
    release.main(tmp_path)
    with zipfile.ZipFile(tmp_path / "course.zip") as archive:
        texts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert (
        "course/notebooks/exercises/exercises_02_queue.ipynb" in texts
        and "course/Makefile" in texts
    )
    run = archive.getinfo("course/.ci/run")
    assert run.external_attr >> 16 & 0o100 or os.name == "nt", "it can be run"
    assert not [name for name in texts if name.startswith("course/tests/blind_answers/")]
    lesson = nbformat.reads(texts["course/notebooks/02_queue.ipynb"], as_version=4)
    assert lesson.cells and not any(cell.get("outputs") for cell in lesson.cells)
    solutions = list((EXERCISES / "solutions").glob("*.py"))
    for path in solutions:
        text = path.read_text(encoding="utf-8")
        assert [name for name, other in texts.items() if text in other] == []
    with zipfile.ZipFile(tmp_path / "solutions.zip") as archive:
        found = {f"course/{path.relative_to(ROOT).as_posix()}" for path in solutions}
        assert set(archive.namelist()) == found, "where the other archive has none"


def test_without_solutions_the_course_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from ipc_helpers import solution as show
    from ipc_helpers.grading.catalogue import Exercise

    monkeypatch.setattr(Exercise, "solution", property(lambda self: Path("not/there.py")))
    assert "ask your instructor" in repr(show("queue-3", insist=True))


def test_a_race_without_a_winner_is_told_apart_from_a_wrong_output() -> None:
    """Sixteen simulated students share two cores: none of their races has a winner."""
    student = hub_students.Student("", "ada", "", [])
    chart = "“one” took at least 1.5 times as long as “four”, for the same result."
    none = "On this machine, “one” did not take 1.5 times as long as “four”."
    for text, source in ((chart, "1"), (none, "2"), ("[1, 2]", "3")):
        stored = new_code_cell(id="cell", outputs=[new_output("execute_result", {TEXT: chart})])
        shown = [new_output("execute_result", {TEXT: text})]
        student.compare(Path(f"{source}.ipynb"), stored, shown)
    assert (student.cells, student.no_quicker) == (3, 1)
    assert len(student.wrong) == 1 and student.wrong[0].startswith("3 cell:")


# ---- what instructors teach from ----------------------------------------------------------------


PLAN = tomllib.loads((make_instructors.HERE / "plan.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PLAN["path"], ids=lambda path: path["id"])
def test_a_path_fits_into_its_hours_with_time_to_spare(path: dict[str, Any]) -> None:
    assert make_instructors.spare_minutes(path) >= make_instructors.LEAST_SPARE
    steps = [make_instructors.step_of(text) for text in path["steps"]]
    planned = sum(step.minutes for step in steps if step.what.startswith("Lesson"))
    aloud = make_instructors.minutes_aloud(path) - planned
    assert 0 < aloud < make_instructors.spare_minutes(path), "it can be read to the room"
    unbroken, longest = 0, 0
    for step in steps:
        unbroken = 0 if step.who == "breaks" else unbroken + step.minutes
        longest = max(longest, unbroken)
    assert longest <= 120, "nobody listens longer than two hours"
    assert sum(step.minutes for step in steps if step.who == "works") >= 40


def taught_by(path: dict[str, Any], late: Sequence[str]) -> dict[Path, set[str]]:
    """Each lesson of a path, and the sections of it that are taught by who leaves these out."""
    taught = {}
    for lesson, titles in map(sections_of, filter(make_instructors.LESSON.match, path["steps"])):
        taught[lesson] = titles
    for lesson, titles in map(sections_of, late):
        assert titles <= taught[lesson], f"{path['id']} does not teach what it may leave out"
        taught[lesson] = taught[lesson] - titles
    return taught


def sections_of(text: str) -> tuple[Path, set[str]]:
    number, wanted = text.split(": ", 1)
    found = make_instructors.minutes_of(number)
    titles = {make_instructors.title_of(want, found) for want in wanted.split("; ")}
    return make_instructors.lesson_of(number), titles


@pytest.mark.parametrize("path", PLAN["path"], ids=lambda path: path["id"])
def test_each_exercise_of_a_path_comes_after_the_sections_that_it_needs(
    path: dict[str, Any],
) -> None:
    """A check says *Look again: lesson 06, section 7*: whoever was not there cannot look again."""
    asked = [text.split()[1] for text in path["steps"] if text.startswith("exercise ")]
    for exercises, left_out in ((asked, path["late"]), (path["early"], [])):
        taught = taught_by(path, left_out)
        for one in map(catalogue().exercise, exercises):
            lesson = make_instructors.lesson_of(one.lesson[:2])
            numbers = {title.partition(".")[0] for title in taught[lesson]}
            place = one.look_at.partition(", ")[2]
            wanted = set(re.findall(r"\b\d+\b", place)) or {place}
            there = numbers | cards_of(lesson, taught[lesson])
            assert wanted <= there, f"{one.id}: {one.look_at}"


def cards_of(lesson: Path, titles: set[str]) -> set[str]:
    """What can be looked up under these headings, the headings too, without their numbers."""
    found, title = set(), ""
    for cell in read(lesson).cells:
        if cell.cell_type == "markdown":
            for level, text in re.findall(r"^(##+) (.*)$", cell.source, re.MULTILINE):
                title = text if level == "##" else title
                found |= {text.replace("`", "")} if title in titles else set()
    return found


@pytest.mark.parametrize("path", PLAN["path"], ids=lambda path: path["id"])
def test_who_is_early_has_exercises_and_time_for_them(path: dict[str, Any]) -> None:
    assert not {f"exercise {id}" for id in path["early"]} & set(path["steps"])
    planned = sum(
        step.minutes
        for step in map(make_instructors.step_of, path["steps"])
        if step.what.startswith("Lesson")
    )
    left = make_instructors.spare_minutes(path) + planned - make_instructors.minutes_aloud(path)
    extra = sum(catalogue().exercise(id).minutes for id in path["early"])
    assert left - 20 < extra <= left


def code_of(lesson: Path, titles: set[str]) -> str:
    """What is run by who reads these sections only, and the cells before the first one."""
    kept, title = [], ""
    for cell in read(lesson).cells:
        if cell.cell_type == "code" and title in {"", *titles}:
            kept.append(cell.source)
        elif cell.cell_type == "markdown":
            title = (re.findall(r"^## (.*)$", cell.source, re.MULTILINE) or [title])[-1]
    return "\n".join(kept)


@pytest.mark.parametrize("path", PLAN["path"], ids=lambda path: path["id"])
def test_nobody_meets_a_name_that_a_section_left_out_defines(
    path: dict[str, Any], tmp_path: Path
) -> None:
    for late in ([], path["late"]):
        for lesson, titles in taught_by(path, late).items():
            file = tmp_path / f"{lesson.stem}_{len(late)}.py"
            file.write_text(code_of(lesson, titles), encoding="utf-8")
    known = 'builtins = ["display"]'  # to IPython
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", "-q"]
    ruff += ["--config", known, tmp_path]
    answer = subprocess.run(ruff, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("path", PLAN["path"], ids=lambda path: path["id"])
def test_who_is_late_can_win_a_quarter_of_an_hour(path: dict[str, Any]) -> None:
    assert int(re.search(r": (\d+) minutes$", make_instructors.when_late(path))[1]) >= 15


def test_the_clock_is_that_of_the_lessons() -> None:
    """Two minutes more or less are no news: a sentence that was added, for example."""
    for file, text in make_instructors.pages().items():
        stated = numbers_in_tables(file.read_text(encoding="utf-8"))
        wanted = numbers_in_tables(text)
        assert len(stated) == len(wanted) > 5, f"{file.name}: run `make instructors`"
        far = [pair for pair in zip(stated, wanted, strict=True) if abs(pair[0] - pair[1]) > 2]
        assert far == [], f"{file.name}: run `make instructors`"


def numbers_in_tables(text: str) -> list[int]:
    """The minutes of each row; of the time to spare, which takes up all small changes, none."""
    rows = [row for row in text.splitlines() if row.startswith("|") and "to spare" not in row]
    found = [re.search(r"\| (\d+) \|", row) for row in rows]
    return [int(number[1]) for number in found if number]


@pytest.mark.parametrize("lesson", lessons(), ids=lambda path: path.stem)
def test_each_lesson_has_a_page_with_all_answers(lesson: Path) -> None:
    page = (make_instructors.HERE / f"{lesson.stem}.md").read_text(encoding="utf-8")
    titles = "Goal", "Minutes", "What they take home", "Where people stick", "The answers to"
    for title in titles:
        assert f"\n## {title}" in page
    for one in catalogue().exercises.values():
        if one.lesson == lesson.stem:
            assert f"### {one.id}: " in page and f"solutions/{one.module}.py" in page
            assert all(f"- *{finding}*: " in page for finding in one.says), "run make instructors"
    questions = [one for one in catalogue().predictions.values() if one.lesson == lesson.stem]
    assert all(f"**{one.answers[0]}.**" in page for one in questions)
    notes = PLAN["lesson"][lesson.stem[:2]]
    assert notes["ask"].endswith("?") and f"*{notes['ask']}* {notes['answer']}" in page
    assert "## If time is short" in page
