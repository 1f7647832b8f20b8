def count(text, counts):
    """A child: count the words of a text in the shared dict."""
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1


def count_words(mp, texts):
    """Let a child count the words of each text. Return a plain dict: word -> how often in all."""
    with mp.Manager() as manager:
        counts = manager.dict()
        children = [mp.Process(target=count, args=(text, counts)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()
