"""What a process has printed, line by line: when each was whole, on which stream, the text."""

from collections.abc import Iterable, Iterator

from mpscope._trace.kinds import Kind

STREAMS = {b"o": Kind.PRINT, b"e": Kind.ERROR}
MAX_RAW = 1 << 20  # bytes that a process may write past `print`, on each stream

Line = tuple[int, Kind, str]


def by_print(texts: Iterable[tuple[int, bytes, int, bytes]]) -> Iterator[Line]:
    """Each line of a log's texts with the time of its last piece; threads are kept apart."""
    begun: dict[tuple[bytes, int], tuple[int, bytes]] = {}
    for time, tag, thread, data in texts:
        if tag == b"n":
            yield time, Kind.ERROR, f"[{data.decode()}]"
        elif tag in STREAMS:
            *whole, rest = (begun.get((tag, thread), (0, b""))[1] + data).split(b"\n")
            for line in whole:
                yield time, STREAMS[tag], line.decode("utf-8", "replace")
            begun[tag, thread] = time, rest
    for (tag, _), (time, rest) in begun.items():
        if rest:
            yield time, STREAMS[tag], rest.decode("utf-8", "replace")


def past_print(raw: bytes, stream: Kind) -> Iterator[Line]:
    """Those that bypassed `print`: at what time, nobody knows."""
    for line in raw[:MAX_RAW].decode("utf-8", "replace").splitlines():
        yield 0, stream, line
    if len(raw) > MAX_RAW:
        yield 0, Kind.ERROR, f"[wrote more than {MAX_RAW >> 20} MB past print; the rest is cut]"
