import queue
import threading
from multiprocessing.util import Finalize

END = object()  # for the feeder only: it never travels


class Mini:
    """A queue for many processes."""

    def __init__(self, mp, maxsize):
        self.reader, self.writer = mp.Pipe(duplex=False)
        self.read_lock, self.write_lock = mp.Lock(), mp.Lock()
        self.room = mp.Semaphore(maxsize)
        self.begin()

    def begin(self):
        self.buffer, self.feeder = queue.SimpleQueue(), None  # of this process only

    def __getstate__(self):  # ... so they do not travel to a child
        return self.reader, self.writer, self.read_lock, self.write_lock, self.room

    def __setstate__(self, state):
        self.reader, self.writer, self.read_lock, self.write_lock, self.room = state
        self.begin()

    def put(self, message):
        self.room.acquire()  # the caller waits here, and only here
        if self.feeder is None:
            self.feeder = threading.Thread(target=self.feed, daemon=True)
            self.feeder.start()
            Finalize(self, self.close, exitpriority=10)  # a process ends after its feeder
        self.buffer.put(message)

    def feed(self):
        while (message := self.buffer.get()) is not END:
            with self.write_lock:
                self.writer.send(message)  # a full pipe stops this thread, not the producer

    def get(self):
        with self.read_lock:
            message = self.reader.recv()
        self.room.release()  # whoever waits in put(), in whichever process, may go on
        return message

    def close(self):
        self.buffer.put(END)
        self.feeder.join()


def make_queue(mp, maxsize):
    """Return a queue that keeps the five promises."""
    return Mini(mp, maxsize)
