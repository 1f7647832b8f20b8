# %% second
def answer(line):
    book = line.recv()
    line.send([book.get(word, 0) for word in line.recv()])


def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    child = mp.Process(target=answer, args=(yours,))
    child.start()
    mine.send(book)
    mine.send(words)
    numbers = mine.recv()
    child.join()
    return numbers


# %% second (two queues)
def answer(words, numbers, book):
    for some in iter(words.get, None):
        numbers.put(list(map(lambda word: book.get(word, 0), some)))
    numbers.put(None)


def look_up(mp, book, words):
    there, back = mp.Queue(), mp.Queue()
    child = mp.Process(target=answer, args=(there, back, book))
    child.start()
    for at in range(0, len(words), 150):
        there.put(words[at : at + 150])
    there.put(None)
    numbers = [number for some in iter(back.get, None) for number in some]
    child.join()
    return numbers


# %% wrong: book-each-time
def answer(line):
    while (question := line.recv()) is not None:
        book, word = question
        line.send(book.get(word, 0))


def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    mp.Process(target=answer, args=(yours,)).start()
    numbers = []
    for word in words:
        mine.send((book, word))
        numbers.append(mine.recv())
    mine.send(None)
    return numbers


# %% wrong: book-each-time (with each list)
def answer(line):
    while (question := line.recv()) is not None:
        book, words = question
        line.send([book.get(word, 0) for word in words])


def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    mp.Process(target=answer, args=(yours,)).start()
    numbers = []
    for at in range(0, len(words), HUNDRED):
        mine.send((book, words[at : at + HUNDRED]))
        numbers += mine.recv()
    mine.send(None)
    return numbers


# %% wrong: word-by-word
def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    mp.Process(target=answer, args=(yours, book)).start()
    numbers = []
    for word in words:
        mine.send([word])
        numbers += mine.recv()
    mine.send(None)
    return numbers


# %% wrong: lost-the-rest
def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    mp.Process(target=answer, args=(yours, book)).start()
    numbers, some = [], []
    for word in words:
        some.append(word)
        if len(some) == 70:
            mine.send(some)
            numbers += mine.recv()
            some = []
    mine.send(None)
    return numbers


# %% wrong: never-sent-home
def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    child = mp.Process(target=answer, args=(yours, book))
    child.start()
    numbers = []
    for at in range(0, len(words), HUNDRED):
        mine.send(words[at : at + HUNDRED])
        numbers += mine.recv()
    child.join()
    return numbers


# %% wrong: looked-up-here
def answer(line, book):
    line.recv()


def look_up(mp, book, words):
    mine, yours = mp.Pipe()
    mp.Process(target=answer, args=(yours, book)).start()
    mine.send(None)
    return [book.get(word, 0) for word in words]
