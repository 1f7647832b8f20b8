"""The labels of processes: "child-1", "manager-1", or what the program calls them."""

from __future__ import annotations

import itertools

from mpscope._recording.records import HELPERS


class Labels:
    """Those of one process and its children; `next()` gives one that no other of them has."""

    def __init__(self, own: str, is_parent: bool) -> None:
        self._mine = "" if is_parent else f"{own}."  # another child may use the same names
        self._children = 0  # without servers and workers: none of them is a "second child"
        self._taken = {own}

    def next(self, role: str, name: str) -> str:
        """The label of the next child, whatever names were given by hand."""
        mine = self._mine
        self._children += role not in HELPERS
        if role in HELPERS:
            candidates = (f"{HELPERS[role]}{mine}{n}" for n in itertools.count(1))
        elif name:
            candidates = (f"{mine}{name}-{n}" if n > 1 else mine + name for n in itertools.count(1))
        else:
            candidates = (f"{mine or 'child-'}{n}" for n in itertools.count(self._children))
        label = next(label for label in candidates if label not in self._taken)
        self._taken.add(label)
        return label
