def findings():
    """What the timeline shows."""
    return {
        "arrived from Ada": None,  # a number
        "arrived from Bo": None,
        "arrived from Cy": None,
        "put, and never sent": None,  # how many, of all three
        "waited at the end": None,  # a name
    }
