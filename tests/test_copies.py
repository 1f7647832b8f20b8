"""Learners work on copies of their own: nothing is given away, nothing of theirs is overwritten."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import copies
import lab
import late
import nbformat
import pytest
import student_folder
from course import NOTEBOOKS, ROOT, code_cells, links, prose, read
from course import lessons as course_lessons
from nbformat.v4 import new_code_cell, new_notebook, new_output

from mpscope import PALETTE


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    (folder / "scripts").mkdir(parents=True)
    (folder / "scripts" / "02_queue.py").write_text("print(1)\n", encoding="utf-8")
    write_lesson(folder, "print(1)")
    return folder


def write_lesson(folder: Path, source: str, output: str = "1") -> None:
    shown = [new_output("stream", text=output)]
    cell = new_code_cell(source, outputs=shown, execution_count=1, id="lesson-01")
    nbformat.write(new_notebook(cells=[cell]), folder / "02_queue.ipynb")


def test_a_copy_has_no_output_and_what_jupyterlab_notes(lessons: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    assert copies.bring(lessons, mine) == []
    [cell] = read(mine / "02_queue.ipynb").cells
    assert (cell.source, cell.outputs, cell.execution_count) == ("print(1)", [], None)
    assert read(mine / "02_queue.ipynb").metadata == copies.of_this_machine()
    assert (mine / "scripts" / "02_queue.py").read_text(encoding="utf-8") == "print(1)\n"


def test_what_nobody_has_touched_is_renewed(lessons: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    copies.bring(lessons, mine)
    write_lesson(lessons, "print(2)")
    assert copies.bring(lessons, mine) == []
    assert read(mine / "02_queue.ipynb").cells[0].source == "print(2)"
    (mine / "02_queue.ipynb").unlink()
    copies.bring(lessons, mine)
    assert (mine / "02_queue.ipynb").exists()


def test_a_copy_without_a_note_of_it_is_looked_at_itself(lessons: Path, tmp_path: Path) -> None:
    """The first run was interrupted: nobody has changed anything."""
    mine = tmp_path / "mine"
    copies.bring(lessons, mine)
    (mine / ".copies.json").unlink()
    assert copies.bring(lessons, mine) == []
    write_lesson(lessons, "print(2)")
    assert copies.bring(lessons, mine) == [], "renewed, as nobody has touched it"


def test_what_is_edited_stays_and_a_newer_lesson_is_offered_once(
    lessons: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    copies.bring(lessons, mine)
    (mine / "02_queue.ipynb").write_text("all mine", encoding="utf-8")
    (mine / "scripts" / "02_queue.py").write_text("mine, too", encoding="utf-8")
    write_lesson(lessons, "print(1)", output="2")
    assert copies.bring(lessons, mine) == [], "another output makes no newer lesson"
    for number, name in (2, "02_queue.newer.ipynb"), (3, "02_queue.newer-2.ipynb"):
        write_lesson(lessons, f"print({number})")
        assert copies.bring(lessons, mine) == [name]
        assert copies.bring(lessons, mine) == [], "once"
        offer, lesson = read(mine / name).cells
        assert links(offer.source) == ["02_queue.ipynb"]
        assert lesson.source == f"print({number})"
    assert (mine / "02_queue.ipynb").read_text(encoding="utf-8") == "all mine"
    assert (mine / "scripts" / "02_queue.py").read_text(encoding="utf-8") == "mine, too"


@pytest.mark.parametrize("tool", ["lab", "execute_notebooks"])
def test_a_tool_makes_no_parser_of_addresses(tool: str) -> None:
    """`make lab` would open a second later, for a rule that the form of a notebook has not."""
    program = f"import {tool}, sys; print('nbformat' in sys.modules, 'lark' in sys.modules)"
    command, folder = [sys.executable, "-c", program], ROOT / "tools"
    assert subprocess.check_output(command, cwd=folder, text=True) == "True False\n"


def test_the_copies_of_the_course(tmp_path: Path) -> None:
    """As many as there are lessons; every link between them leads to one, or into the course."""
    mine = tmp_path / "mine"
    copies.bring(target=mine)
    for path in mine.rglob("*.ipynb"):
        original = NOTEBOOKS / path.relative_to(mine)
        late = [cell.source for cell in code_cells(read(path)) if cell.id == "late"]
        assert len(late) == (path.parent == mine), "a cell for who is late, in each lesson"
        assert len(code_cells(read(path))) - len(late) == len(code_cells(read(original))) > 0
        assert not any(cell.outputs for cell in code_cells(read(path)))
        for link in links(prose(read(path))):
            if not link.startswith(("#", "http")):
                beyond = (original.parent / link).resolve().relative_to(ROOT)
                inside = (path.parent / link).resolve().is_relative_to(mine)
                assert (path.parent / link).exists() if inside else (ROOT / beyond).exists(), link
    assert len(list(mine.rglob("*.ipynb"))) == len(list(NOTEBOOKS.rglob("[!.]*_*.ipynb")))


def test_diagrams_bring_the_colours_of_both_themes(tmp_path: Path) -> None:
    copies.bring(target=tmp_path)
    text = prose(read(tmp_path / "02_queue.ipynb"))
    assert text.count("```mermaid") == 2 == text.count("```mermaid\n---\nconfig:")
    light, _, dark = text.partition("prefers-color-scheme:dark")
    assert PALETTE["ink"].light in light and PALETTE["ink"].dark in dark


def test_git_ignores_the_copies_and_they_lie_where_links_out_of_them_lead() -> None:
    assert copies.MINE.parent == NOTEBOOKS.parent, "../docs is the same place for both"
    if (ROOT / ".git").exists():
        ignored = ["git", "check-ignore", "-q", f"{copies.MINE.name}/02_queue.ipynb"]
        assert subprocess.run(ignored, cwd=ROOT, check=False).returncode == 0


def test_the_workspace_is_prepared_once(tmp_path: Path) -> None:
    lab.make_workspace(tmp_path)
    [file] = tmp_path.glob("course*")
    made = json.loads(file.read_text(encoding="utf-8"))
    opened = made["data"]["layout-restorer:data"]["main"]["current"].partition(":")[2]
    assert (NOTEBOOKS / Path(opened).relative_to(copies.MINE.name)).exists()
    file.write_text("{}", encoding="utf-8")
    lab.make_workspace(tmp_path)
    assert file.read_text(encoding="utf-8") == "{}"


def test_binder_finds_settings_and_a_workspace_that_opens_one_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERLAB_DIR", str(tmp_path / "lab"))
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path / "workspaces"))
    lab.prepare_here()
    found = json.loads((tmp_path / "lab" / "settings" / "overrides.json").read_text("utf-8"))
    assert found["@jupyterlab/application-extension:shell"] == {"startMode": "single"}
    assert found["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    [workspace] = (tmp_path / "workspaces").glob("default*")
    assert "my_course/00_start_here.ipynb" in workspace.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", course_lessons(), ids=lambda path: path.stem)
def test_who_is_late_finds_every_name_below_the_cell_for_it(path: Path) -> None:
    notebook = read(path)
    late.add_late_cell(notebook)
    place = [cell.id for cell in notebook.cells].index("late")
    assert len(notebook.cells) / 5 < place < len(notebook.cells) * 4 / 5, "in the middle"
    below = [cell.source for cell in notebook.cells[place:] if cell.cell_type == "code"]
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", "-q", "-"]
    answer = subprocess.run(ruff, input="\n".join(below), capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout


def test_a_students_folder_has_all_that_its_links_lead_to(tmp_path: Path) -> None:
    student_folder.fill(tmp_path)
    found = 0
    for path in (tmp_path / copies.MINE.name).rglob("*.ipynb"):
        for link in links(prose(read(path))):
            if not link.startswith(("#", "http")):
                found += 1
                assert (path.parent / link.partition("#")[0]).exists(), f"{path.name}: {link}"
    assert found > 50
