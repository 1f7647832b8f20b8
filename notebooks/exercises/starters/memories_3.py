greeting = "Hello"


def greet(name, letters):
    """A child: greet somebody."""
    letters.put(f"{greeting}, {name}")


def greet_all(mp, words, names):
    """Let a child greet each name with `words`. Return the greetings, sorted."""
    global greeting
    greeting = words
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(name, letters)).start()
    return sorted(letters.get() for _ in names)
