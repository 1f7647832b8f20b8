# %% right: one expression
def greet(line):
    line.send("Hello, %s!" % line.recv())


# %% right: by a helper
def phrase(name):
    return "Hello, {}!".format(name)


def greet(line):
    with line:
        caller = line.recv()
        line.send(phrase(caller))


# %% wrong: no comma
def greet(line):
    line.send("Hello " + line.recv() + "!")


# %% wrong: a fixed name
def greet(line):
    line.recv()
    line.send("Hello, Ada!")
