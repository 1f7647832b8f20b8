def count(text, found):
    """A child: count the words of a text."""
    found.put(len(text.split()))  # a copy of the number goes to the parent


def count_words(mp, texts):
    """Start a child for each text. Return how many words all texts have together."""
    found = mp.Queue()  # a list would be copied into each child; a queue connects them
    children = [mp.Process(target=count, args=(text, found)) for text in texts]
    for child in children:
        child.start()
    total = sum(found.get() for _ in texts)  # one letter from each child
    for child in children:
        child.join()
    return total
