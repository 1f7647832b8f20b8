def end(child, stop, patience_s):
    """End the child as gently as it allows; return "asked", "terminated" or "killed"."""
    stop.set()  # ask
    child.join(patience_s)  # with a time-out: it returns, whether the child has ended or not
    if child.exitcode is not None:
        return "asked"
    child.terminate()  # SIGTERM: a child may ignore it
    child.join(patience_s)
    if child.exitcode is not None:
        return "terminated"
    child.kill()  # SIGKILL: nobody can
    child.join()
    return "killed"
