# %% right: match
# A pattern for each request; the tuple is taken apart where it is compared.
def serve(line):
    while True:
        match line.recv():
            case None:
                break
            case ("sum", numbers):
                line.send(sum(numbers))
            case ("max", numbers):
                line.send(max(numbers))
            case (word, *_):
                line.send(f"unknown: {word}")


# %% right: a table with an answer for all others
# Words are looked up; what is not there gets a function that says so.
KNOWN = {"sum": sum, "max": max}


def serve(line):
    for word, numbers in iter(line.recv, None):
        line.send(KNOWN.get(word, lambda _, word=word: "unknown: " + word)(numbers))


# %% right: a generator of replies
# One loop hears and thinks, the other one speaks. When the first ends, so does the second; then it hangs up.
def replies(line):
    while request := line.recv():
        word, numbers = request
        if word not in ("sum", "max"):
            yield "unknown: " + word
        elif word == "sum":
            yield sum(numbers)
        else:
            yield sorted(numbers)[-1]


def serve(line):
    for reply in replies(line):
        line.send(reply)
    line.close()


# %% wrong: whatever Python knows
# It looks the word up among the builtins: asked for "min", or "len", it answers. The task knows two words.
import builtins


def serve(line):
    while (request := line.recv()) is not None:
        word, numbers = request
        try:
            line.send(getattr(builtins, word)(numbers))
        except (AttributeError, TypeError):
            line.send(f"unknown: {word}")


# %% wrong: says goodbye
# None is not a request: nobody waits for a reply to it. The next one to read the line finds a stray message.
def serve(line):
    while True:
        request = line.recv()
        if request is None:
            line.send("closed")
            return
        word, numbers = request
        if word == "sum":
            line.send(sum(numbers))
        elif word == "max":
            line.send(max(numbers))
        else:
            line.send(f"unknown: {word}")
