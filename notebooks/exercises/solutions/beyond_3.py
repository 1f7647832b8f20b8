class End:
    """One end: what is sent here is received at the other one."""

    def __init__(self, inbox, outbox):
        self.inbox, self.outbox = inbox, outbox

    def send(self, message):
        self.outbox.put(message)

    def recv(self):
        return self.inbox.get()  # waits, as a Connection does


def pipe(mp):
    """Return two ends, like mp.Pipe(), made of nothing but mp.Queue()."""
    one, other = mp.Queue(), mp.Queue()  # a queue for each direction
    return End(one, other), End(other, one)  # crosswise: one's outbox is the other's inbox
