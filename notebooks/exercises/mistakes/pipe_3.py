# %% second
def answer(word, numbers):
    match word:
        case "sum":
            return sum(numbers)
        case "max":
            return max(numbers)
    return "unknown: " + word


def serve(line):
    for request in iter(line.recv, None):
        line.send(answer(*request))
    line.close()


# %% wrong: served-one
def serve(line):
    request = line.recv()
    if request is None:
        return
    word, numbers = request
    line.send(sum(numbers) if word == "sum" else max(numbers))


# %% wrong: died-of-unknown
def serve(line):
    known = {"sum": sum, "max": max}
    while (request := line.recv()) is not None:
        word, numbers = request
        line.send(known[word](numbers))


# %% wrong: silent-on-unknown
def serve(line):
    known = {"sum": sum, "max": max}
    while (request := line.recv()) is not None:
        word, numbers = request
        if word in known:
            line.send(known[word](numbers))


# %% wrong: silent-on-unknown (a swallowed error)
def serve(line):
    known = {"sum": sum, "max": max}
    while (request := line.recv()) is not None:
        try:
            line.send(known[request[0]](request[1]))
        except Exception:
            pass


# %% wrong: none-is-no-request
def serve(line):
    known = {"sum": sum, "max": max}
    while True:
        word, numbers = line.recv()
        line.send(known[word](numbers) if word in known else f"unknown: {word}")


# %% wrong: returned-not-sent
def serve(line):
    word, numbers = line.recv()
    return {"sum": sum, "max": max}[word](numbers)


# %% wrong: stayed-on
def serve(line):
    known = {"sum": sum, "max": max}
    while True:
        request = line.recv()
        if request is None:
            continue
        word, numbers = request
        line.send(known[word](numbers) if word in known else f"unknown: {word}")


# %% wrong: answered-too-much
import builtins


def serve(line):
    while (request := line.recv()) is not None:
        word, numbers = request
        try:
            line.send(getattr(builtins, word)(numbers))
        except Exception:
            line.send(f"unknown: {word}")


# %% wrong: kept-silent
def serve(line):
    word, numbers = line.recv()
    print({"sum": sum, "max": max}[word](numbers))


# %% wrong: answered-the-end
def serve(line):
    known = {"sum": sum, "max": max}
    while (request := line.recv()) is not None:
        word, numbers = request
        line.send(known[word](numbers) if word in known else f"unknown: {word}")
    line.send("goodbye")


# %% wrong: child-failed (a method that is not there)
def serve(line):
    while (request := line.recv()) is not None:
        word, numbers = request
        line.reply({"sum": sum, "max": max}.get(word, "unknown: {}".format)(numbers))
