def judge(wall_s, cpu_s):
    """Return "waits", "one core" or "several cores".

    A program ran for wall_s seconds, and all of its threads together computed for cpu_s seconds.
    """
    cores = cpu_s / wall_s  # how many cores were at work, on the average
    if cores < 0.5:
        return "waits"
    return "one core" if cores < 1.2 else "several cores"
