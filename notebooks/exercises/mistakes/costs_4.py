# %% second
import os


def batch(count, size):
    return [os.urandom(size) for _ in range(count)]


# %% wrong: one-object
def batch(count, size):
    message = bytes(size)
    return [message for _ in range(count)]


# %% wrong: few-objects
def batch(count, size):
    pair = [bytes(size), b"x" * size]
    return (pair * count)[:count]


# %% wrong: one-long-message
def batch(count, size):
    return bytes(count * size)


# %% wrong: other-sizes
def batch(count, size):
    return [bytes(number) for number in range(count)]


# %% wrong: other-count
def batch(count, size):
    return [bytes(size) for _ in range(1, count)]


# %% wrong: no-bytes
def batch(count, size):
    return [str(number).ljust(size) for number in range(count)]


# %% wrong: cannot-be-sent
def batch(count, size):
    return (bytes(size) for _ in range(count))
