"""Processes with a `run()` of their own, importable by spawned children: plain and observed."""

from __future__ import annotations

from multiprocessing import context

from mpscope._recording import process


class Doubling:
    """Doubles a number, in `run()`; keeps what `__init__` was given."""

    def __init__(self, channel, number, **kwargs):
        super().__init__(**kwargs)
        self.channel, self.number = channel, number

    def run(self):
        self.channel.put((self.name, self.number * 2))
        if self.number == 13:
            raise ValueError("unlucky")


class Slotted(Doubling):
    """One of its values is in a slot, another is made anew after the journey."""

    __slots__ = ("factor", "travelled")

    def __init__(self, channel, number, **kwargs):
        super().__init__(channel, number, **kwargs)
        self.factor = 3

    def run(self):
        self.channel.put((self.name, self.number * self.factor))


class ForkDoubling(Doubling, context.ForkProcess): ...


class SpawnDoubling(Doubling, context.SpawnProcess): ...


class ForkServerDoubling(Doubling, context.ForkServerProcess): ...


class ForkSlotted(Slotted, context.ForkProcess): ...


class SpawnSlotted(Slotted, context.SpawnProcess): ...


class ForkServerSlotted(Slotted, context.ForkServerProcess): ...


class WatchedForkDoubling(Doubling, process.ForkProcess): ...


class WatchedSpawnDoubling(Doubling, process.SpawnProcess): ...


class WatchedForkServerDoubling(Doubling, process.ForkServerProcess): ...


class WatchedForkSlotted(Slotted, process.ForkProcess): ...


class WatchedSpawnSlotted(Slotted, process.SpawnProcess): ...


class WatchedForkServerSlotted(Slotted, process.ForkServerProcess): ...


def class_for(mp, kind):
    """The class that stands for `class X(kind, mp.Process)` in a module of the learner's."""
    standard = {"fork": "Fork", "spawn": "Spawn", "forkserver": "ForkServer"}
    watched = "Watched" if issubclass(mp.Process, process.WatchedProcess) else ""
    return globals()[watched + standard[mp.get_start_method()] + kind]
