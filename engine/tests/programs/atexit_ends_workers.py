"""The worker is told to end by an `atexit` function: until then it waits, and so it should."""

import atexit
import multiprocessing


def work(jobs):
    print("got", list(iter(jobs.get, None)), flush=True)


def end(jobs, worker):
    jobs.put(None)
    worker.join()
    print("joined", worker.exitcode)


if __name__ == "__main__":
    jobs = multiprocessing.Queue()
    worker = multiprocessing.Process(target=work, args=(jobs,))
    worker.start()
    atexit.register(end, jobs, worker)
    jobs.put(1)
    raise LookupError("and yet")
