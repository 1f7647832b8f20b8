"""Nothing hangs here, and much goes wrong, of which Python says little or nothing."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor


def fail(number):
    raise ValueError(number)


def read_slowly(letters):
    while letters.get():
        time.sleep(60)


if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    with ProcessPoolExecutor(1) as executor:  # tells itself much by a pipe, and reads not all
        executor.submit(time.sleep, 0).result()
    with multiprocessing.Pool(1) as pool:
        pool.apply_async(fail, (1,))
        pool.close()
        pool.join()
    multiprocessing.Process(target=sys.exit, args=(3,)).start()
    letters = multiprocessing.Queue()
    multiprocessing.Process(target=read_slowly, args=(letters,), daemon=True).start()
    for letter in ("a", lambda: "b", "c"):
        letters.put(letter)
    time.sleep(1)
