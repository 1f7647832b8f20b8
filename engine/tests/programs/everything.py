"""Plain multiprocessing, all of it: prints the same however it is run, and ends with 7."""

import atexit
import concurrent.futures
import multiprocessing
import multiprocessing.pool
import os
import signal
import sys
from multiprocessing import Process, Queue, shared_memory

os.write(1, f"imported as {__name__}\n".encode())  # one piece: children do it at the same time


class Worker(multiprocessing.Process):
    def __init__(self, jobs, results):
        super().__init__()
        self.jobs, self.results = jobs, results

    def run(self):
        for job in iter(self.jobs.get, None):
            self.results.put(job * job)
        assert isinstance(self, multiprocessing.process.BaseProcess)


class NoDaemonProcess(multiprocessing.Process):
    daemon = property(lambda self: False, lambda self, value: None)


class NoDaemonContext(type(multiprocessing.get_context("spawn"))):
    Process = NoDaemonProcess


def square(n):
    return n * n


def parent_of_a_grandchild(results):
    child = multiprocessing.Process(target=results.put, args=("from a grandchild",))
    child.start()
    child.join()


def pool_in_a_pool(n):
    with multiprocessing.Pool(1) as pool:
        return pool.map(square, [n])


def fill(name):
    segment = shared_memory.SharedMemory(name)
    segment.buf[0] = 42
    segment.close()


def classes():
    jobs, results = multiprocessing.Queue(), multiprocessing.SimpleQueue()
    workers = [Worker(jobs, results) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(4):
        jobs.put(n)
    for _ in workers:
        jobs.put(None)
    print("squares", sorted(results.get() for _ in range(4)))
    for worker in workers:
        worker.join()
    print("exit codes", [worker.exitcode for worker in workers], [w.name for w in workers])


def factories():
    results = Queue()
    child = Process(target=parent_of_a_grandchild, args=(results,))
    child.start()
    print(results.get())
    child.join()
    a, b = multiprocessing.get_context("spawn").Pipe()
    a.send("through a pipe")
    print(b.recv())
    with multiprocessing.Manager() as manager:
        print(manager.list([1, 2, 3]), manager.dict(a=1).copy())
    value = multiprocessing.Value("i", 5)
    print("value", value.value, list(multiprocessing.Array("d", [1.0])))
    segment = shared_memory.SharedMemory(create=True, size=16)
    child = Process(target=fill, args=(segment.name,))
    child.start()
    child.join()
    print("segment", segment.buf[0])
    segment.close()
    segment.unlink()


def pools():
    with multiprocessing.Pool(2) as pool:
        print("pool", pool.map(square, range(5)))
    with multiprocessing.pool.ThreadPool(2) as pool:
        print("threads", pool.map(square, range(5)))
    with concurrent.futures.ProcessPoolExecutor(2) as executor:
        print("executor", list(executor.map(square, range(5))))
    with multiprocessing.pool.Pool(2, context=NoDaemonContext()) as pool:
        print("pool in a pool", pool.map(pool_in_a_pool, range(2)))


def alarm():
    signal.signal(signal.SIGALRM, lambda *_: print("alarm"))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    signal.pause()


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    atexit.register(print, "at exit")
    print(sys.argv, os.path.basename(__file__), __spec__ and __spec__.name, __package__)
    print(sys.path[0] == os.path.dirname(os.path.abspath(__file__)))
    print("read", input())
    print(multiprocessing.get_start_method() == sys.argv[1])
    print(isinstance(multiprocessing.get_context("spawn"), multiprocessing.context.SpawnContext))
    classes()
    factories()
    pools()
    alarm()
    sys.exit(7)
