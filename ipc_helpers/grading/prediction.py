"""Whether a prediction is right, which learners put into words of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBERS = {"none": 0, "zero": 0, "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4}
FILLERS = {"a", "all", "an", "exactly", "is", "it", "just", "only", "still", "stays", "the"}


def is_right(given: object, answers: Sequence[str]) -> bool:
    """Whether a prediction means one of the right answers, in a learner's own words."""
    text = str(given).lower().strip(" .!")
    if isinstance(given, float) and given.is_integer():
        text = str(int(given))
    wanted = [answer.lower() for answer in answers]
    words = [word for word in re.findall(r"[\w.-]+", text) if word not in FILLERS]
    if wanted[0] in ("yes", "no"):
        return words[:1] == wanted[:1]
    if "".join(text.split()) in ["".join(answer.split()) for answer in wanted]:
        return True
    if wanted[0].isdigit():
        numbers = {str(NUMBERS.get(word, word)) for word in words}
        return "not" not in numbers and {w for w in numbers if w.isdigit()} == {wanted[0]}
    return words in [re.findall(r"[\w.-]+", answer) for answer in wanted if "[" not in answer]
