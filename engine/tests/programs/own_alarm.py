"""Uses SIGALRM for itself, and then hangs."""

import multiprocessing
import signal


def work(jobs):
    jobs.get()


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, lambda *_: print("my own alarm", flush=True))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    signal.pause()
    multiprocessing.set_start_method("spawn")  # a forked child would have the handler, too
    jobs = multiprocessing.Queue()
    worker = multiprocessing.Process(target=work, args=(jobs,))
    worker.start()
    worker.join()
