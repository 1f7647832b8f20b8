"""Workers of lesson 00: a first conversation, and two accidents."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # hints only: a child need not load this module
    from multiprocessing.connection import Connection


def answer(line: Connection) -> None:
    """Hear one message, answer it, and say what happened."""
    heard = line.recv()
    line.send(f"{heard} to you, too")
    print("I heard:", heard)
    print("I am done.")


def count(last: int) -> None:
    """Print the numbers from 1 to last; complain if there are none."""
    if last < 1:
        print("nothing to count", file=sys.stderr)
    for number in range(1, last + 1):
        print(number)


def listen(line: Connection) -> None:
    """Wait for a message, for as long as it takes."""
    print("I am listening.")
    heard = line.recv()
    print("I heard:", heard)


def stumble(line: Connection) -> None:
    """Hear one message, and fail before the answer is sent."""
    heard = line.recv()
    raise ValueError(f"I do not understand {heard!r}")


def count_primes(first: int, last: int) -> int:
    """How many prime numbers are in range(first, last); a job that only computes."""
    numbers = range(max(first, 2), last)
    return sum(all(n % d for d in range(2, int(n**0.5) + 1)) for n in numbers)
