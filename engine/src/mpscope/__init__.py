"""See what the processes of a Python program say to each other, and who waits for whom.

Importing this package loads nothing else: children import it too, and pay for every module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mpscope._block import Observation as Observation
    from mpscope._block import is_observing as is_observing
    from mpscope._block import observe as observe
    from mpscope._recording.tracebacks import hide_frames as hide_frames
    from mpscope._recording.tracebacks import last_line as last_line
    from mpscope._recording.tracebacks import short_traceback as short_traceback
    from mpscope._render.outputs import Picture as Picture
    from mpscope._render.outputs import Text as Text
    from mpscope._render.outputs import transcript as transcript
    from mpscope._render.page import live_region as live_region
    from mpscope._render.page import page_style as page_style
    from mpscope._render.page import still as still
    from mpscope._render.page import strip as strip
    from mpscope._render.summary import describe as describe
    from mpscope._render.theme import PALETTE as PALETTE
    from mpscope._render.timeline import timeline as timeline
    from mpscope._replay.widget import replay as replay
    from mpscope._supervision.killing import end_processes as end_processes
    from mpscope._supervision.killing import end_with_parent as end_with_parent
    from mpscope._trace.channels import Channel as Channel
    from mpscope._trace.events import Event as Event
    from mpscope._trace.kinds import BlockOutcome as BlockOutcome
    from mpscope._trace.kinds import ChannelKind as ChannelKind
    from mpscope._trace.kinds import Ending as Ending
    from mpscope._trace.kinds import Kind as Kind
    from mpscope._trace.kinds import ProcessOutcome as ProcessOutcome
    from mpscope._trace.kinds import Role as Role
    from mpscope._trace.kinds import SpanKind as SpanKind
    from mpscope._trace.processes import Process as Process
    from mpscope._trace.scene import Span as Span
    from mpscope._trace.trace import Message as Message
    from mpscope._trace.trace import Trace as Trace
    from mpscope._trace.waiting import WaitGraph as WaitGraph
    from mpscope._trace.waiting import Waiting as Waiting
    from mpscope.errors import BlockStopped as BlockStopped
    from mpscope.errors import CannotPickle as CannotPickle
    from mpscope.errors import ChildFailed as ChildFailed
    from mpscope.errors import DeadlineExceeded as DeadlineExceeded
    from mpscope.errors import Deadlock as Deadlock
    from mpscope.errors import IpcError as IpcError
    from mpscope.errors import ManagerGone as ManagerGone
    from mpscope.errors import MessageTooLarge as MessageTooLarge
    from mpscope.errors import NobodyLeft as NobodyLeft
    from mpscope.errors import TooManyProcesses as TooManyProcesses
    from mpscope.errors import WrongUse as WrongUse

__version__ = "0.1.0"

_NAMES = {
    "mpscope._block": "observe Observation is_observing",
    "mpscope._replay.widget": "replay",
    "mpscope._render.summary": "describe",
    "mpscope._render.timeline": "timeline",
    "mpscope._render.outputs": "transcript Picture Text",
    "mpscope._render.theme": "PALETTE",
    "mpscope._render.page": "strip page_style still live_region",
    "mpscope._recording.tracebacks": "hide_frames last_line short_traceback",
    "mpscope._supervision.killing": "end_processes end_with_parent",
    "mpscope._trace.trace": "Trace Message",
    "mpscope._trace.events": "Event",
    "mpscope._trace.channels": "Channel",
    "mpscope._trace.scene": "Span",
    "mpscope._trace.processes": "Process",
    "mpscope._trace.waiting": "Waiting WaitGraph",
    "mpscope._trace.kinds": "Kind ChannelKind SpanKind Role ProcessOutcome Ending BlockOutcome",
    "mpscope.errors": "IpcError DeadlineExceeded Deadlock BlockStopped ChildFailed "
    "NobodyLeft ManagerGone MessageTooLarge TooManyProcesses CannotPickle WrongUse",
}
_HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
