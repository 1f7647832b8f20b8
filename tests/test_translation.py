"""Words are in catalogues: a translation has the same code, the same facts, the same links."""

from __future__ import annotations

import os
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
import translate
import translate_run
from course import NOTEBOOKS, code_cells, links, read
from nbval_run import run_nbval

from ipc_helpers import words
from ipc_helpers.grading import api
from ipc_helpers.grading import catalogue as catalogues
from ipc_helpers.grading.feedback import Verdict
from ipc_helpers.grading.report import Report

FILES = sorted(NOTEBOOKS.glob("[a-z][a-z]/*.toml"))
per_file = pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}"
)
LEAST_FRESH = 0.8  # of the cells of prose: the rest waits, in English, for a translator


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def code_in(text: str) -> list[str]:
    plain = re.sub(r"```mermaid.*?```", "", text, flags=re.DOTALL)
    return sorted(set(re.findall(r"```\w+\n.*?```|`[^`]+`", plain, flags=re.DOTALL)))


def test_something_is_translated() -> None:
    assert {file.stem for file in FILES} >= {"00_start_here", "exercises_00_start_here"}
    assert "de" in words.languages()


@per_file
def test_a_translated_notebook_has_the_code_of_the_original(file: Path) -> None:
    original, other = read(translate.source_of(file)), translate.translated(file)
    first, *rest = code_cells(other)
    assert first.id == "language" and "IPC_LANGUAGE" in first.source
    assert [cell.source for cell in rest] == [cell.source for cell in code_cells(original)]
    prose = [cell for cell in original.cells if cell.cell_type == "markdown"]
    assert len(translate.stale(file)) <= (1 - LEAST_FRESH) * len(prose)
    told = [cell.source for cell in other.cells if cell.cell_type == "markdown"]
    assert not any(re.search(r"\d minutes", text) for text in told)


@pytest.mark.slow
@per_file
def test_it_shows_what_is_stored_and_leaves_nothing(file: Path) -> None:
    """Under one start method: the code is the original's, which runs under each of them."""
    notebook = translate_run.with_outputs(file)
    name = translate.source_of(file).relative_to(NOTEBOOKS).with_suffix("").as_posix()
    run = run_nbval(notebook, name, "spawn")
    assert run.complaints == {} and len(run.verdicts) == len(code_cells(notebook)) + 1
    assert run.left_in_kernel == run.left_at_end == []


@per_file
def test_what_its_cells_read_lies_beside_it(file: Path, tmp_path: Path) -> None:
    copy = translate.bring(file, tmp_path)
    for cell in code_cells(read(copy)):
        for name in re.findall(r'Path\("([^"]+)"\)', cell.source):
            assert (copy.parent / name).exists(), name


@per_file
def test_what_is_fresh_names_the_same_code_and_leads_to_the_same_places(file: Path) -> None:
    texts = translate.cells_of(file)
    fresh = [
        (cell.source, texts[cell.id]["text"])
        for cell in read(translate.source_of(file)).cells
        if cell.cell_type == "markdown" and translate.is_fresh(cell.source, texts.get(cell.id))
    ]
    for original, text in fresh:
        assert code_in(text) == code_in(original), text[:80]
        away = [[link for link in links(one) if link[0] != "#"] for one in (text, original)]
        assert away[0] == away[1], text[:80]
        assert text != original


@per_file
def test_links_to_headings_lead_to_one_even_if_it_waits_in_english(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = translate.cells_of(file)
    for waiting in (
        {},
        {
            id: {**one, "of": ""}
            for id, one in texts.items()
            if "\n## " in one["text"] or one["text"].startswith("## ")
        },
    ):
        monkeypatch.setattr(translate, "cells_of", lambda _, waiting=waiting: {**texts, **waiting})
        cells = [c.source for c in translate.translated(file).cells if c.cell_type == "markdown"]
        titles = {slug for text in cells for slug in translate.slugs(text)}
        assert {anchor for text in cells for anchor in translate.anchors(text)} <= titles


@per_file
def test_links_lead_somewhere_from_where_the_copy_lies(file: Path) -> None:
    source = translate.source_of(file).relative_to(NOTEBOOKS)
    translated = {translate.source_of(other).relative_to(NOTEBOOKS) for other in FILES}
    for cell in translate.translated(file).cells:
        for link in links(cell.source) if cell.cell_type == "markdown" else ():
            if re.match(r"[a-z]+:|#", link):
                continue
            target = Path(os.path.normpath(Path("de") / source.parent / link))
            assert (NOTEBOOKS / target).exists() or target.relative_to("de") in translated, link


def test_each_language_fills_in_the_same_facts() -> None:
    english = words.texts(words.ENGLISH)
    for language in words.languages():
        for key, text in words.texts(language).items():
            assert fields(text) == fields(english[key]), (language, key)


def test_what_any_exercise_may_say_is_said_in_each_language() -> None:
    folder = catalogues.EXERCISES / "catalogue"
    english = catalogues.read(folder).says
    for language in set(words.languages()) - {words.ENGLISH}:
        theirs = catalogues.read(folder, language).says
        assert [name for name, text in theirs.items() if text == english[name]] == []


def test_what_exercises_say_has_the_same_facts_in_each_language() -> None:
    folder = catalogues.EXERCISES / "catalogue"
    english = catalogues.read(folder)
    for language in words.languages():
        theirs = catalogues.read(folder, language)
        assert theirs.exercises.keys() == english.exercises.keys()
        for before, after in pairs(english, theirs):
            assert before.keys() == after.keys(), "a mistake that no grader knows"
            for finding, text in after.items():
                assert fields(text) == fields(before[finding]), (language, finding)


def pairs(english: catalogues.Catalogue, theirs: catalogues.Catalogue) -> Iterator[tuple]:
    yield english.says, theirs.says
    for id, one in english.exercises.items():
        yield one.says, theirs.exercises[id].says
        assert len(one.hints) == len(theirs.exercises[id].hints) and one.starter.exists()


@pytest.fixture
def in_german(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("IPC_LANGUAGE", "de")
    catalogues.catalogue.cache_clear()
    yield
    catalogues.catalogue.cache_clear()


@pytest.mark.usefixtures("in_german")
def test_checks_hints_and_predictions_speak_german(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPC_PROGRESS", str(tmp_path / "progress.json"))
    one = catalogues.catalogue().exercise("start-1")
    for finding in one.says:
        verdict = repr(Verdict(one, [Report("a caller", "spawn", finding, {"got": "'x'"})]))
        assert "start-1 · Geh ans Telefon: noch nicht." in verdict and "Sieh noch einmal" in verdict
    assert "richtig." in repr(Verdict(one, [Report("a caller", "spawn", None, {})]))
    assert str(api.hint("start-1")).startswith("Hinweis 1 von 3: Welche zwei Methoden")
    assert "Versuche es zuerst" in str(api.solution("start-1"))
    assert str(api.predict("start-list", "vier")).startswith("Ja. Beide Namen")
    assert str(api.predict("start-list", 3)).startswith("Es ist 4, nicht 3;")


def test_a_language_that_nobody_has_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPC_LANGUAGE", "xx")
    assert words.language() == "en" and words.said("verdict.right") == "right."
