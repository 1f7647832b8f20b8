def overwrite(box):
    """A child: write into the first place of a box."""
    box[0] = 7


def find_sharing(mp, boxes):
    """Which boxes are shared? Return their names, sorted.

    `boxes` is a dict: name -> an object whose first place holds 0. Find out by experiment.
    """
    for box in boxes.values():
        child = mp.Process(target=overwrite, args=(box,))
        child.start()
        child.join()  # the child has written; now look here
    return sorted(name for name, box in boxes.items() if box[0] == 7)
