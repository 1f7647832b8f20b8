def count(number, text, results):
    results.put((number, len(text.split())))  # a thread could leave it in a dict; a child sends it


def count_words(mp, texts):
    """Return how many words each text has, in the order of the texts. One child for each text."""
    results = mp.Queue()
    workers = [mp.Process(target=count, args=(*pair, results)) for pair in enumerate(texts)]
    for worker in workers:
        worker.start()
    counts = dict(results.get() for _ in workers)  # drain, then join
    for worker in workers:
        worker.join()
    return [counts[number] for number in range(len(texts))]
