def greet(words, name, letters):
    """A child: greet somebody."""
    letters.put(f"{words}, {name}")  # all that it uses has come as an argument


def greet_all(mp, words, names):
    """Let a child greet each name with `words`. Return the greetings, sorted."""
    letters = mp.Queue()
    for name in names:
        mp.Process(target=greet, args=(words, name, letters)).start()
    return sorted(letters.get() for _ in names)
