"""What the processes of a block used together: queues, pipes, locks, proxies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mpscope._recording.naming import ends_of, kind_and_server, maker_of, queue_of
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.logs import ProcessLog


class Channel(NamedTuple):
    """A queue, one direction of a pipe, a lock, a semaphore, an event ..., or a managed object."""

    name: str
    """Unique in the block: the name of the variable, "a → b" for a direction of a pipe."""
    kind: ChannelKind
    maker: str
    """The label of the process that made it."""
    ends: tuple[str, str] | None = None
    """(sending end, receiving end) of a direction of a pipe; else None."""
    size: int | None = None
    """A queue's maxsize, a barrier's parties, a semaphore's first value; None if not limited."""
    server: str = ""
    """The label of the manager's server that holds a proxy's object; else empty."""


def channels_of(logs: Iterable[ProcessLog]) -> dict[str, Channel]:
    """Name ─▶ channel, of everything that was used, in the order of the logs and of first use."""
    found: dict[str, Channel] = {}
    sizes: dict[str, int] = {}
    logs = list(logs)
    for log in logs:
        sizes.update(getattr(log, "sizes", {}))
    for log in logs:
        for name in (*log.channels.values(), *log.about):
            about, ends = log.about.get(name, ""), ends_of(name)
            if name in found or queue_of(name) or not (about or ends):
                continue
            word, server = kind_and_server(about or ChannelKind.PIPE)
            kind = ChannelKind(word)
            found[name] = Channel(name, kind, maker_of(name), ends, sizes.get(name), server)
    return found
