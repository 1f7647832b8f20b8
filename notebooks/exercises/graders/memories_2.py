"""The grader of memories-2."""

from __future__ import annotations

from typing import Any

from ipc_helpers.grading.grader import Grader, Run
from mpscope import Kind


class BringHome(Grader):
    cases = {
        "three short lines": (["to be or", "not", "to be"],),
        "a long line": (["word " * 300, "end"],),
    }

    def expected(self, *case: Any) -> int:
        return sum(len(text.split()) for text in case[0])

    def diagnose(self, run: Run) -> str | None:
        if any(code > 1 for code in run.exit_codes().values()):
            return "exit-code-as-letter"
        if ".value +=" in run.source and "ock" not in run.source and not run.one_by_one:
            return "lost-update"
        if run.result == run.expected or run.failures:
            return None
        if ".value" in run.source and not run.joined:
            return "read-too-early"
        if run.did(Kind.RECEIVE, "parent"):
            return "one-for-all"
        if run.result == 0 and run.children:
            worker = run.source.rpartition("def count(")[2].partition("\ndef ")[0]
            return "returned-to-nobody" if "return " in worker else "changed-a-copy"
        return None
