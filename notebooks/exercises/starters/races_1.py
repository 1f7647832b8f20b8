def losing(schedules):
    """Return the schedules in which an update is lost, in the order in which they come.

    In "ABBA" A reads, B reads, B writes what it has read plus one, and A does the same.
    Each letter stands twice: the first is the reading, the second the writing.
    """
    return [schedule for schedule in schedules if schedule in ("ABAB", "BABA")]
