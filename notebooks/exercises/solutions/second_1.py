import os


def carry(box, letters):
    """A child: put each letter into the box, and leave as the old library does."""
    for letter in letters:
        box.put(letter)
    box.close()  # that was all
    box.join_thread()  # ... and now all of it is sent
    os._exit(3)


def post(mp, bundles):
    """Let a child carry each bundle. Return all letters, sorted."""
    box = mp.Queue()
    carriers = [mp.Process(target=carry, args=(box, letters)) for letters in bundles]
    for carrier in carriers:
        carrier.start()
    found = [box.get() for letters in bundles for _ in letters]
    for carrier in carriers:
        carrier.join()
    return sorted(found)
