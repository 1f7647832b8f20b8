STOP = object()


def consume(messages, answers):
    """A child: answer each message with the name of its type; end when STOP comes."""
    while (message := messages.get()) is not STOP:
        answers.put(type(message).__name__)


def pass_on(mp, items):
    """Send all items to a child; return its answers."""
    messages, answers = mp.Queue(), mp.Queue()
    child = mp.Process(target=consume, args=(messages, answers))
    child.start()
    for item in [*items, STOP]:
        messages.put(item)
    found = [answers.get() for _ in items]
    child.join()
    return found
