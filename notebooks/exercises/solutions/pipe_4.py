def findings():
    """What the timeline shows: who waits for whom, and which message was the last to arrive."""
    return {
        "parent": "Ada",  # it has asked her, and the way back stays empty
        "Ada": "Bo",  # she has passed the question on, and waits for his answer
        "Bo": "parent",  # he waits at the other line, where nobody speaks: the circle is closed
        "last message": "tea? You, too?",
    }
