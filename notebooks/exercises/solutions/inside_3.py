def findings():
    """What the timeline shows."""
    return {
        "arrived from Ada": 3,  # all her arrows reach the parent
        "arrived from Bo": 1,  # he has put three: two were in his buffer when he left
        "arrived from Cy": 1,
        "put, and never sent": 4,  # two of Bo's, two of Cy's
        "waited at the end": "Ada",  # an ordinary end waits for the feeder
    }
