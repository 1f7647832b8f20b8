"""Children of the benchmark; standard library only, so that a spawned child loads nothing else."""

import time


def first_line(conn):
    """Tell when this child's first line ran."""
    conn.send(time.monotonic_ns())
    conn.close()


def pipe_sink(conn, count):
    """Receive `count` messages, then acknowledge."""
    for _ in range(count):
        conn.recv()
    conn.send("done")


def queue_sink(queue, answers, count):
    """Take `count` messages, then acknowledge."""
    for _ in range(count):
        queue.get()
    answers.put("done")


def tiny(n):
    """Next to nothing."""
    return n + 1
