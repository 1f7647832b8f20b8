"""Start children, and find out whether each of them was born well: one dies before it is ready.

Run it:  python 06_how_a_process_is_born.py      (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
import sys
from multiprocessing.connection import wait

PATIENCE_S = 30


def work(line, parcel):
    """Say that I am ready; then do the work. All that I use is imported, or an argument."""
    if parcel is None:
        sys.exit(3)  # stands for whatever kills a child before it can say a word
    line.send("ready")
    line.send(f"worked on {parcel}")


def start(mp, parcel):
    """Start a child; return it with our end of its line."""
    ours, theirs = mp.Pipe()
    child = mp.Process(target=work, args=(theirs, parcel))
    child.start()
    theirs.close()  # the child has its own copy; with ours open, EOF never comes
    return child, ours


def is_born(child, line):
    """Wait until the child is ready or has ended, whichever comes first."""
    if not wait([line, child.sentinel], timeout=PATIENCE_S):
        raise TimeoutError("the child is neither ready nor dead")
    try:
        return line.poll() and line.recv() == "ready"
    except EOFError:  # the child has ended, and its end of the line with it
        return False


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    for parcel in ("a parcel", None):
        child, line = start(mp, parcel)
        if is_born(child, line):
            print("born well, and", line.recv())
        else:
            print("not born: ", end="")
        child.join(timeout=PATIENCE_S)
        print("exit code", child.exitcode)


if __name__ == "__main__":  # a spawned child imports this file: it must not start children
    main()
