"""A message on the wire: the standard connection's bytes and system calls, in fewer steps."""

from __future__ import annotations

import os
from binascii import crc32
from multiprocessing import reduction
from pickle import dumps as pickle_dumps
from struct import Struct

from mpscope._recording.records import direction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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
    """All of what has come in pieces."""
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
