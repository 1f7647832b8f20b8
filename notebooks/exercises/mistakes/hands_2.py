# %% second
class Guarded:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        self.lock.acquire()
        try:
            self.connection.send(message)
        finally:
            self.lock.release()

    def recv(self):
        self.lock.acquire()
        try:
            return self.connection.recv()
        finally:
            self.lock.release()


def safe_end(connection, lock):
    return Guarded(connection, lock)


# %% wrong: unsafe-send
class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        self.connection.send(message)

    def recv(self):
        with self.lock:
            return self.connection.recv()


# %% wrong: unsafe-receive
class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        with self.lock:
            self.connection.send(message)

    def recv(self):
        return self.connection.recv()


# %% wrong: own-lock
from multiprocessing import Lock


class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, Lock()

    def send(self, message):
        with self.lock:
            self.connection.send(message)

    def recv(self):
        with self.lock:
            return self.connection.recv()


# %% wrong: let-go-too-early
class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        with self.lock:
            pass
        self.connection.send(message)

    def recv(self):
        with self.lock:
            pass
        return self.connection.recv()


# %% wrong: never-released
class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        self.lock.acquire()
        self.connection.send(message)

    def recv(self):
        self.lock.acquire()
        return self.connection.recv()


# %% wrong: lost-on-the-way
class SafeEnd:
    def __init__(self, connection, lock):
        self.connection, self.lock = connection, lock

    def send(self, message):
        if self.lock.acquire(block=False):
            self.connection.send(message)
            self.lock.release()

    def recv(self):
        with self.lock:
            return self.connection.recv()


# %% wrong: failed
def safe_end(connection, lock):
    with lock:
        return connection.recv
