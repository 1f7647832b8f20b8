# %% right: hang up afterwards
# It hears, answers and closes its end: closing comes after the answer was written, so nothing is lost.
def greet(line):
    with line:
        line.send(f"Hello, {line.recv()}!")


# %% right: a thread speaks
# The answer is sent by a thread of the child, which is joined before the child ends.
from threading import Thread


def greet(line):
    name = line.recv()
    speaker = Thread(target=line.send, args=("Hello, " + name + "!",))
    speaker.start()
    speaker.join()


# %% right: look until somebody calls
# It asks again and again whether a name is there. Slow to notice, but it waits as long as it takes.
def greet(line):
    while not line.poll(0.02):
        pass
    line.send("Hello, {}!".format(line.recv()))


# %% wrong: greets Ada, whoever calls
# The example of the task as a constant: right for Ada only.
def greet(line):
    line.recv()
    line.send("Hello, Ada!")


# %% wrong: prints the greeting, sends the name
# The greeting appears on the screen; the caller gets back what it said.
def greet(line):
    name = line.recv()
    print(f"Hello, {name}!")
    line.send(name)
