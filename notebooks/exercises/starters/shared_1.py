from multiprocessing.shared_memory import SharedMemory

import numpy


def brighten(name, first, last, factor):
    """A child: multiply the pixels from first to last."""
    segment = SharedMemory(name)
    pixels = numpy.array(segment.buf)
    pixels[first:last] *= factor


def brighter(mp, picture, factor, children):
    """Return the picture, an array of bytes, with each pixel multiplied by the factor."""
    segment = SharedMemory(create=True, size=len(picture))
    pixels = numpy.frombuffer(segment.buf, "u1", count=len(picture))
    pixels[:] = picture
    part = len(picture) // children
    jobs = []
    for first in range(0, len(picture), part):
        args = (segment.name, first, first + part, factor)
        jobs.append(mp.Process(target=brighten, args=args))
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    result = pixels.copy()
    del pixels
    return result
