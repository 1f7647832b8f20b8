import json
from multiprocessing import AuthenticationError

LONGEST = 1000  # bytes: who announces a gigabyte is no guest


def serve(listener, visits):
    """Let every guest in; return the names of those who came with a proper letter, in order."""
    names = []
    for _ in range(visits):  # so many come, good or bad
        try:
            with listener.accept() as line:  # a wrong key: AuthenticationError
                name = json.loads(line.recv_bytes(LONGEST))  # bytes, and no recv(): that unpickles
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
        except (AuthenticationError, EOFError, OSError, ValueError):
            pass  # this one's visit is over; the next one is not to blame
    return names
