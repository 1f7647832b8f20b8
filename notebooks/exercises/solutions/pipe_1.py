def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()
    print("child_conn is closed:", conn.closed)  # the child's name for it; it came as an argument


def talk(mp, reply):
    """Hear the child, answer it with `reply`, and return what it said."""
    parent_conn, child_conn = mp.Pipe()  # no global: the child could not see it
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard
