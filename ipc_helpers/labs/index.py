"""The lab of lesson 16: a word index is built while something goes wrong.

reader ─ text ─▶ parent ─ text ─▶ parsers ─ words ─▶ parent ─ words ─▶ index: a file each
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ipc_helpers.labs.controls import Choice, Control, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen
from ipc_helpers.workers import index as workers

NOTHING, KILL, LATE = "nothing", "killed at a document", "killed before its answer"
SLOW, FULL = "slow with a document", "slow with every document"
BIG, TWICE = "a document of 1 MB", "a document that comes twice"
KINDS = {KILL: "kill", LATE: "kill before the answer", SLOW: "slow", FULL: "slow"}
TROUBLE = "text-2.txt"


class Built(NamedTuple):
    """What the parent knows at the end."""

    supervisor: workers.Supervisor
    same: bool
    indexed: int


class IndexLab(Lab):
    """Is it the same index, whatever goes wrong?"""

    name = "index"
    title = "Lab: an index that survives"
    question = (
        "Readers, parsers and an index build a word index together. Choose what goes wrong, and "
        "with whom. Is it the same index?"
    )
    deadline_s = 12.0

    def controls(self) -> Sequence[Control]:
        faults = (NOTHING, KILL, LATE, SLOW, FULL, BIG, TWICE)
        return (
            Choice("fault", "What goes wrong", NOTHING, faults),
            Choice("who", "With whom", "parser", ("reader", "parser", "index")),
            Number("documents", "Documents", 6, 2, 12),
            Number("parsers", "Parsers", 2, 1, 4),
        )

    def experiment(self, mp: Any, fault: str, who: str, documents: int, parsers: int) -> Built:
        with TemporaryDirectory(prefix="ipc-index-") as folder:
            texts, records = Path(folder, "texts"), Path(folder, "records")
            write_texts(texts, documents, big=fault == BIG)
            records.mkdir()
            supervisor = workers.build(mp, texts, records, chosen(fault, who), parsers)
            index = workers.load(records)
            return Built(supervisor, index == alone(texts), len(list(records.glob("*.json"))))

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        built: Built | None = run.answer
        if built is None:
            return Seen(("the index was not finished",), "The run was ended before the index was.")
        supervisor = built.supervisor
        facts = (
            f"documents in the index: {built.indexed} of {settings['documents']}",
            f"the same as one process alone makes: {'yes' if built.same else 'no'}",
            f"children started: {supervisor.started}, of whom died: {supervisor.again}",
            f"jobs handed out a second time: {supervisor.again}",
        )
        return Seen(facts, sentence(supervisor, settings))


def chosen(fault: str, who: str) -> workers.Fault:
    """The fault that the workers understand."""
    if fault == TWICE:
        return workers.Fault("duplicate", "", TROUBLE)
    if fault not in KINDS:
        return workers.NO_FAULT
    return workers.Fault(KINDS[fault], who, workers.EACH if fault == FULL else TROUBLE)


def write_texts(folder: Path, documents: int, big: bool) -> None:
    """Some texts that have words in common; one of them is long, if it is to be big."""
    folder.mkdir()
    for number in range(1, documents + 1):
        words = [f"word{'abcdef'[k % 6]}" for k in range(number, number + 4)] + ["common"]
        file = folder / f"text-{number}.txt"
        if big and file.name == TROUBLE:
            words += [f"long{'x' * (k % 1000)}" for k in range(2000)]
        file.write_text(" ".join(words), encoding="utf-8")


def alone(texts: Path) -> dict[str, dict[str, int]]:
    """The index, made here and now, without any child."""
    with TemporaryDirectory(prefix="ipc-index-") as folder:
        for file in texts.glob("*.txt"):
            workers.store(
                Path(folder), file.name, workers.parse(texts, "", file.read_text("utf-8"))
            )
        return workers.load(Path(folder))


def sentence(supervisor: workers.Supervisor, settings: dict[str, Any]) -> str:
    """What was to be seen in this run."""
    if supervisor.again:
        return (
            "A child died with a job in its hands. Its line came to an end, the parent still had "
            "the job, and gave it to the successor."
        )
    if settings["fault"] == FULL:
        return (
            f"{supervisor.most_waiting} documents at the most waited for the next role this time, "
            f"never more than {supervisor.ahead}: nothing is begun that nobody could take."
        )
    if settings["fault"] == TWICE:
        return "The document was parsed and stored twice; the second record replaced the first."
    if settings["fault"] == BIG:
        return "Each child has one job at a time, so a long message finds somebody who receives."
    return "Each document passed through three children, and the parent saw it each time."


def index_lab() -> IndexLab:
    """The panel of lesson 16. Show it as a cell's last line."""
    return IndexLab()
