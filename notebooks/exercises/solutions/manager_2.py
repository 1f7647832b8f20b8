def count(text, counts, lock):
    """A child: count the words of a text in the shared dict."""
    for word in text.split():
        with lock:  # reading and writing are two requests: nobody may come between
            counts[word] = counts.get(word, 0) + 1


def count_words(mp, texts):
    """Let a child count the words of each text. Return a plain dict: word -> how often in all."""
    with mp.Manager() as manager:
        counts, lock = manager.dict(), manager.Lock()  # one lock for all
        children = [mp.Process(target=count, args=(text, counts, lock)) for text in texts]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return counts.copy()
