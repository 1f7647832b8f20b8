"""Two processes talk: a message goes through a pipe, an answer comes back.

Run it:  python 00_start_here.py          (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30


def hear(line):
    """Wait for one message, but not for ever."""
    if not line.poll(PATIENCE_S):
        raise TimeoutError(f"no message in {PATIENCE_S} s")
    return line.recv()


def answer(line):
    """The child: hear one message and answer it."""
    line.send(f"{hear(line)} to you, too")
    line.close()


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    mine, yours = mp.Pipe()
    child = mp.Process(target=answer, args=(yours,), daemon=True)
    child.start()
    yours.close()  # the child has this end now
    mine.send("Good morning")
    print("the child answers:", hear(mine))
    child.join(PATIENCE_S)
    print("the child's exit code:", child.exitcode)


if __name__ == "__main__":  # without this line, a spawned child would run main() again
    main()
