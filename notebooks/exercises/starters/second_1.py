import os


def carry(letters):
    """A child: put each letter into the box, and leave as the old library does."""
    for letter in letters:
        box.put(letter)
    os._exit(3)


def post(mp, bundles):
    """Let a child carry each bundle. Return all letters, sorted."""
    global box
    box = mp.Queue()
    carriers = [mp.Process(target=carry, args=(letters,)) for letters in bundles]
    for carrier in carriers:
        carrier.start()
    found = [box.get() for letters in bundles for _ in letters]
    for carrier in carriers:
        carrier.join()
    return sorted(found)
