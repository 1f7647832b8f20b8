# %% second
import io


def messages(stream):
    pipe = io.BytesIO(stream)
    return list(read_all(pipe))


def read_all(pipe):
    while len(header := pipe.read(4)) == 4:
        length = int.from_bytes(header, "big", signed=True)
        body = pipe.read(length)
        if len(body) == length:
            yield body


# %% wrong: only-the-first
def messages(stream):
    (length,) = struct.unpack("!i", stream[:4])
    return [stream[4 : 4 + length]]


# %% wrong: lost-the-empty-one
def messages(stream):
    found = []
    while stream:
        (length,) = struct.unpack("!i", stream[:4])
        if length == 0:
            break
        found.append(stream[4 : 4 + length])
        stream = stream[4 + length :]
    return found


# %% wrong: header-kept
def messages(stream):
    found = []
    while stream:
        (length,) = struct.unpack("!i", stream[:4])
        found.append(stream[: 4 + length])
        stream = stream[4 + length :]
    return found


# %% wrong: wrong-end
def messages(stream):
    found = []
    while len(stream) >= 4:
        (length,) = struct.unpack("<i", stream[:4])
        found.append(stream[4 : 4 + length])
        stream = stream[4 + length :]
    return found


# %% wrong: lost-its-way
def messages(stream):
    found = []
    while len(stream) >= 4:
        (length,) = struct.unpack("!i", stream[:4])
        found.append(stream[4 : 4 + length])
        stream = stream[length:]
    return found


# %% wrong: texts
def messages(stream):
    found = []
    while len(stream) >= 4:
        (length,) = struct.unpack("!i", stream[:4])
        found.append(stream[4 : 4 + length].decode())
        stream = stream[4 + length :]
    return found


# %% wrong: cut-off
def messages(stream):
    found = []
    while len(stream) >= 4:
        (length,) = struct.unpack("!i", stream[:4])
        found.append(stream[4 : 4 + length])
        stream = stream[4 + length :]
    return found
