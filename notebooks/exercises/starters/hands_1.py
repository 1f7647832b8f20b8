import struct


def messages(stream):
    """Take the bytes of a pipe apart; return the bodies of the messages, in a list.

    Each message is a header, 4 bytes, and a body. A message that is cut off is left out.
    """
    (length,) = struct.unpack("!i", stream[:4])
    return [stream[4 : 4 + length]]
