def end(child, stop, patience_s):
    """End the child as gently as it allows; return "asked", "terminated" or "killed"."""
    stop.set()
    child.join()
    return "asked"
