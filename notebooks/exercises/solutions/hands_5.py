def ask(line, lock, question):
    """Ask the service a question; return its answer. Others use the same line.

    The service answers one question after the other, in the order in which they come.
    """
    with lock:  # from the question to its answer: nobody else may take it
        line.send(question)
        return line.recv()
