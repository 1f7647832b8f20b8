# %% second
import json
import os
import tempfile
from pathlib import Path


def store(folder, name, words):
    number, path = tempfile.mkstemp(dir=folder)
    with os.fdopen(number, "w") as file:
        file.write(json.dumps(words))
        file.flush()
        os.fsync(file.fileno())
    Path(path).replace(Path(folder, name))


# %% wrong: written-in-place under spawn
def store(folder, name, words):
    text = json.dumps(words)  # all at once
    with open(f"{folder}/{name}", "w") as file:
        file.write(text)


# %% wrong: written-in-place (by a copy) under spawn
import shutil


def store(folder, name, words):
    aside = f"{folder}-{name}"
    with open(aside, "w") as file:
        json.dump(words, file)
    shutil.copy(aside, f"{folder}/{name}")
    os.remove(aside)


# %% wrong: removed-first under spawn
def store(folder, name, words):
    with open(f"{folder}/{name}.new", "w") as file:
        json.dump(words, file)
    os.remove(f"{folder}/{name}")
    os.rename(f"{folder}/{name}.new", f"{folder}/{name}")


# %% wrong: left-over under spawn
def store(folder, name, words):
    with open(f"{folder}/new-{name}", "w") as file:
        json.dump(words, file)
    os.replace(f"{folder}/new-{name}", f"{folder}/{name}")


# %% wrong: not-closed under spawn
def store(folder, name, words):
    with open(f"{folder}/{name}.new", "w") as file:
        json.dump(words, file)
        os.replace(f"{folder}/{name}.new", f"{folder}/{name}")


# %% wrong: not-there under spawn
def store(folder, name, words):
    with open(f"{folder}/{name}.new", "w") as file:
        json.dump(words, file)


# %% wrong: not-json under spawn
def store(folder, name, words):
    with open(f"{folder}/{name}.new", "w") as file:
        file.write(str(words))
    os.replace(f"{folder}/{name}.new", f"{folder}/{name}")
