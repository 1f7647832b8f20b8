def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()
    print("child_conn is closed:", child_conn.closed)


def talk(mp, reply):
    """Hear the child, answer it with `reply`, and return what it said."""
    global child_conn
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard
