"""What os.fork() has made is observed by nobody, and uses plain multiprocessing as ever."""

import multiprocessing
import os


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    pid = os.fork()
    if pid == 0:
        child = multiprocessing.get_context("fork").Process(target=say, args=("a grandchild",))
        child.start()
        child.join()
        with multiprocessing.get_context("fork").Pool(1) as pool:
            say(pool.map(abs, [-1, -2]))
        raise SystemExit(5)
    say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
