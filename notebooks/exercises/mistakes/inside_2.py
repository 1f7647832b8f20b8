# %% second
def consume(messages, answers):
    while True:
        word, *rest = messages.get()  # each message says what it is
        if word == "end":
            return
        answers.put(type(rest[0]).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in items:
        messages.put(("item", item))
    messages.put(("end",))
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: identity-lost
STOP = object()


def consume(messages, answers):
    while (message := messages.get()) is not STOP:
        answers.put(type(message).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, STOP]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: identity-lost (an object of a class) under spawn
class Stop:
    pass


STOP = Stop()


def consume(messages, answers):
    while (message := messages.get()) != STOP:
        answers.put(type(message).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, STOP]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: took-a-message-for-the-end
def consume(messages, answers):
    while (message := messages.get()) is not None:
        answers.put(type(message).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, None]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: took-a-message-for-the-end (a word)
def consume(messages, answers):
    while (message := messages.get()) != "STOP":
        answers.put(type(message).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, "STOP"]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: took-a-message-for-the-end (whatever is false)
def consume(messages, answers):
    while message := messages.get():
        answers.put(type(message).__name__)


def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, 0]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: no-sentinel
def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in items:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found


# %% wrong: killed
def pass_on(mp, items):
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in items:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.terminate()
    child.join()
    return found


# %% wrong: answered-the-sentinel
def consume(messages, answers):
    message = None
    while message is not Signal.STOP:
        message = messages.get()
        answers.put(type(message).__name__)
