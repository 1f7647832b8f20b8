"""What a checkpoint tells: how many are right, and which section of which lesson to read again.

A question counts by the first answer, since the second one knows better; a program counts when its
check says so.
"""

from __future__ import annotations

from html import escape

from ipc_helpers.grading import record
from ipc_helpers.grading.catalogue import Exercise, Prediction, Sections, catalogue
from ipc_helpers.words import said


class Checkpoint:
    """The result of one checkpoint, in words and with links."""

    def __init__(self, lesson: str) -> None:
        self.catalogue, self.lesson = catalogue(), lesson
        questions, programs = (
            self.catalogue.predictions_of(lesson),
            self.catalogue.exercises_of(lesson),
        )
        self.again: dict[tuple[str, int | str], list[str]] = {}
        """(lesson, section) ─▶ what was not right and is explained there."""
        self.open: list[str] = []
        numbered = [
            (said("progress.question", number=number), one)
            for number, one in enumerate(questions, 1)
        ]
        self.right = [
            self._count([(name, one, one.read) for name, one in numbered]),
            self._count([(one.id, one, one.read) for one in programs]),
        ]
        self.of = [len(questions), len(programs)]

    def _count(self, entries: list[tuple[str, Exercise | Prediction, Sections]]) -> int:
        """How many are right; notes the others."""
        data, right = record.load(), 0
        for name, one, sections in entries:
            state = record.state(data.get(one.id, {}))
            right += state == "done"
            if state == "open":
                self.open.append(name)
            elif state == "tried":
                for section in sections:
                    self.again.setdefault(section, []).append(name)
        return right

    def __repr__(self) -> str:
        lines = [self.head]
        if self.again:
            lines.append(said("checkpoint.again"))
        for (lesson, section), names in sorted(self.again.items(), key=str):
            lines.append(f"  {self.catalogue.named(lesson)}, {_words(section)}: {', '.join(names)}")
        return "\n".join([*lines, *self.rest])

    def _repr_html_(self) -> str:
        items = [
            f"<li>{record.link(lesson, self.catalogue.named(lesson))}, {escape(_words(section))}: "
            f"{', '.join(names)}</li>"
            for (lesson, section), names in sorted(self.again.items(), key=str)
        ]
        again = f"<p>{said('checkpoint.again')}</p><ul>{''.join(items)}</ul>" if items else ""
        rest = "".join(f"<p>{escape(line)}</p>" for line in self.rest)
        return f"<p><strong>{escape(self.head)}</strong></p>{again}{rest}"

    @property
    def head(self) -> str:
        (questions, programs), (of, all_programs) = self.right, self.of
        return said(
            "checkpoint.head",
            title=self.catalogue.named(self.lesson),
            questions=questions,
            of=of,
            programs=programs,
            all=all_programs,
        )

    @property
    def rest(self) -> list[str]:
        if self.open:
            return [said("checkpoint.open", names=", ".join(self.open))]
        return [] if self.again else [said("checkpoint.all_right")]


def _words(section: int | str) -> str:
    """A section by its number, or by its title where it has none."""
    if isinstance(section, int):
        return said("checkpoint.section", number=section)
    return section.strip("`")
