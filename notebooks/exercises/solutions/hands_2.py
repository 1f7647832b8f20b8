class SafeEnd:
    """An end of a pipe that several processes may use at the same time."""

    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        with self.lock:  # header and body go together
            self.connection.send(message)

    def recv(self):
        with self.lock:  # and they are taken together
            return self.connection.recv()


def safe_end(connection, lock):
    """Make an end of a pipe safe. All who use it make their own SafeEnd, with the same lock."""
    return SafeEnd(connection, lock)
