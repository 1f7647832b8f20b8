"""Whether a forked child draws from its copy of numpy's generator, which its siblings have, too."""

import sys
from contextlib import suppress
from zlib import crc32

from mpscope._recording.recorder import Recorder

GENERATOR = "numpy.random"  # what it has got a copy of, and left otherwise


def keep_generator(box: Recorder) -> None:
    """In a child just forked: one in the state of numpy's."""
    with suppress(Exception):
        numpy = sys.modules["numpy.random.mtrand"]
        copy = numpy.RandomState()
        copy.set_state(numpy._rand.get_state())
        box.block.generators = [copy] * 3  # looks: after a pool's tasks, or at a child's end


def note_draws(box: Recorder) -> None:
    """Put on record that this child has drawn from what it was given, and not set it anew."""
    with suppress(Exception):
        copy = box.block.generators.pop()
        _, before, at, *_ = copy.get_state()
        _, now, then, *_ = sys.modules["numpy.random.mtrand"]._rand.get_state()
        if at == then and (before == now).all():
            return
        box.block.generators, state = [], crc32(before.tobytes(), at)
        for _ in range(20):  # turns of the generator, of 624 words: more are not looked for
            if (copy.get_state()[1] == now).all():
                return box.note(b"=", GENERATOR, "", "", state)
            copy.bytes(4 * 624)
