"""What a child can change for its parent, and what it cannot.

Run it:  python 01_two_memories.py        (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os

PATIENCE_S = 30
counter = 0  # every process has its own


def change_all(numbers, shared, letters):
    """The child: change everything in reach, and tell the id of the list."""
    global counter
    counter += 1
    numbers.append(4)
    shared.value += 1
    letters.put(id(numbers))


def main():
    mp = multiprocessing.get_context(os.environ.get("IPC_START_METHOD") or None)
    numbers, shared, letters = [1, 2, 3], mp.Value("i", 0), mp.Queue()
    child = mp.Process(target=change_all, args=(numbers, shared, letters), daemon=True)
    child.start()
    childs_id = letters.get(timeout=PATIENCE_S)
    child.join(PATIENCE_S)

    print("the child's exit code:     ", child.exitcode)
    print("a global variable changed: ", counter == 1)
    print("a list argument changed:   ", numbers == [1, 2, 3, 4])
    print("an mp.Value changed:       ", shared.value == 1)
    print("a message arrived:         ", isinstance(childs_id, int))
    # The list is never shared. Whether the ids are equal depends on the start method alone.
    forked = mp.get_start_method() == "fork"
    print("equal ids mean 'forked':   ", (childs_id == id(numbers)) == forked)


if __name__ == "__main__":  # without this line, a spawned child would run main() again
    main()
