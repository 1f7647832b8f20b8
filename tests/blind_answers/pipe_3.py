# %% right: if and elif
def serve(line):
    while True:
        request = line.recv()
        if request is None:
            line.close()
            return
        word, numbers = request
        if word == "sum":
            line.send(sum(numbers))
        elif word == "max":
            line.send(max(numbers))
        else:
            line.send("unknown: " + word)


# %% right: try and except
KNOWN = {"sum": sum, "max": max}


def serve(line):
    for request in iter(line.recv, None):
        try:
            reply = KNOWN[request[0]](request[1])
        except KeyError:
            reply = "unknown: " + request[0]
        line.send(reply)


# %% wrong: another text
def serve(line):
    for word, numbers in iter(line.recv, None):
        if word in ("sum", "max"):
            line.send(sum(numbers) if word == "sum" else max(numbers))
        else:
            line.send("unknown " + word)


# %% wrong: the end is answered
def serve(line):
    request = ("", [])
    while request is not None:
        request = line.recv()
        if request is None:
            line.send(None)
        elif request[0] == "sum":
            line.send(sum(request[1]))
        elif request[0] == "max":
            line.send(max(request[1]))
        else:
            line.send(f"unknown: {request[0]}")
