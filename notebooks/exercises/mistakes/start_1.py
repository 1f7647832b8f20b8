# %% second
def greet(line):
    line.send("Hello, " + line.recv() + "!")
    line.close()


# %% wrong: returned-not-sent
def greet(line):
    name = line.recv()
    return f"Hello, {name}!"


# %% wrong: printed-not-sent
def greet(line):
    name = line.recv()
    print(f"Hello, {name}!")


# %% wrong: did-not-listen
def greet(line):
    line.send("Hello, Ada!")


# %% wrong: no-greeting
def greet(line):
    name = line.recv()
    line.send("Hello, {name}!")


# %% wrong: sent-nothing
def greet(line):
    name = line.recv()
    line.send(print(f"Hello, {name}!"))


# %% wrong: kept-silent
def greet(line):
    name = line.recv()
    f"Hello, {name}!"


# %% wrong: stayed-on
def greet(line):
    while True:
        try:
            name = line.recv()
        except EOFError:
            break
        line.send(f"Hello, {name}!")


# %% wrong: another-greeting
def greet(line):
    name = line.recv()
    line.send(f"Hello, {name}")


# %% wrong: busy
def greet(line):
    while True:
        pass


# %% wrong: child-failed (before it has listened)
def greet(line):
    line.send("Hello, " + line.recieve() + "!")


# %% wrong: child-failed (after it has listened)
def greet(line):
    line.send("Hello, " + line.recv().title + "!")
