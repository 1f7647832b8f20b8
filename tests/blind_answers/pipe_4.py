# %% right: in small letters
def findings():
    return {"parent": "ada", "Ada": "bo", "Bo": "parent", "last message": "tea? You, too?"}


# %% right: with quotation marks
def findings():
    last = "'tea? You, too?'"
    return {"last message": last, "Bo": "parent", "Ada": "Bo", "parent": "Ada"}


# %% wrong: everybody waits for Bo
def findings():
    return {"parent": "Bo", "Ada": "Bo", "Bo": "Ada", "last message": "tea? You, too?"}


# %% wrong: the first message
def findings():
    return {"parent": "Ada", "Ada": "Bo", "Bo": "parent", "last message": "tea?"}
