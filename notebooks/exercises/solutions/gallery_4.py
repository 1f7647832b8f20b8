import time


def square(shirt):
    """Wash a shirt."""
    time.sleep(0.02)
    if shirt < 0:
        raise ValueError("a torn shirt")
    return shirt * shirt


def work(tasks, results):
    """A child, for ever: take a task, keep its result, report that it is done."""
    while True:
        task = tasks.get()
        try:
            results.append(square(task))  # first the result ...
        except ValueError as error:
            print(task, error)  # said, not swallowed
        finally:
            tasks.task_done()  # ... then the report, on every path


def do_all(mp, tasks):
    """Let two workers do all tasks. Return the results, sorted, when all tasks are done."""
    with mp.Manager() as manager:
        box, results = mp.JoinableQueue(), manager.list()
        for _ in range(2):
            mp.Process(target=work, args=(box, results), daemon=True).start()
        for task in tasks:
            box.put(task)
        box.join()  # waits for the work; the workers go on
        return sorted(results[:])
