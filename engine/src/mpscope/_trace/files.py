"""The files of a block as bytes: which there are, their records, their texts.

1.box   records of fixed size, for each event      1.raw, 1.err  what was written past `print`
1.txt   texts: what was printed, names, facts      1.stack       what faulthandler has dumped
"""

import os
import re
from collections.abc import Iterator

from mpscope._recording.records import RECORD, TEXT

CHUNK = 1 << 20
_LOG = re.compile(r"\d+(\.\d+)*\.txt")


def stems(folder: str) -> list[str]:
    """What the names of each process's files begin with; none if somebody has removed them."""
    try:
        return [name[:-4] for name in os.listdir(folder) if _LOG.fullmatch(name)]
    except FileNotFoundError:
        return []


def segments_of(folder: str) -> list[str]:
    """The names of the shared-memory segments that its processes have made."""
    texts = (text for stem in stems(folder) for text in texts_in(read(folder, stem + ".txt")))
    return [data.decode("utf-8", "replace") for _, tag, _, data in texts if tag == b"s"]


def read(folder: str, name: str, limit: int = -1) -> bytes:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read(limit)
    except FileNotFoundError:
        return b""


def read_records(path: str) -> tuple[bytes, bool]:
    """The part of a file of records that has been written to, at least one; is that all of it?"""
    try:
        with open(path, "rb") as file:
            size = end = file.seek(0, os.SEEK_END)
            while end:
                start = max(0, end - CHUNK)
                file.seek(start)
                if used := file.read(end - start).rstrip(b"\0"):
                    end = start + len(used)
                    break
                end = start
            file.seek(0)
            data = file.read(max(1, -(-end // RECORD.size)) * RECORD.size)
            return data[: len(data) // RECORD.size * RECORD.size], len(data) >= size
    except FileNotFoundError:
        return b"", False


def texts_in(data: bytes) -> Iterator[tuple[int, bytes, int, bytes]]:
    """(time, tag, thread, text) of each text in a log."""
    at = 0
    while at + TEXT.size <= len(data):
        time, tag, thread, length = TEXT.unpack_from(data, at)
        at += TEXT.size
        yield time, tag, thread, data[at : at + length]
        at += length
