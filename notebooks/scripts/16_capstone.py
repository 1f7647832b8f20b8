"""A word index that survives: parsers may die with a text in their hands; nothing is lost.

Run it:  python 16_capstone.py      (IPC_START_METHOD=fork|spawn|forkserver chooses)
"""

import multiprocessing
import os
from collections import deque
from contextlib import suppress
from multiprocessing.connection import wait

TEXTS = {"a": "the cat sat", "b": "the dog", "c": "a cat and a dog", "d": "the end"}


def parse(line):  # a child: it answers each text with its words, and dies of each dog once
    while line in wait([line, multiprocessing.parent_process().sentinel]) and (job := line.recv()):
        text, attempt = job
        if "dog" in text and attempt == 1:
            os._exit(9)
        line.send(sorted(set(text.split())))


def hire(mp):
    ours, theirs = mp.Pipe()
    parser = mp.Process(target=parse, args=(theirs,), daemon=True)
    parser.start()
    theirs.close()  # the child's end is now its own: its death is an end of file
    return ours, parser


def build(mp, texts, hands=2):
    """Return the index of all texts, and how many parsers have died."""
    todo, parsers = deque((name, 1) for name in texts), dict(hire(mp) for _ in range(hands))
    idle, busy, index, deaths = list(parsers), {}, {}, 0
    while todo or busy:
        while todo and idle:
            busy[line := idle.pop()] = name, attempt = todo.popleft()
            with suppress(OSError):  # it has died meanwhile: its line says so below
                line.send((texts[name], attempt))
        for line in wait(list(busy)):
            name, attempt = busy.pop(line)
            try:
                for word in line.recv():
                    index.setdefault(word, set()).add(name)
            except (EOFError, OSError):
                assert attempt < 3, f"{name} has killed three parsers"
                deaths += 1
                todo.appendleft((name, attempt + 1))
                parsers.pop(line).join()
                line, parsers[line] = hire(mp)
            idle.append(line)
    for line, parser in parsers.items():
        line.send(None), parser.join()
    return {word: sorted(names) for word, names in sorted(index.items())}, deaths


if __name__ == "__main__":
    method = os.environ.get("IPC_START_METHOD") or None
    index, deaths = build(multiprocessing.get_context(method), TEXTS)
    print(*index.items(), f"parsers that died: {deaths}", sep="\n")
