"""Whether a forked child draws from its copy of numpy's generator, which its siblings have, too."""

import sys
from contextlib import suppress
from zlib import crc32

from mpscope._recording.recorder import Recorder

GENERATOR = "numpy.random"  # what it has got a copy of, and left otherwise
LOOKS = 3  # after a task of a pool, or at the end of a child
_TURNS, _WORDS = 20, 624  # of the generator: each gives so many words, more are not looked for


def keep_generator(box: Recorder) -> None:
    """In a child just forked: one in the state of numpy's."""
    with suppress(Exception):
        numpy = sys.modules["numpy.random.mtrand"]
        copy = numpy.RandomState()
        copy.set_state(numpy._rand.get_state())
        box.block.generators = [copy] * LOOKS


def note_draws(box: Recorder) -> None:
    """Put on record that this child has drawn from what it was given, and not set it anew."""
    with suppress(Exception):
        copy = box.block.generators.pop()
        _, before, at, *_ = copy.get_state()
        _, now, then, *_ = sys.modules["numpy.random.mtrand"]._rand.get_state()
        if at == then and (before == now).all():
            return
        box.block.generators, state = [], crc32(before.tobytes(), at)
        for _ in range(_TURNS):
            if (copy.get_state()[1] == now).all():
                return box.note(b"=", GENERATOR, "", "", state)
            copy.bytes(4 * _WORDS)
