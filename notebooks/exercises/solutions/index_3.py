import json
import os


def store(folder, name, words):
    """Write a list of words as JSON into the file `name` of a folder; it may be there already."""
    unfinished = f"{folder}/{name}.unfinished"  # does not end in .json: no reader takes it for one
    with open(unfinished, "w") as file:
        json.dump(words, file)
    os.replace(unfinished, f"{folder}/{name}")  # closed before; from here on it is the new one
