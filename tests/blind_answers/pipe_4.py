# %% right: round the circle
# Parent, Ada, Bo, parent: read from the dashed lines, and the last arrow's text.
def findings():
    return {
        "parent": "Ada",
        "Ada": "Bo",
        "Bo": "parent",
        "last message": "tea? You, too?",
    }


# %% right: put together
# The same table, from a list of pairs; the message joined from both sentences.
def findings():
    circle = ["parent", "Ada", "Bo", "parent"]
    table = dict(zip(circle, circle[1:]))
    table["last message"] = " ".join(["tea?", "You, too?"])
    return table


# %% right: as the picture writes it
# The text with the quotation marks that stand around it in the picture.
def findings():
    return {
        "parent": "Ada",
        "Ada": "Bo",
        "Bo": "parent",
        "last message": "'tea? You, too?'",
    }


# %% wrong: the other way round
# Who is waited for, read as who waits.
def findings():
    return {
        "parent": "Bo",
        "Ada": "parent",
        "Bo": "Ada",
        "last message": "tea? You, too?",
    }


# %% wrong: only what Ada added
# The message has both sentences; the first one was carried along.
def findings():
    return {
        "parent": "Ada",
        "Ada": "Bo",
        "Bo": "parent",
        "last message": "You, too?",
    }


# %% wrong: the first message
# The last arrow is Ada's; this one was the parent's.
def findings():
    return {
        "parent": "Ada",
        "Ada": "Bo",
        "Bo": "parent",
        "last message": "tea?",
    }
