# %% second
from multiprocessing.managers import SharedMemoryManager

import numpy


def brighten(segment, count, number, children, factor):
    pixels = numpy.frombuffer(segment.buf, "u1", count=count)
    pixels[number::children] *= factor
    del pixels
    segment.close()


def brighter(mp, picture, factor, children):
    with SharedMemoryManager(ctx=mp) as manager:
        segment = manager.SharedMemory(len(picture))
        segment.buf[: len(picture)] = picture.tobytes()
        jobs = [
            mp.Process(target=brighten, args=(segment, len(picture), number, children, factor))
            for number in range(children)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        result = numpy.frombuffer(bytes(segment.buf[: len(picture)]), "u1")
        segment.close()
    return result


# %% wrong: changed-a-copy
def brighten(name, first, last, factor):
    segment = SharedMemory(name)
    pixels = numpy.array(segment.buf)
    pixels[first:last] *= factor
    segment.close()


# %% wrong: view-in-the-way
def brighten(name, first, last, factor):
    segment = SharedMemory(name)
    pixels = numpy.frombuffer(segment.buf, "u1")
    pixels[first:last] *= factor
    segment.close()


# %% wrong: view-in-the-way (in the parent)
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    pixels = numpy.frombuffer(segment.buf, "u1", count=len(picture))
    pixels[:] = picture
    part = len(picture) // children
    jobs = [
        mp.Process(target=brighten, args=(segment.name, first, first + part, factor))
        for first in range(0, len(picture), part)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    segment.close()
    segment.unlink()
    return pixels


# %% wrong: unlinked-too-early
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    segment.buf[: len(picture)] = picture.tobytes()
    segment.unlink()
    part = len(picture) // children
    jobs = [
        mp.Process(target=brighten, args=(segment.name, first, first + part, factor))
        for first in range(0, len(picture), part)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    result = numpy.frombuffer(bytes(segment.buf), "u1")
    segment.close()
    return result


# %% wrong: unlinked-twice
right = brighter


def brighter(mp, picture, factor, children):
    result = right(mp, picture, factor, children)
    segment = SharedMemory(create=True, size=1)
    segment.close()
    segment.unlink()
    segment.unlink()
    return result


# %% wrong: a-window
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    pixels = numpy.ndarray(len(picture), "u1", buffer=segment.buf)
    pixels[:] = picture
    part = len(picture) // children
    jobs = [
        mp.Process(target=brighten, args=(segment.name, first, first + part, factor))
        for first in range(0, len(picture), part)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    segment.close()
    segment.unlink()
    return pixels


# %% wrong: sent-not-shared
def brighten(pixels, factor, results):
    results.put((pixels * factor).tolist())


def brighter(mp, picture, factor, children):
    results = mp.Queue()
    mp.Process(target=brighten, args=(picture, factor, results)).start()
    return numpy.array(results.get(), "u1")


# %% wrong: left-behind
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    segment.buf[: len(picture)] = picture.tobytes()
    part = len(picture) // children
    jobs = [
        mp.Process(target=brighten, args=(segment.name, first, first + part, factor))
        for first in range(0, len(picture), part)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    result = numpy.frombuffer(bytes(segment.buf), "u1")
    segment.close()
    return result


# %% wrong: one-by-one
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    segment.buf[: len(picture)] = picture.tobytes()
    part = len(picture) // children
    for first in range(0, len(picture), part):
        job = mp.Process(target=brighten, args=(segment.name, first, first + part, factor))
        job.start()
        job.join()
    result = numpy.frombuffer(bytes(segment.buf), "u1")
    segment.close()
    segment.unlink()
    return result


# %% wrong: looked-too-early
import time


def brighten(name, first, last, factor):
    segment = SharedMemory(name)
    time.sleep(0.3)  # there is much to do
    pixels = numpy.frombuffer(segment.buf, "u1")
    pixels[first:last] *= factor
    del pixels
    segment.close()


def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    segment.buf[: len(picture)] = picture.tobytes()
    part = len(picture) // children
    for first in range(0, len(picture), part):
        mp.Process(target=brighten, args=(segment.name, first, first + part, factor)).start()
    result = numpy.frombuffer(bytes(segment.buf), "u1")
    segment.close()
    return result


# %% wrong: too-few-children
def brighter(mp, picture, factor, children):
    segment = SharedMemory(create=True, size=len(picture))
    segment.buf[: len(picture)] = picture.tobytes()
    job = mp.Process(target=brighten, args=(segment.name, 0, len(picture), factor))
    job.start()
    job.join()
    result = numpy.frombuffer(bytes(segment.buf), "u1")
    segment.close()
    segment.unlink()
    return result
