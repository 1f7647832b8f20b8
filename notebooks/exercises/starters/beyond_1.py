import json


def serve(listener, visits):
    """Let every guest in; return the names of those who came with a proper letter, in order."""
    names = []
    for _ in range(visits):
        with listener.accept() as line:
            name = json.loads(line.recv_bytes())
            line.send_bytes(json.dumps(f"welcome {name}").encode())
            names.append(name)
    return names
