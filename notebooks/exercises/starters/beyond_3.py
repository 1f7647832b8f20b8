class End:
    """One end: what is sent here is received at the other one."""

    def __init__(self, queue):
        self.queue = queue

    def send(self, message):
        self.queue.put(message)

    def recv(self):
        return self.queue.get()


def pipe(mp):
    """Return two ends, like mp.Pipe(), made of nothing but mp.Queue()."""
    queue = mp.Queue()
    return End(queue), End(queue)
