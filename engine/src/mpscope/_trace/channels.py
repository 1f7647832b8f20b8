"""What the processes of a block used together: queues, pipes, locks, proxies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from mpscope._trace.kinds import ChannelKind

if TYPE_CHECKING:
    from mpscope._trace.logs import ProcessLog


class Channel(NamedTuple):
    """A queue, one direction of a pipe, a lock, a semaphore, an event ..., or a managed object."""

    name: str
    """Unique in the block: the name of the variable, "a → b" for a direction of a pipe."""
    kind: ChannelKind
    maker: str = ""
    """The label of the process that made it; empty if that process keeps no log."""
    ends: tuple[str, str] | None = None
    """(sending end, receiving end) of a direction of a pipe; else None."""
    size: int | None = None
    """A queue's maxsize, a barrier's parties, a semaphore's first value; None if not limited."""
    server: str = ""
    """The label of the manager's server that holds a proxy's object; else empty."""
    of: str = ""
    """TASKS: the queue that they are of; LOCK: the condition that it is inside of, if any."""
    type: str = ""
    """PROXY: the type under which the manager knows it: "Lock", "dict"."""

    def call(self, *, sends: bool = False) -> str:
        """The call that waits for it: "numbers.get()", "mine.recv()", "lock.acquire()"."""
        if self.ends is not None:
            return f"{self.ends[0]}.send()" if sends else f"{self.ends[1]}.recv()"
        if self.kind is ChannelKind.TASKS:
            return f"{self.of}.join()"
        if self.kind in (ChannelKind.LOCK, ChannelKind.SEMAPHORE):
            return f"{self.name}.acquire()"
        if self.kind in (ChannelKind.CONDITION, ChannelKind.EVENT, ChannelKind.BARRIER):
            return f"{self.name}.wait()"
        return f"{self.name}.put()" if sends else f"{self.name}.get()"


def channel_from(name: str, fields: list[str]) -> Channel:
    """A channel as a log tells of it: `fields` are those of an `About`."""
    kind, server, sender, receiver, of, type = fields
    ends = (sender, receiver) if sender else None
    return Channel(name, ChannelKind(kind), ends=ends, server=server, of=of, type=type)


def may_be_read_past_us(channel: Channel | None, logs: Iterable[ProcessLog]) -> bool:
    """Whether somebody has asked for the receiving end's descriptor: what it reads is not told."""
    if channel is None or channel.ends is None:
        return False
    return any(channel.ends[1] in log.lent for log in logs)


def channels_of(logs: Iterable[ProcessLog]) -> dict[str, Channel]:
    """Name ─▶ channel, of everything that was used, in the order of the logs and of first use."""
    logs = list(logs)
    makers = {name: log.label for log in logs for name in log.made}
    sizes = {name: size for log in logs for name, size in log.sizes.items()}
    found: dict[str, Channel] = {}
    for log in logs:
        for name, channel in log.about.items():
            made = makers.get(channel.ends[0] if channel.ends else channel.of or name, "")
            found.setdefault(name, channel._replace(maker=made, size=sizes.get(name)))
    return found
