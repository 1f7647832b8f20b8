"""The grader of third-2."""

from __future__ import annotations

import pickle
from typing import Any

from ipc_helpers.grading.grader import Grader
from ipc_helpers.grading.run import CHILD, Run
from mpscope import Kind

BOOK = {f"word {n}": n for n in range(1, 2001)}
BOOK_BYTES = len(pickle.dumps(BOOK))
WORDS_PER_MESSAGE = 60  # at the least, on average: 300 words in five messages


class Book(Grader):
    cases = {
        "three hundred words": ([f"word {7 * n}" for n in range(300)],),
        "a hundred and fifty": ([f"word {3 * n}" for n in range(150)],),
        "none": ([],),
    }

    def stage(self, mp: Any, answer: Any, *case: Any) -> Any:
        return answer(mp, dict(BOOK), list(case[0]))

    def expected(self, *case: Any) -> list[int]:
        return [BOOK.get(word, 0) for word in case[0]]

    def shown(self, run: Run) -> Any:
        if isinstance(run.result, list):
            return f"{len(run.result)} of {len(run.expected)} numbers"
        return run.result

    def diagnose(self, run: Run) -> str | None:
        if run.waiting(CHILD, Kind.RECEIVE) and not run.error:
            asked = run.waiting("parent", Kind.RECEIVE)
            return None if asked else "never-sent-home"
        if run.stuck or run.failures or run.error or not isinstance(run.result, list):
            return None
        if run.result != run.expected:
            return "lost-the-rest" if len(run.result) < len(run.expected) else None
        sent = run.did(Kind.SEND, "parent") + run.did(Kind.PUT, "parent")
        if run.case[0] and not (run.did(Kind.SEND, CHILD) or run.did(Kind.PUT, CHILD)):
            return "looked-up-here"
        if sum(event.size for event in sent) > 2 * BOOK_BYTES:
            return "book-each-time"
        too_many = len(sent) > len(run.case[0]) / WORDS_PER_MESSAGE + 2  # the book, and the end
        return "word-by-word" if too_many else None
