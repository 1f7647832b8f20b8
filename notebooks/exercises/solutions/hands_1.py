import struct


def messages(stream):
    """Take the bytes of a pipe apart; return the bodies of the messages, in a list.

    Each message is a header, 4 bytes, and a body. A message that is cut off is left out.
    """
    found = []
    while len(stream) >= 4:  # room for a header
        (length,) = struct.unpack("!i", stream[:4])
        if len(stream) < 4 + length:  # the body is not whole
            break
        found.append(stream[4 : 4 + length])
        stream = stream[4 + length :]  # what is left begins with the next header
    return found
