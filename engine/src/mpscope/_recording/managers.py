"""A Manager whose proxies report: every remote call is a request to the server's process.

proxy.append(3) ─▶ BaseProxy._callmethod: "request" ─▶ manager-1 ─▶ "reply"
"""

import os
from multiprocessing import connection, managers
from pickle import UnpicklingError
from sys import _getframe

from mpscope._recording import recorder, wire
from mpscope._recording.naming import channel_name
from mpscope._recording.polls import asked
from mpscope._recording.records import CODE, COPY, REFUSED, UNBOUNDED, About, Any

REPLY = CODE["reply"]
CONTAINERS = frozenset((list, dict, set, bytearray))
# The calls that ask a managed object for its state, and change nothing.
STATES = {"__getitem__": ("dict", "list"), "get": ("dict", "Value"), "is_set": ("Event",)}
STATES |= {"__getattribute__": ("Namespace",), "empty": ("Queue",), "qsize": ("Queue",)}
CALL = b"\x1f"  # between the name of a method and its arguments, in a record
METHODS = {"<string>", managers.__file__}  # where the standard proxies' methods stand

COPIED = (
    "This program has called os.fork(), which copies the connection to a manager: if both "
    "processes use it, their answers get mixed up. Start the child with mp.Process, which gives it "
    "a connection of its own."
)


class _Line(connection.Connection):
    """A proxy's connection to its server: gives back, on the wire, most of what a record costs."""

    def send(self, obj: Any) -> None:
        self._check_closed()
        _, _, args, kwds = obj
        quick = not kwds and wire.ATOMS.issuperset(map(type, args))
        wire.write_message(self, (wire.pickle_dumps if quick else wire.dumps_any)(obj))

    def recv(self) -> Any:
        self._check_closed()
        return wire.loads(wire.read_message(self))


class _Reporting:
    """What every proxy class adds to its standard parent."""

    _ipc_name = ""
    _ipc_about: About = About("proxy")

    def __init__(self, token: Any, serializer: str, manager: Any = None, **kwargs: Any) -> None:
        super().__init__(token, serializer, manager=manager, **kwargs)  # type: ignore[call-arg]
        if manager is not None:
            _name(self, manager)

    def _callmethod(self, methodname: str, args: Any = (), kwds: Any = {}) -> Any:  # noqa: B006
        box = recorder.current
        if box is None:
            return super()._callmethod(methodname, args, kwds)
        channel = box.channel(self._ipc_name, self._ipc_about)
        what = CALL.join((methodname.encode(), *map(wire.describe, args[:3])))[:32]
        caller = _getframe(1)
        if caller.f_code.co_filename in METHODS:
            caller = _getframe(2)
        place = box.open(REPLY, channel, caller, UNBOUNDED, what)
        try:
            result = super()._callmethod(methodname, args, kwds)
        except BaseException as error:
            box.mark(place, REFUSED)
            box.turn_into(place, REPLY if isinstance(error, Exception) else 0)
            if isinstance(error, EOFError | ConnectionError) and _was_killed(self._token.address):
                raise self._ipc_gone(methodname) from error
            if isinstance(error, FileNotFoundError) and not os.path.exists(self._token.address):
                error.add_note(self._ipc_ended())
            if box.block.copied and isinstance(error, EOFError | OSError | UnpicklingError):
                error.add_note(COPIED)
            raise
        if result is False and methodname == "acquire":
            box.mark(place, REFUSED)
        elif type(result) in CONTAINERS:
            box.mark(place, COPY)
        box.stamp(place)
        if type(result) in wire.ATOMS and self._ipc_about.type in STATES.get(methodname, ()):
            before, self._ipc_last = getattr(self, "_ipc_last", ...), result
            if result == before:  # else nobody asks in vain, and it need not cost more
                asked(self._ipc_name, self._ipc_about, what.decode("utf-8", "ignore"), state=result)
        return result

    def _connect(self) -> None:
        super()._connect()
        line = self._tls.connection
        if type(line) is connection.Connection:
            line.__class__ = _Line

    def _ipc_ended(self) -> str:
        server, name = self._ipc_about.server, self._ipc_name
        return (
            f"{name} lives in {server}, and {server} has been shut down: at the end of its "
            "manager's `with`, by shutdown(), or with the last reference to the manager. Use "
            f"{name} before that, or take a copy."
        )

    def _ipc_gone(self, method: str) -> Exception:
        from mpscope.errors import ManagerGone

        return ManagerGone(
            f"{self._ipc_name}.{method}() cannot be answered: {self._ipc_about.server}, the "
            f"process that holds {self._ipc_name}, was killed, and what it held is lost. Start a "
            "new Manager."
        )

    def __reduce__(self) -> Any:
        recorder.travels(self._ipc_name)
        rebuild, args = tuple(super().__reduce__())
        return _rebuild, (rebuild, args, self._ipc_name, self._ipc_about)


def _was_killed(address: Any) -> bool:
    """True if nobody answers at a manager's socket that is still there: a shutdown removes it."""
    import socket

    if not isinstance(address, str) or not hasattr(socket, "AF_UNIX"):
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(0.5)
        try:
            caller.connect(address)
            return not caller.recv(1)  # it asks at once for the key; a dying one says nothing
        except ConnectionError:
            return True
        except OSError:
            return False


def _name(proxy: Any, manager: Any) -> None:
    proxy._ipc_name = channel_name(proxy._token.typeid)
    proxy._ipc_about = About(
        "proxy", getattr(manager, "_ipc_server", "manager"), type=proxy._token.typeid
    )


def _rebuild(rebuild: Any, args: Any, name: str, about: str) -> Any:
    if args[0] is managers.AutoProxy:
        args = (watched_auto_proxy, *args[1:])
    proxy = rebuild(*args)
    proxy._ipc_name, proxy._ipc_about = name, about
    return proxy


def watched_auto_proxy(token: Any, serializer: str, manager: Any = None, **kwargs: Any) -> Any:
    """`multiprocessing.managers.AutoProxy`, whose proxies report."""
    proxy = managers.AutoProxy(token, serializer, manager=manager, **kwargs)
    standard = type(proxy)
    if standard not in _auto_classes:
        _auto_classes[standard] = type(standard.__name__, (_Reporting, standard), {})
    proxy.__class__ = _auto_classes[standard]
    if manager is not None:
        _name(proxy, manager)
    return proxy


_auto_classes: dict[type, type] = {}


class SyncManager(managers.SyncManager):
    """`multiprocessing.managers.SyncManager` whose proxies report; made by `mp.Manager()`."""

    _registry: dict[str, Any] = {}
    _ipc_server = "manager"

    def start(self, *args: Any, **kwargs: Any) -> None:
        super().start(*args, **kwargs)
        self._ipc_server = getattr(self._process, "_ipc_label", "manager")
        box = recorder.current
        if box is not None and isinstance(self._address, str):
            box.block.sockets.append(self._address)  # a server that is killed leaves its socket

    @property
    def address(self) -> Any:
        """As of the standard class; who asks for it may tell it to anybody."""
        server = getattr(self, "_process", None)
        if server is not None and _getframe(1).f_globals.get("__name__") != managers.__name__:
            server._ipc_hears = "whose address others may know"
        return self._address


def _watch_every_type() -> None:
    """Register the standard types again, each with a reporting subclass of its proxy."""
    watched: dict[Any, Any] = {managers.AutoProxy: watched_auto_proxy}
    for typeid, entry in managers.SyncManager._registry.items():
        make, exposed, results, standard = entry
        if standard not in watched:
            name = standard.__name__
            cls = type(name, (_Reporting, standard), {"__module__": __name__})
            watched[standard] = globals()[name] = cls
        SyncManager.register(
            typeid, make, watched[standard], exposed, results, hasattr(SyncManager, typeid)
        )


_watch_every_type()
