"""What a checkpoint tells: how many are right, and which section of which lesson to read again.

A question counts by the first answer, since the second one knows better; a program counts when its
check says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ipc_helpers.grading import record
from ipc_helpers.grading.catalogue import Exercise, Prediction, catalogue
from ipc_helpers.words import said


class Checkpoint:
    """The result of one checkpoint, in words and with links."""

    def __init__(self, lesson: str) -> None:
        self.catalogue, self.lesson = catalogue(), lesson
        questions = self.catalogue.predictions_of(lesson)
        programs = self.catalogue.exercises_of(lesson)
        self.again: dict[tuple[str, int | str], list[str]] = {}
        """(lesson, section) ─▶ what was not right and is explained there."""
        self.open: list[str] = []
        numbers = range(1, len(questions) + 1)
        names = [said("progress.question", number=number) for number in numbers]
        self._numbers = {
            "questions": self._count(zip(names, questions, strict=True)),
            "of": len(questions),
            "programs": self._count((one.id, one) for one in programs),
            "all": len(programs),
        }

    def _count(self, entries: Iterable[tuple[str, Exercise | Prediction]]) -> int:
        """How many are right; notes the others."""
        data, right = record.load(), 0
        for name, one in entries:
            state = record.state(data.get(one.id, {}))
            right += state == "done"
            if state == "open":
                self.open.append(name)
            elif state == "tried":
                for section in one.read:
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
        title = self.catalogue.named(self.lesson)
        return said("checkpoint.head", title=title, **self._numbers)

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
