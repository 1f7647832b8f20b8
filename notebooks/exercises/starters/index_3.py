import json


def store(folder, name, words):
    """Write a list of words as JSON into the file `name` of a folder; it may be there already."""
    with open(f"{folder}/{name}", "w") as file:
        json.dump(words, file)
