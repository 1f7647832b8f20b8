def losing(schedules):
    """Return the schedules in which an update is lost, in the order in which they come.

    In "ABBA" A reads, B reads, B writes what it has read plus one, and A does the same.
    Each letter stands twice: the first is the reading, the second the writing.
    """
    return [schedule for schedule in schedules if play(schedule) < len(set(schedule))]


def play(schedule):
    number, seen = 0, {}
    for name in schedule:
        if name in seen:  # the second time: write what was read, plus one
            number = seen[name] + 1
        else:  # the first time: read
            seen[name] = number
    return number
