"""A child sends an object whose class stands in this very file."""

import multiprocessing
import sys


class Point:
    def __init__(self, x):
        self.x = x


def send(points):
    points.put(Point(3))


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    points = multiprocessing.Queue()
    child = multiprocessing.Process(target=send, args=(points,))
    child.start()
    print(points.get().x)
    child.join()
