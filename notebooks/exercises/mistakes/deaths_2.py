# %% second
def end(child, stop, patience_s):
    steps = {"asked": stop.set, "terminated": child.terminate, "killed": child.kill}
    for word, step in steps.items():
        step()
        child.join(patience_s if word != "killed" else None)
        if not child.is_alive():
            return word


# %% wrong: waited-for-ever
def end(child, stop, patience_s):
    stop.set()
    child.join()
    return "asked"


# %% wrong: no-second-step
def end(child, stop, patience_s):
    stop.set()
    child.join(patience_s)
    if not child.is_alive():
        return "asked"
    child.terminate()
    child.join()
    return "terminated"


# %% wrong: left-alive
def end(child, stop, patience_s):
    stop.set()
    child.join(patience_s)
    if not child.is_alive():
        return "asked"
    child.terminate()
    child.join(patience_s)
    return "terminated"


# %% wrong: left-alive (the end is not waited for)
def end(child, stop, patience_s):
    stop.set()
    child.join(0.01)
    return "asked"


# %% wrong: never-asked
def end(child, stop, patience_s):
    child.terminate()
    child.join(patience_s)
    if not child.is_alive():
        return "terminated"
    child.kill()
    child.join()
    return "killed"


# %% wrong: no-patience
def end(child, stop, patience_s):
    stop.set()
    child.terminate()
    child.join(patience_s)
    if not child.is_alive():
        return "terminated"
    child.kill()
    child.join()
    return "killed"


# %% wrong: killed-at-once
def end(child, stop, patience_s):
    stop.set()
    child.join(patience_s)
    if child.exitcode is not None:
        return "asked"
    child.kill()
    child.join()
    return "killed"


# %% wrong: another-word
def end(child, stop, patience_s):
    stop.set()
    child.join(patience_s)
    for insist in (child.terminate, child.kill):
        if child.is_alive():
            insist()
            child.join(patience_s + 1)
    return "asked"
