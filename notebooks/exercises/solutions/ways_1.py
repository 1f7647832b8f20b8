REFUSE = {"numpy", "matplotlib", "readline", "curses"}


def choose(tasks):
    """Return "thread", "interpreter" or "process" for each task.

    A task: {"computes": True, "imports": ["numpy"], "may crash": False, "python": (3, 15)}
    """
    return [choice(task) for task in tasks]


def choice(task):
    if task["may crash"]:
        return "process"  # nothing else falls alone
    if not task["computes"]:
        return "thread"  # who waits has let go of the GIL
    if task["python"] >= (3, 14) and not REFUSE & set(task["imports"]):
        return "interpreter"
    return "process"
