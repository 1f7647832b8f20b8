# %% right: keyword arguments
def greet(name, letters, greeting="Hello"):
    letters.put(f"{greeting}, {name}")


def greet_all(mp, words, names):
    letters = mp.Queue()
    children = []
    for name in names:
        child = mp.Process(target=greet, args=(name, letters), kwargs={"greeting": words})
        child.start()
        children.append(child)
    greetings = [letters.get() for _ in children]
    for child in children:
        child.join()
    greetings.sort()
    return greetings


# %% right: a queue of jobs
def greet(jobs, letters):
    words, name = jobs.get()
    letters.put(words + ", " + name)


def greet_all(mp, words, names):
    jobs, letters = mp.Queue(), mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(jobs, letters)).start()
        jobs.put((words, name))
    return sorted(letters.get() for _ in names)


# %% wrong: the parent fills in
def greet(name, letters):
    letters.put(name)


def greet_all(mp, words, names):
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return [words + ", " + letters.get() for _ in names][::-1]


# %% wrong: one greets for all
def greet(words, names, letters):
    letters.put([f"{words}, {name}" for name in names])


def greet_all(mp, words, names):
    letters = mp.Queue()
    mp.Process(target=greet, args=(words, names, letters)).start()
    return sorted(letters.get())
