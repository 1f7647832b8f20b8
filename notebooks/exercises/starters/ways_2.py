counts = {}


def count(number, text):
    counts[number] = len(text.split())


def count_words(mp, texts):
    """Return how many words each text has, in the order of the texts. One child for each text."""
    workers = [mp.Process(target=count, args=pair) for pair in enumerate(texts)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [counts.get(number) for number in range(len(texts))]
