import time


def square(shirt):
    """Wash a shirt. (Leave it as it is.)"""
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    """A child, for ever: take a task, keep its result, report that it is done."""
    ...


def do_all(mp, tasks):
    """Let two workers do all tasks. Return the results, sorted, when all tasks are done."""
    ...
