"""Hold a conversation with a child over a pipe, then read from it until it hangs up.

Run it:  python 03_pipe.py           (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30


def receive(conn):
    """Receive one message, but do not wait for ever."""
    if not conn.poll(PATIENCE_S):
        raise TimeoutError("nothing came through the pipe")
    return conn.recv()


def talk(conn):
    """Greet the parent, hear the answer, count to three, hang up."""
    conn.send("Hi daddy!")  # everything that the child uses is an argument
    print("child hears: ", receive(conn), flush=True)
    for number in (1, 2, 3):
        conn.send(number)
    conn.close()


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=talk, args=(child_conn,))
    child.start()
    child_conn.close()  # the child has its own copy; with ours open, EOF never comes

    greeting = receive(parent_conn)
    parent_conn.send("Hi child!")
    numbers = []
    try:
        while True:
            numbers.append(receive(parent_conn))
    except EOFError:  # every copy of the other end is closed
        pass
    child.join(timeout=PATIENCE_S)

    print("parent hears:", greeting)
    print("numbers:", numbers, "and then end of file")
    print("exit code:", child.exitcode)


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
