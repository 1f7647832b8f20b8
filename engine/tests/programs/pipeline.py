"""A pipeline: readers put what they find, the main program waits for them, then collects."""

import multiprocessing
import sys


def read(part, found):
    print("reading part", part)
    for number in range(1000):
        found.put((part, number, "x" * 100))


def main():
    found = multiprocessing.Queue()
    readers = [multiprocessing.Process(target=read, args=(n, found)) for n in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    print("found", sum(1 for _ in iter(found.get, None)))


if __name__ == "__main__":
    if sys.argv[1:]:
        multiprocessing.set_start_method(sys.argv[1])
    main()
