# %% second
import json


def serve(listener, visits):
    names = []
    while visits:
        visits -= 1
        name = one_visit(listener)
        if name is not None:
            names += [name]
    return names


def one_visit(listener):
    try:
        line = listener.accept()
    except Exception:
        return None
    with line:
        try:
            name = json.loads(line.recv_bytes(500).decode("utf-8"))
        except (EOFError, OSError, ValueError):
            return None
        line.send_bytes(json.dumps("welcome " + name).encode("utf-8"))
        return name


# %% wrong: one-wrong-key
def serve(listener, visits):
    names = []
    for _ in range(visits):
        with listener.accept() as line:
            try:
                name = json.loads(line.recv_bytes())
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
            except (EOFError, OSError, ValueError):
                pass
    return names


# %% wrong: hung-up
def serve(listener, visits):
    names = []
    for _ in range(visits):
        try:
            with listener.accept() as line:
                name = json.loads(line.recv_bytes())
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
        except AuthenticationError:
            pass
    return names


# %% wrong: a-scrawl
def serve(listener, visits):
    names = []
    for _ in range(visits):
        try:
            with listener.accept() as line:
                name = json.loads(line.recv_bytes())
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
        except (AuthenticationError, EOFError):
            pass
    return names


# %% wrong: did-what-it-wanted
import pickle


def serve(listener, visits):
    names = []
    for _ in range(visits):
        try:
            with listener.accept() as line:
                letter = line.recv_bytes()
                try:
                    name = json.loads(letter)
                except ValueError:
                    name = pickle.loads(letter)
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
        except Exception:
            pass
    return names


# %% wrong: did-what-it-wanted (recv)
def serve(listener, visits):
    names = []
    for _ in range(visits):
        try:
            with listener.accept() as line:
                name = line.recv()
                line.send(f"welcome {name}")
                names.append(name)
        except Exception:
            pass
    return names


# %% wrong: waited-for-more
def serve(listener, visits):
    names = []
    while len(names) < visits:
        try:
            with listener.accept() as line:
                name = json.loads(line.recv_bytes())
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
        except (AuthenticationError, EOFError, OSError, ValueError):
            pass
    return names


# %% wrong: shut-the-door
def serve(listener, visits):
    names = []
    try:
        for _ in range(visits):
            with listener.accept() as line:
                name = json.loads(line.recv_bytes())
                line.send_bytes(json.dumps(f"welcome {name}").encode())
                names.append(name)
    except (AuthenticationError, EOFError, OSError, ValueError):
        pass
    return names


# %% wrong: no-answer
def serve(listener, visits):
    names = []
    for _ in range(visits):
        try:
            with listener.accept() as line:
                names.append(json.loads(line.recv_bytes()))
        except (AuthenticationError, EOFError, OSError, ValueError):
            pass
    return names
