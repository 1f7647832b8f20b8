# %% second
class Half:
    def __init__(self, queues, side):
        self.queues, self.side = queues, side

    def send(self, message):
        self.queues[self.side].put(message)

    def recv(self):
        return self.queues[1 - self.side].get()


def pipe(mp):
    queues = [mp.SimpleQueue(), mp.SimpleQueue()]
    return Half(queues, 0), Half(queues, 1)


# %% wrong: hears-itself
def pipe(mp):
    queue = mp.Queue()
    return End(queue, queue), End(queue, queue)


# %% wrong: not-crossed
def pipe(mp):
    one, other = mp.Queue(), mp.Queue()
    return End(one, other), End(one, other)


# %% wrong: one-end-for-both
def pipe(mp):
    one, other = mp.Queue(), mp.Queue()
    end = End(one, other)
    return end, end


# %% wrong: did-not-wait
class End:
    def __init__(self, inbox, outbox):
        self.inbox, self.outbox = inbox, outbox

    def send(self, message):
        self.outbox.put(message)

    def recv(self):
        return self.inbox.get(block=False)


# %% wrong: the-real-pipe
def pipe(mp):
    return mp.Pipe()


# %% wrong: cannot-travel under spawn
def pipe(mp):
    one, other = mp.Queue(), mp.Queue()

    class End:
        def __init__(self, inbox, outbox):
            self.send, self.recv = outbox.put, lambda: inbox.get()

    return End(one, other), End(other, one)
