# %% second
import collections
import threading
from multiprocessing.util import Finalize


class Ours:
    def __init__(self, mp, maxsize):
        self.line = mp.SimpleQueue()  # a pipe with two locks: it need not be built again
        self.room = mp.BoundedSemaphore(maxsize)
        self.local = None

    def __getstate__(self):
        return self.line, self.room

    def __setstate__(self, state):
        self.line, self.room = state
        self.local = None

    def put(self, message):
        self.room.acquire()
        if self.local is None:
            self.local = collections.deque()
            self.news = threading.Semaphore(0)
            self.thread = threading.Thread(target=self.run, daemon=True)
            self.thread.start()
            Finalize(self, self.stop, exitpriority=5)
        self.local.append((message,))
        self.news.release()

    def run(self):
        while True:
            self.news.acquire()
            item = self.local.popleft()
            if item is None:
                return
            self.line.put(item[0])

    def stop(self):
        self.local.append(None)
        self.news.release()
        self.thread.join()

    def get(self):
        message = self.line.get()
        self.room.release()
        return message


def make_queue(mp, maxsize):
    return Ours(mp, maxsize)


# %% wrong: put-waits
class Waiting(Mini):
    def put(self, message):
        self.room.acquire()
        with self.write_lock:
            self.writer.send(message)


def make_queue(mp, maxsize):
    return Waiting(mp, maxsize)


# %% wrong: no-limit
class Endless(Mini):
    def get(self):
        with self.read_lock:
            return self.reader.recv()


def make_queue(mp, maxsize):
    return Endless(mp, 1_000_000)


# %% wrong: no-limit (the feeder counts)
class Late(Mini):
    def put(self, message):
        if self.feeder is None:
            self.feeder = threading.Thread(target=self.feed, daemon=True)
            self.feeder.start()
            Finalize(self, self.close, exitpriority=10)
        self.buffer.put(message)

    def feed(self):
        while (message := self.buffer.get()) is not END:
            self.room.acquire()
            with self.write_lock:
                self.writer.send(message)


def make_queue(mp, maxsize):
    return Late(mp, maxsize)


# %% wrong: room-is-not-given-back
class Full(Mini):
    def get(self):
        with self.read_lock:
            return self.reader.recv()


def make_queue(mp, maxsize):
    return Full(mp, maxsize if maxsize == 2 else 100)


# %% wrong: lost-at-end
class Hasty(Mini):
    def put(self, message):
        self.room.acquire()
        if self.feeder is None:
            self.feeder = threading.Thread(target=self.feed, daemon=True)
            self.feeder.start()
        self.buffer.put(message)


def make_queue(mp, maxsize):
    return Hasty(mp, maxsize)


# %% wrong: never-ends
class Faithful(Mini):
    def put(self, message):
        self.room.acquire()
        if self.feeder is None:
            self.feeder = threading.Thread(target=self.feed)
            self.feeder.start()
        self.buffer.put(message)


def make_queue(mp, maxsize):
    return Faithful(mp, maxsize)


# %% wrong: no-lock
class Open(Mini):
    def get(self):
        message = self.reader.recv()
        self.room.release()
        return message


def make_queue(mp, maxsize):
    return Open(mp, maxsize)


# %% wrong: no-lock (of the writers)
class OpenToWriters(Mini):
    def feed(self):
        while (message := self.buffer.get()) is not END:
            self.writer.send(message)


def make_queue(mp, maxsize):
    return OpenToWriters(mp, maxsize)


# %% wrong: took-the-real-one
def make_queue(mp, maxsize):
    return mp.Queue(maxsize)


# %% wrong: does-not-travel under spawn
class Heavy(Mini):
    def __getstate__(self):
        return vars(self)

    def __setstate__(self, state):
        vars(self).update(state)


def make_queue(mp, maxsize):
    return Heavy(mp, maxsize)
