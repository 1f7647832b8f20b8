"""A host at an address, with a key: it takes letters of data, and does each job once.

Run it:  python 15_beyond_one_machine.py          (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import json
import multiprocessing
import os
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener

LONGEST = 1000  # bytes of a letter


def host(door, key):
    """The child: double the number of each job, once, until a letter says "end"."""
    done = {}  # job -> result: who asks again gets the same answer
    with Listener(("127.0.0.1", 0), authkey=key) as listener:
        door.send(listener.address)
        while True:
            try:
                with listener.accept() as line:
                    letter = json.loads(line.recv_bytes(LONGEST))  # data; recv() would run code
                    if letter == "end":
                        return line.send_bytes(json.dumps(len(done)).encode())
                    job, number = letter["job"], letter["number"]
                    done.setdefault(job, 2 * number)
                    line.send_bytes(json.dumps(done[job]).encode())
            except (AuthenticationError, EOFError, OSError, ValueError, LookupError, TypeError):
                continue  # a bad visitor costs the others nothing


def ask(address, key, letter):
    """One visit: what the host answers."""
    with Client(address, authkey=key) as line:
        line.send_bytes(letter)
        return json.loads(line.recv_bytes(LONGEST))


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    key = os.urandom(16)  # between two machines: in a file that only you can read
    door, theirs = mp.Pipe()
    mp.Process(target=host, args=(theirs, key), daemon=True).start()
    address = door.recv()
    try:
        ask(address, b"a wrong key", b"{}")
    except AuthenticationError:
        print("a wrong key: refused")
    try:
        ask(address, key, b"what?")
    except EOFError:
        print("no JSON: the host hangs up, and goes on")
    job = json.dumps({"job": "a", "number": 21}).encode()
    print("a job, and the same again:", ask(address, key, job), ask(address, key, job))
    print("jobs that were done:", ask(address, key, b'"end"'))


if __name__ == "__main__":
    main()
