def choose(tasks):
    """Return "thread", "interpreter" or "process" for each task.

    A task: {"computes": True, "imports": ["numpy"], "may crash": False, "python": (3, 15)}
    """
    return ["process" for task in tasks]
