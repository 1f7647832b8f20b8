"""Three workers, each reads jobs until None comes; the main program puts it once."""

import multiprocessing
import sys
from multiprocessing import Process, Queue


def work(jobs, results):
    while (job := jobs.get()) is not None:
        results.put(job * job)
    print("no more jobs")


def main():
    jobs, results = Queue(), Queue()
    workers = [Process(target=work, args=(jobs, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for number in range(10):
        jobs.put(number)
    jobs.put(None)
    print(sum(results.get() for _ in range(10)))
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    if sys.argv[1:]:
        multiprocessing.set_start_method(sys.argv[1])
    main()
