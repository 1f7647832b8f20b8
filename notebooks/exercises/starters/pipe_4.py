def findings():
    """What the timeline shows: who waits for whom, and which message was the last to arrive."""
    return {
        "parent": None,  # waits for "Ada" or "Bo"
        "Ada": None,  # waits for "parent" or "Bo"
        "Bo": None,  # waits for "parent" or "Ada"
        "last message": None,  # its text
    }
