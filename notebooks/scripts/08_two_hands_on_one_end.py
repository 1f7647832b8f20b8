"""Two writers and two readers share the ends of one pipe, each side under a lock of its own.

Run it:  python 08_two_hands_on_one_end.py     (IPC_START_METHOD=fork chooses how)
"""

import multiprocessing
import os

PATIENCE_S = 30
COUNT, SIZE = 100, 10_000  # messages of each writer; bytes, more than a pipe takes in one piece


class SafeEnd:
    """An end of a pipe that several processes may use: one at a time, for a whole message."""

    def __init__(self, connection, lock):
        self._connection, self._lock = connection, lock

    def send(self, message):
        with self._lock:
            self._connection.send(message)

    def receive(self):
        with self._lock:
            if not self._connection.poll(PATIENCE_S):
                raise TimeoutError("nothing came through the pipe")
            return self._connection.recv()


def write(end, letter):
    for _ in range(COUNT):
        end.send(letter * SIZE)


def read(end, results):
    messages = [end.receive() for _ in range(COUNT)]
    results.put(sum(message == message[0] * SIZE for message in messages))


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    reader, writer = mp.Pipe(duplex=False)
    safe_reader, safe_writer = SafeEnd(reader, mp.Lock()), SafeEnd(writer, mp.Lock())
    results = mp.Queue()
    children = [mp.Process(target=write, args=(safe_writer, letter)) for letter in "AB"]
    children += [mp.Process(target=read, args=(safe_reader, results)) for _ in range(2)]
    for child in children:
        child.start()
    whole = sum(results.get(timeout=PATIENCE_S) for _ in range(2))
    for child in children:
        child.join(timeout=PATIENCE_S)
    print(f"whole messages: {whole} of {2 * COUNT}")
    print("exit codes:", [child.exitcode for child in children])


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
