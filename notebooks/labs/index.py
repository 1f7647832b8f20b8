"""The lab of lesson 16: a word index is built while something goes wrong.

reader ─ text ─▶ parent ─ text ─▶ parsers ─ words ─▶ parent ─ words ─▶ index: a file each
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ipc_helpers.folders import own_folder
from ipc_helpers.labs.controls import Choice, Number
from ipc_helpers.labs.panel import Lab
from ipc_helpers.labs.run import Run
from ipc_helpers.labs.seen import Seen, yes
from ipc_helpers.words import said
from ipc_helpers.workers import index as workers

NOTHING, KILL, LATE = "nothing", "killed", "killed-late"
SLOW, FULL, BIG, TWICE = "slow", "always-slow", "big", "twice"
KINDS = {KILL: "kill", LATE: "kill before the answer", SLOW: "slow", FULL: "slow"}
TROUBLE = "text-2.txt"
FOLDER = "ipc-index-", "texts"  # what its name begins with, and what stands in it


class Built(NamedTuple):
    """What the parent knows at the end."""

    supervisor: workers.Supervisor
    same: bool
    indexed: int


class RunInFolder(Run):
    """A run that gives the experiment a folder for what it writes.

    It is made and removed outside of the block, which may be stopped at any moment.
    """

    def _observe(self) -> None:
        with own_folder(*FOLDER) as folder:
            self._settings = {**self._settings, "folder": Path(folder)}
            super()._observe()


class IndexLab(Lab):
    """Lesson 16's panel: is it the same index, whatever goes wrong?"""

    name = "index"
    deadline_s = 12.0
    run_class = RunInFolder
    controls = (
        Choice("fault", NOTHING, (NOTHING, KILL, LATE, SLOW, FULL, BIG, TWICE)),
        Choice("who", "parser", ("reader", "parser", "index")),
        Number("documents", 6, 2, 12),
        Number("parsers", 2, 1, 4),
    )

    def experiment(
        self, mp: Any, fault: str, who: str, documents: int, parsers: int, folder: Path
    ) -> Built:
        texts, records = folder / "texts", folder / "records"
        write_texts(texts, documents, big=fault == BIG)
        records.mkdir()
        supervisor = workers.build(mp, texts, records, chosen(fault, who), parsers)
        index = workers.load(records)
        same = index == alone(texts, folder / "alone")
        return Built(supervisor, same, len(list(records.glob("*.json"))))

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        built: Built = run.answer
        supervisor = built.supervisor
        facts = (
            self.says("indexed", indexed=built.indexed, count=settings["documents"]),
            self.says("same", yes=yes(built.same)),
            self.says("started", started=supervisor.started, died=supervisor.again),
            self.says("again", again=supervisor.again),
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


def alone(texts: Path, records: Path) -> dict[str, dict[str, int]]:
    """The index, made here and now, without any child."""
    records.mkdir()
    for file in texts.glob("*.txt"):
        workers.store(records, file.name, workers.parse(texts, "", file.read_text("utf-8")))
    return workers.load(records)


def sentence(supervisor: workers.Supervisor, settings: dict[str, Any]) -> str:
    """What was to be seen in this run."""
    told = {FULL: "waited", TWICE: "doubled", BIG: "long"}.get(settings["fault"], "passed")
    key = f"lab.index.{'died' if supervisor.again else told}"
    return said(key, waiting=supervisor.most_waiting, most=supervisor.ahead)


index_lab = IndexLab
