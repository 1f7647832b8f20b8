# %% second
def ask(line, lock, question):
    lock.acquire()
    try:
        line.send(question)
        answer = line.recv()
    finally:
        lock.release()
    return answer


# %% wrong: two-holds
def ask(line, lock, question):
    with lock:
        line.send(question)
    return line.recv()


# %% wrong: no-lock
def ask(line, lock, question):
    line.send(question)
    return line.recv()


# %% wrong: own-lock
import threading


def ask(line, lock, question):
    with threading.Lock():
        line.send(question)
        return line.recv()


# %% wrong: never-released
def ask(line, lock, question):
    lock.acquire()
    line.send(question)
    return line.recv()


# %% wrong: listened-first
def ask(line, lock, question):
    with lock:
        answer = line.recv()
        line.send(question)
    return answer


# %% wrong: nothing-returned
def ask(line, lock, question):
    with lock:
        line.send(question)
        line.recv()


# %% wrong: gave-up
def ask(line, lock, question):
    if lock.acquire(block=False):
        line.send(question)
        answer = line.recv()
        lock.release()
        return answer


# %% wrong: failed
def ask(line, lock, question):
    with lock:
        return line.send(question).recv()
