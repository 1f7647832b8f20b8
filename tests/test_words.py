"""Whatever a learner can read stands in a catalogue: nothing shows that no translation could reach.

    words/en.toml, the exercises' catalogue ──▶ each word in ⟦brackets⟧, but no fact filled in
    labs, verdicts, charts ... ──▶ all that they show ──▶ what stands outside of brackets is a fact

Facts are the program's own words: names of processes, what they print, errors, what the engine says
of a run. Any other word is a literal in code.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipywidgets
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.text import Text
from outside import START_METHODS

import ipc_helpers
from ipc_helpers import charts, cluster, doctor, drawing, ledger, lesson, words, worker_cell
from ipc_helpers.bench import Claim, Comparison
from ipc_helpers.grading import api, record, runner
from ipc_helpers.grading import catalogue as catalogues
from ipc_helpers.grading.feedback import Verdict
from ipc_helpers.grading.grader import grader_of
from ipc_helpers.grading.report import Report
from ipc_helpers.interleaving import Progress, interleavings
from ipc_helpers.labs import page, panel, player, torn
from ipc_helpers.labs.panel import Lab
from ipc_helpers.lesson import Source
from ipc_helpers.workers import races
from mpscope import observe

PLACEHOLDER = re.compile(r"(\{\{|\}\}|\{\w[^{}]*\})")
TOLD = {"alt", "aria-label", "aria-valuetext", "placeholder", "title"}  # attributes with words
UNITS = {"ms", "µs"}
METHODS = {"fork", "spawn", "forkserver"}
"""Names of Python's, as those of its errors are."""


# ---- the language of brackets ------------------------------------------------------------------


def bracketed(text: str) -> str:
    """Each word in brackets, so that a line may be broken between two; placeholders as they are."""
    parts = PLACEHOLDER.split(text)
    parts[::2] = [re.sub(r"\S+", r"⟦\g<0>⟧", part) for part in parts[::2]]
    return "".join(parts)


def unbracketed(text: str) -> set[str]:
    """The words outside of brackets, of two letters or more."""
    return words_in(re.sub(r"⟦[^⟦⟧]*⟧", " ", text))


def words_in(*texts: object) -> set[str]:
    return {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", str(text))}


def in_brackets(value: Any) -> Any:
    """An entry of the exercises' catalogue."""
    if isinstance(value, str):
        return bracketed(value)
    if isinstance(value, tuple):
        return tuple(map(in_brackets, value))
    return {key: in_brackets(text) for key, text in value.items()}


def marked(entry: Any) -> Any:
    """An exercise or a prediction with brackets in all that is prose; names and code stay."""
    prose = {"title", "objective", "story", "task", "look_at", "hints", "why", "says"}
    prose |= {"question", "answers", "reason"}
    there = prose & {field.name for field in dataclasses.fields(entry)}
    return dataclasses.replace(
        entry, **{name: in_brackets(getattr(entry, name)) for name in sorted(there)}
    )


@pytest.fixture(autouse=True)
def brackets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Everything speaks the language of brackets."""
    texts = {key: bracketed(text) for key, text in words.texts(words.ENGLISH).items()}
    monkeypatch.setattr(words, "texts", lambda language: texts)
    english = catalogues.read(catalogues.EXERCISES / "catalogue")
    theirs = dataclasses.replace(
        english,
        parts=[
            catalogues.Part(bracketed(part.title), in_brackets(part.lessons))
            for part in english.parts
        ],
        exercises={id: marked(one) for id, one in english.exercises.items()},
        predictions={id: marked(one) for id, one in english.predictions.items()},
        says=in_brackets(english.says),
    )
    monkeypatch.setattr(catalogues, "read", lambda folder, language: theirs)
    monkeypatch.setenv("IPC_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.chdir(tmp_path)
    catalogues.catalogue.cache_clear()
    yield
    catalogues.catalogue.cache_clear()


class Read(HTMLParser):
    """What a page shows or reads out: its text, and the attributes that hold words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        self.texts += [value or "" for name, value in attrs if name in TOLD]

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        if not self._style:
            self.texts.append(data)


def read(html: str) -> str:
    return "\n".join(Read(html).texts)


def test_a_literal_is_found() -> None:
    assert bracketed("Done in {seconds:.1f} s.") == "⟦Done⟧ ⟦in⟧ {seconds:.1f} ⟦s.⟧"
    assert unbracketed("⟦Done⟧ ⟦in⟧ 3.0 ⟦s.⟧, at last") == {"at", "last"}
    assert read('<p title="one">two<style>three</style> <b>four</b></p>') == "one\ntwo\n \nfour"


# ---- labs --------------------------------------------------------------------------------------

LABS = [name for name in ipc_helpers.__all__ if name.endswith("_lab")]
MIXED = [{"schedule": "ABBA"}, {"schedule": "AABB"}]
RUNS: dict[str, list[dict[str, Any]]] = {
    "anatomy_lab": [
        {"size": 200_000},
        {"size": 10, "leave": "flush"},
        {"size": 200_000, "leave": "cancel"},
        {"size": 200_000, "leave": "exit", "reads": "early"},
        {"maxsize": 3},
    ],
    "birth_lab": [{"argument": it} for it in ("traveller", "lambda", "fragile", "lost")],
    "index_lab": [
        {"documents": 3, "fault": it}
        for it in ("nothing", "killed", "killed-late", "always-slow", "big", "twice")
    ],
    "manager_lab": [
        *({"mechanism": it} for it in ("plain", "copy", "array", "shareable", "managed")),
        *({"operation": it} for it in ("add", "add-locked", "read")),
        {"operation": "add", "times": 100},
    ],
    "pipe_lab": [
        {},
        {"parent_closes": False},
        {"bob_closes": False},
        {"parent_closes": False, "bob_closes": False},
        {"plot": "hang-up"},
        {"plot": "hang-up", "parent_closes": False},
        {"plot": "talk"},
        {"plot": "talk", "kind": "simplex"},
        {"plot": "clash"},
        {"plot": "clash", "size": 500_000},
    ],
    "player_lab": [
        {"program": program, **mixed}
        for mixed in MIXED
        for program in ("no-lock", "lock-both", "plus-equals", "two-orders", "one-order")
    ],
    "queue_lab": [
        {"messages": 6, "maxsize": 1, "pause_ms": 10},
        {"consumers": 0},
        {"consumers": 0, "maxsize": 2},
        {"consumers": 0, "size": 200_000},
    ],
    "segment_lab": [
        {"plot": it}
        for it in ("well", "early", "meanwhile", "nobody-unlinks", "twice", "closed")
    ],
    "torn_lab": [
        {"size": 4092},
        {"size": 4093},
        {"size": 4093, "lock": True},
        {"hands": "readers", "size": 11},
        {"hands": "readers", "size": 11, "lock": True},
    ],
    "two_memories_lab": [
        *({"what": what, "who": who} for what in ("argument", "managed", "message", "value")
          for who in ("child", "before", "after")),
        {"what": "global", "who": "before", "method": "spawn"},
        {"what": "global", "who": "before", "method": "forkserver"},
    ],
}  # fmt: skip
SPAWNED = {"birth_lab"}
# What workers send home, in words of their own, as they print.
WORKERS_TELL = {
    "birth_lab": "calls start() runs the file of the worker, pickles, rebuilds the argument target",
    "segment_lab": "FileNotFoundError TypeError Hello",
    "torn_lab": "bytes of A and of somebody else, end of file, OSError: got during message",
    "two_memories_lab": "old new",
}
per_lab = pytest.mark.parametrize("name", LABS)


def made(name: str) -> Lab:
    lab: Lab = getattr(ipc_helpers, name)()
    return lab


def shown_by(widget: Any) -> Iterator[str]:
    """All words of a widget and of those inside it."""
    for kind in ("description", "tooltip", "placeholder"):
        yield getattr(widget, kind, "") or ""
    if isinstance(widget, ipywidgets.Dropdown):
        yield from (label for label, _ in widget.options)
    elif isinstance(widget, ipywidgets.HTML):
        yield read(widget.value)
    elif isinstance(widget, ipywidgets.Text):
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from shown_by(child)


def own_words(mp: Any, *others: object) -> set[str]:
    """What a run has to say itself: its processes, channels, messages, lines, errors and waits."""
    trace = mp.trace
    told = [word for event in trace.events for word in (event.what, event.channel, event.process)]
    told += [word for one in trace.processes for word in (one.label, one.exception, one.how)]
    told += [line.text for line in trace.prints]
    told += [*trace.graph.phrases, *trace.graph.phrases.values()]  # the engine's
    return words_in(*told, *others)


def literals(texts: Iterable[str], own: set[str]) -> dict[str, set[str]]:
    """Text ─▶ the words in it that come neither from a catalogue nor from the run."""
    return {text: left for text in texts if (left := unbracketed(text) - own)}


@per_lab
def test_a_panel_has_no_words_of_its_own(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, seen = made(name), []
    monkeypatch.setattr(panel, "display", lambda data, raw: seen.append(data))
    lab._ipython_display_()
    still, widget = seen
    texts = [*shown_by(lab), read(still["text/html"])]
    assert len("".join(texts)) > 400
    assert literals(texts, METHODS | words_in(*player.SCHEDULES)) == {}
    settings = words_in(*lab._fields.specs)
    assert literals([repr(lab), widget["text/plain"]], settings | {"run", "now"}) == {}


@per_lab
def test_a_refusal_has_no_words_of_its_own(name: str) -> None:
    lab = made(name)
    for control, spec in lab._fields.specs.items():
        wrong = lab._fields.refusal({control: "7"})
        options = words_in(*getattr(spec, "options", ()))
        assert wrong and literals([wrong], words_in(control) | options) == {}
    assert literals([lab._fields.refusal({"x": 1})], words_in(*lab._fields.specs)) == {}
    numbers = [it for it in lab._fields.widgets.values() if isinstance(it, ipywidgets.Text)]
    for field in numbers:
        field.value = str(10**9)
    assert len(numbers) == 0 or "10000" in lab._status.value.replace(",", "")
    assert literals(shown_by(lab._status), set()) == {}


@per_lab
def test_a_run_of_a_lab_has_no_words_but_its_facts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "strip", lambda trace, label="", *more: f"<p>{label}</p>")
    if name == "torn_lab" and sys.platform != "linux":
        pytest.skip("where a writer stops is known on Linux only")
    lab = made(name)
    lab.deadline_s = min(lab.deadline_s, 4.0)  # of those that never end
    method = "spawn" if name in SPAWNED else START_METHODS[0]
    for settings in [it for it in RUNS[name] if it.get("method", method) in START_METHODS]:
        result = lab.run_now(**{"method": method, **settings})
        own = own_words(result.mp, type(result.error).__name__, result.error)
        own |= METHODS | words_in(*player.SCHEDULES, WORKERS_TELL.get(name, ""))
        html = read(result._repr_html_())
        texts = [*shown_by(lab), repr(result), result.sentence, html]
        assert result.facts and "⟦" in result.sentence
        assert literals(texts, own) == {}, settings


def test_what_a_panel_says_meanwhile_is_in_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "strip", lambda trace, label="", *more: f"<p>{label}</p>")
    lab, seen = made("queue_lab"), []
    for part in (lab._status, lab._clock, lab._picture, lab.run_button):
        kind = "description" if part is lab.run_button else "value"
        part.observe(lambda change: seen.append(read(change["new"])), kind)
    lab.stop()  # nothing is running
    lab._fields.fill({"messages": 50, "pause_ms": 500})  # too long
    lab._fields.fill({"pause_ms": 20, "size": 10})
    lab.start()
    wait_until(lambda: any("⟦Timeline⟧" in text for text in seen))
    lab.stop()
    assert lab.wait(5)
    lab._fields.fill({"messages": 3})  # the settings have changed
    with observe("spawn"):
        lab.start()
        wait_until(lambda: any("⟦turn.⟧" in text for text in seen))
        lab.stop()
        assert lab.wait(5)
    lab.start()
    assert lab.wait(10)
    for word in ("Nothing", "Running", "Stopping", "Stopped", "settings", "begun.", "Done", "Stop"):
        assert any(f"⟦{word}⟧" in text for text in seen), word
    assert literals(seen, set()) == {}


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.02)


def test_what_a_lab_refuses_and_what_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = made("queue_lab")
    told = [lab.refuse({"producers": 6, "messages": 60, "size": 1})]
    told += [lab.refuse({"producers": 6, "messages": 50, "size": 10**6})]
    lab = made("torn_lab")
    monkeypatch.setattr(torn, "sys", SimpleNamespace(platform="win32"))
    told += [lab.refuse({"hands": torn.WRITERS})]
    monkeypatch.setattr(torn, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setattr(torn, "mmap", SimpleNamespace(PAGESIZE=16_384))
    told += [lab.refuse({"hands": torn.WRITERS})]
    told += lab.look_at_unended(SimpleNamespace(error="7"), {}).facts
    assert len(told) == 5 and all("⟦" in text for text in told)
    assert literals(told, set()) == {}


# ---- what is said of answers -------------------------------------------------------------------


@pytest.mark.parametrize("id", ["start-1", "queue-1", "races-1", "first-1"])
def test_a_verdict_has_no_words_of_its_own(id: str) -> None:
    cases = list(grader_of(id).cases)
    exercise = catalogues.catalogue().exercise(id)
    exercise = dataclasses.replace(exercise, cases=in_brackets(dict.fromkeys(cases, "a case")))
    facts = dict.fromkeys(("method", "got", "error", "child", "kind", "name"), "7")
    for finding in [None, *exercise.says, *catalogues.catalogue().says]:
        reports = [Report("spawn", name) for name in cases]
        reports += [Report("fork", cases[0]), Report("fork", cases[1], finding, facts)]
        reports[-1] = reports[-1]._replace(account=["1"], complaints=["2"], printed=["3"])
        note = words.said("verdict.checked", file="x.py", time="9")
        verdict = Verdict(exercise, reports, [note])
        own = words_in(id, exercise.function, exercise.module, exercise.arguments, "py") | METHODS
        placeholders = words_in(*re.findall(r"\{\w+\}", verdict.text))  # facts of other findings
        texts = [repr(verdict), read(verdict._repr_mimebundle_()["text/html"])]
        assert literals(texts, own | placeholders) == {}, finding


def test_what_a_run_of_an_answer_tells_is_in_the_catalogue(tmp_path: Path) -> None:
    grader = grader_of("queue-1")
    case = next(iter(grader.cases))
    file = str(tmp_path / "answer.py")
    Path(file).write_text("")
    run, printed = runner.perform(grader, loud_and_broken, START_METHODS[0], case, 3.0, file, False)
    report = runner.told(run, grader, printed)
    assert "⟦lines⟧" in report.printed[-1] and "⟦ended⟧" in report.facts["child"]
    own = own_words(SimpleNamespace(trace=run.trace))
    assert literals([*report.printed, report.facts["child"]], own) == {}


def loud_and_broken(mp: Any, numbers: Any) -> None:
    child = mp.Process(target=shout_and_fail)
    child.start()
    child.join()


def shout_and_fail() -> None:
    for number in range(30):
        print(number)
    raise ValueError("seven")


def test_hints_solutions_and_predictions_are_in_the_catalogue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = [str(api.hint("queue-1", insist=insist)) for insist in (False, False, True, True)]
    told += [str(api.solution("queue-1"))]
    shown = api.solution("queue-1", insist=True)
    told += [text.removesuffix(str(Source(shown.text, shown.home))) for text in [repr(shown)]]  # type: ignore[union-attr]
    monkeypatch.setattr(Path, "exists", lambda path: False)
    told += [str(api.solution("queue-1", insist=True))]
    assert len(told) == 7
    for id, one in catalogues.catalogue().predictions.items():
        told += [str(api.predict(id)), str(api.predict(id, one.answers[0]))]
        told += [str(api.predict(id, 7654))]
    names = {"queue", "def", "check", "hint", "solution", "insist", "True"}
    assert literals(told, names) == {}


def test_progress_and_checkpoints_are_in_the_catalogue() -> None:
    catalogue = catalogues.catalogue()
    for number, question in enumerate(catalogue.predictions_of("checkpoint_1")):
        if number % 3:
            api.predict(question.id, question.answers[0] if number % 3 == 1 else "wrong")
    record.note("start-1", attempts=1)
    shown = [record.Board(), record.Board("00_start_here"), record.Board("checkpoint_1")]
    shown += [api.checkpoint(1), api.checkpoint(2)]
    for lesson_done in [*catalogue.predictions_of("checkpoint_2")]:
        api.predict(lesson_done.id, lesson_done.answers[0])
    for exercise in catalogue.exercises_of("checkpoint_2"):
        record.note(exercise.id, solved="now")
    shown += [api.checkpoint(2)]
    told = [str(api.progress(export="progress.csv"))]
    own = words_in(*catalogue.exercises, "progress.csv")
    for one in shown:
        in_cell, _ = DisplayFormatter().format(one)
        told += [repr(one), read(in_cell["text/html"])]
    sections = {word for _, section in catalogue.predictions["first-copies"].read
                for word in words_in(section)}  # fmt: skip
    assert literals(told, own | sections) == {}
    assert any("⟦Read⟧" in text for text in told) and any("⟦All⟧" in text for text in told)


def test_a_worker_cell_has_no_words_of_its_own(tmp_path: Path) -> None:
    told = []
    for name, source in [("no name", ""), ("mine", "def f(:"), ("mine", "1 / 0")]:
        with pytest.raises(worker_cell.NotAWorker) as refused:
            worker_cell.write(name, source, tmp_path)
        told.append(str(refused.value))
    told += worker_cell.notes("def f():\n    return here + there", {}, {"here": 1})
    own = words_in("no name", "def f(:", "here there", "SyntaxError invalid syntax")
    assert literals(told, own | words_in("ZeroDivisionError division by zero")) == {}


def test_the_doctor_has_no_words_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("nbval", "not_installed"))
    found = list(doctor.findings())
    probe = doctor._Probe("1", "raise SystemExit(3)")
    found.append(probe.finding())
    probe.stop()
    monkeypatch.setattr(doctor, "LIMIT_S", 0.1)
    probe = doctor._Probe("2", "import time; time.sleep(9)")
    probe.began = 0
    found.append(probe.finding())
    probe.stop()
    own = words_in(*doctor.PACKAGES, platform.system()) | METHODS
    own |= words_in(*(f"{one.detail} {one.mend} {one.report}" for one in found))
    assert "⟦exit⟧" in found[-2].cause and "⟦answer⟧" in found[-1].cause
    for wrong in (True, False):
        monkeypatch.setattr(
            doctor, "findings", lambda wrong=wrong: [one for one in found if wrong or not one.cause]
        )
        assert doctor._examine(details=True) is not wrong
        doctor.examine()
    assert literals(capsys.readouterr().out.splitlines(), own) == {}


# ---- pictures and tables -----------------------------------------------------------------------


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All words of what matplotlib draws: in the picture itself they are outlines."""
    texts: list[str] = []
    plain = drawing.picture

    def picture(figure: Any, alt: str, caption: str = "") -> Any:
        texts.extend(one.get_text() for one in figure.findobj(Text))
        texts.extend([alt, caption])
        return plain(figure, alt, caption)

    monkeypatch.setattr(drawing, "picture", picture)
    return texts


def test_charts_have_no_words_but_the_names_that_they_are_given(drawn: list[str]) -> None:
    jobs = {"slow": lambda: time.sleep(0.02), "fast": lambda: None}
    for at_least in (1.5, 1e9):
        charts.race(jobs, at_least).picture()
    charts.clocked(lambda: {"slow": 0.2, "fast": 0.1}, 1.5).picture()
    seconds = {"slow": [0.2, 0.3, 0.4], "fast": [0.01, 0.02, 0.03]}
    compared = Comparison(seconds, 8, True)
    claims = [Claim("slow", "fast", 2), Claim("slow", "fast", 99)]
    compared.picture("fast", claims).picture()
    compared.picture("fast").picture()
    assert sum("⟦times⟧" in text for text in drawn) >= 6
    assert literals(drawn, {"slow", "fast", *UNITS}) == {}


def test_a_ledger_has_no_words_but_names_of_processes(drawn: list[str]) -> None:
    with observe(START_METHODS[0]) as mp, ledger.Story(mp, "ann") as story:
        story.tell(*[("ann", step) for step in ("attach", "read", "close")])
        story.tell(("parent", "close"), ("parent", "unlink"), ("parent", "unlink"))
    story.ledger.picture()
    own = {"parent", "ann", "Hello", "FileNotFoundError", "FileNot", "FoundError"}  # in two lines
    assert len(drawn) > 10 and literals([repr(story.ledger), *drawn], own) == {}


def test_a_table_of_schedules_has_no_words_but_names_of_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr("ipc_helpers.interleaving.shell", lambda: SimpleNamespace(kernel=True))
    monkeypatch.setattr(Progress, "_show", lambda self, html: shown.append(read(html)))
    method = START_METHODS[0]
    of = {"method": method}
    adding = interleavings([races.add_one] * 2, races.shared_count, races.number,
                           watch=races.number, **of)  # fmt: skip
    locking = [races.left_then_right, races.right_then_left]
    circle = interleavings(locking, races.two_locks, lambda **_: 7, **of)
    three = interleavings([races.add_one] * 3, races.shared_count, races.number, **of)
    locked = interleavings([races.lock_both_steps] * 2, races.shared_count, races.number, **of)
    failing = interleavings([stumble, races.add_one], races.shared_count, races.number, **of)
    leaving = interleavings([leave, races.add_one], races.shared_count, races.number, **of)
    names = "read write take left right lock add one then both steps stumble leave lock ValueError"
    tables = (adding, circle, three, locked, failing, leaving)
    runs = [run for table in tables for run in table.runs.values()]
    for one in [*tables, *(table.timeline(next(iter(table))) for table in tables)]:
        shown += [repr(one), read(one._repr_html_())]
    shown += [run.story for run in runs]
    orders = words_in(*(run.schedule for run in runs), *(run.ran for run in runs))
    assert literals(shown, words_in(names) | orders) == {}
    for word in ("deadlock:", "raised", "exit", "ran", "bad", "none", "of"):
        assert any(f"⟦{word}⟧" in text for text in shown), word


def stumble(step: Any, **state: Any) -> None:
    step("stumble")
    raise ValueError(7)


def leave(step: Any, **state: Any) -> None:
    step("leave")
    os._exit(3)


def test_what_a_lesson_prints_is_in_the_catalogue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lesson.show_table({"row": {"one": True, "two": False}})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cluster.connect() is None
    printed = capsys.readouterr().out
    assert "⟦yes⟧" in printed and "⟦distributed⟧" in printed
    assert literals([printed], {"row", "one", "two"}) == {}


# ---- the catalogue itself ----------------------------------------------------------------------


def test_each_text_of_the_catalogue_is_asked_for() -> None:
    """By its name, somewhere in code: a text that nobody shows would be translated in vain."""
    package = Path(ipc_helpers.__file__).parent
    files = [*package.rglob("*.py"), *(package.parent / "notebooks/labs").glob("*.py")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    names = set(re.findall(r"[\"'.]([\w-]+)[\"']", code)) | set(re.findall(r"\b(\w+): int", code))
    for key in words.texts(words.ENGLISH):
        assert key.rpartition(".")[2] in names, key
