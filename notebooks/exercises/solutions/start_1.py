def greet(line):
    """Hear a name from `line`, and answer "Hello, NAME!"."""
    name = line.recv()  # waits until the parent has sent something
    line.send(f"Hello, {name}!")  # the answer travels back through the same pipe
