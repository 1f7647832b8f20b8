# %% second
def choose(tasks):
    chosen = []
    for task in tasks:
        new = task["python"] >= (3, 14) and "numpy" not in task["imports"]
        if not task["may crash"] and (new or not task["computes"]):
            chosen.append("interpreter" if task["computes"] else "thread")
        else:
            chosen.append("process")
    return chosen


# %% wrong: too-much
def choose(tasks):
    return ["process" for task in tasks]


# %% wrong: cheaper
def choice(task):
    return "process" if task["computes"] or task["may crash"] else "thread"


# %% wrong: threads-compute
def choice(task):
    return "process" if task["may crash"] else "thread"


# %% wrong: too-old
def choice(task):
    if task["may crash"] or "numpy" in task["imports"]:
        return "process" if task["computes"] or task["may crash"] else "thread"
    return "interpreter" if task["computes"] else "thread"


# %% wrong: cannot-import
def choice(task):
    if task["may crash"]:
        return "process"
    if not task["computes"]:
        return "thread"
    return "interpreter" if task["python"] >= (3, 14) else "process"


# %% wrong: falls-with-all
def choice(task):
    if not task["computes"]:
        return "thread"
    if task["python"] >= (3, 14) and "numpy" not in task["imports"]:
        return "interpreter"
    return "process"
