"""A message on the wire, and in a record.

On the wire it is the standard connection's bytes and system calls, in fewer steps.  In a record it
is at most 32 bytes, made without ever running code of the object that is sent.
"""

import os
from binascii import crc32
from multiprocessing import reduction
from pickle import dumps as pickle_dumps
from struct import Struct

from mpscope._recording import recorder
from mpscope._recording.recorder import Recorder
from mpscope._recording.records import Any, direction

dumps_any, loads = reduction.ForkingPickler.dumps, reduction.ForkingPickler.loads
# No reducer is ever asked about these, so the plain pickler makes the same bytes, much faster: to
# set up a ForkingPickler takes longer than to put such a message on record.
ATOMS = frozenset({int, float, bool, str, bytes, type(None)})
POSIX = os.name == "posix"
SMALL = 16384  # bytes; of more, the standard connection writes pieces, and bytes would be copied

WHOLE = 4096  # longer messages are torn anyway when two processes write to one end without a lock


try:  # nobody can send more than fits into this machine
    LARGEST = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
except (AttributeError, ValueError, OSError):  # Windows
    LARGEST = 1 << 40


def dumps(obj: Any) -> Any:
    """As `ForkingPickler.dumps`: the pickled message, as bytes or a view of them."""
    return (pickle_dumps if type(obj) in ATOMS else dumps_any)(obj)


def checksum(buf: Any) -> int:
    """Tells messages apart; of a long one, it looks at both ends."""
    return crc32(buf) if len(buf) <= WHOLE else crc32(buf[-2048:], crc32(buf[:2048]))


# The bytes, and the system calls, are those of the standard class; what is small goes without its
# loops and its BytesIO, which gives back most of what a record costs.
_HEADER = Struct("!i")
_write, _read = os.write, os.read


def write_message(end: Any, buf: Any) -> None:
    """Send a message whole."""
    size = len(buf)
    if size > SMALL or not POSIX:
        return getattr(end, "_ipc_plain_send", end._send_bytes)(memoryview(buf))
    message = _HEADER.pack(size) + buf
    written = _write(end._handle, message)
    if written < len(message):
        end._send(message[written:])


def read_message(end: Any) -> Any:
    """Receive a message whole, as bytes or a view of them; raises EOFError at the end of file."""
    if not POSIX:
        buf = getattr(end, "_ipc_plain_receive", end._recv_bytes)(LARGEST)
        if buf is None:
            raise too_large(end)
        return buf.getbuffer()
    header = _read(end._handle, 4)
    if len(header) < 4:
        header = _rest(end, header, 4)
    size = _HEADER.unpack(header)[0]
    if size == -1:  # more than 2 GB: how much follows
        size = int.from_bytes(_rest(end, b"", 8), "big")
    if size > LARGEST:
        raise too_large(end)
    if not 0 <= size <= SMALL:  # below 0: bytes that are no header; the standard class reads none
        return end._recv(size).getbuffer()
    message = _read(end._handle, size)
    return message if len(message) == size else _rest(end, message, size)


def _rest(end: Any, begun: bytes, size: int) -> bytes:
    try:
        return begun + bytes(end._recv(size - len(begun)).getbuffer())
    except EOFError:
        if not begun:
            raise
        raise OSError("got end of file during message") from None  # as the standard class says


def too_large(end: Any) -> Exception:
    """The error for bytes that are no message."""
    from mpscope.errors import MessageTooLarge

    name, peer = getattr(end, "_ipc_name", "a pool's queue"), getattr(end, "_ipc_peer", "")
    return MessageTooLarge(
        f"{direction(peer, name) if peer else name}: more bytes were announced than this machine "
        "has memory: they are no message. Do two processes write to one end, without a lock around "
        "each send?"
    )


_LONG = 1 << 60  # larger numbers take long to write down


_bases, _members = type.__dict__["__mro__"].__get__, type.__dict__["__dict__"].__get__
_BY_NAME = {type, type(len), type(lambda: None)}  # pickled as a name


def _meet(box: Recorder, kind: type, text: str) -> None:
    """Put on record that a copy of such an object, as a message is one, equals no other."""
    box.met.add(kind)
    if not _BY_NAME.isdisjoint(_bases(kind)):
        return
    for name in ("__eq__", "__reduce__", "__reduce_ex__"):
        if next(base for base in _bases(kind) if name in _members(base)) is not object:
            return
    box.note(b"y", text)


def describe(obj: Any, depth: int = 3) -> bytes:
    """At most 32 bytes that show a message without ever running the code of the object sent.

    Only exact built-in types are shown by value: a `repr` of the program's own may raise, block or
    return a gigabyte.
    """
    kind = type(obj)
    if kind is int:
        return b"%d" % obj if -_LONG < obj < _LONG else b"<int>"
    if kind is str:
        text = repr(obj[:30])
    elif kind is bytes:
        text = repr(obj[:30])
    elif obj is None or kind is bool or kind is float:
        text = repr(obj)
    elif kind is tuple or kind is list:
        # a list may hold itself
        shown = [describe(item, depth - 1).decode() for item in obj[: 6 if depth else 0]]
        if len(obj) > len(shown):
            shown.append("…")
        text = ", ".join(shown)
        text = f"[{text}]" if kind is list else f"({text})"
    else:
        text = f"<{type.__dict__['__name__'].__get__(kind)}>"
        if recorder.current is not None and kind not in recorder.current.met:
            _meet(recorder.current, kind, text)
    raw = text.encode("utf-8", "backslashreplace")
    if len(raw) <= 32:
        return raw
    return raw[:29].decode("utf-8", "ignore").encode() + "…".encode()
