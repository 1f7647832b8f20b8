# %% right: a with block
def func1(conn):
    with conn:
        conn.send("Hi daddy!")
        print("response:", conn.recv())
    print("child_conn is closed:", conn.closed)


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    p = mp.Process(target=func1, args=(child_conn,))
    p.start()
    child_conn.close()
    answer = parent_conn.recv()
    parent_conn.send(reply)
    p.join()
    parent_conn.close()
    return answer


# %% right: an f-string
def func1(mine):
    mine.send("Hi daddy!")
    said = mine.recv()
    mine.close()
    print(f"response: {said}\nchild_conn is closed: {mine.closed}")


def talk(mp, reply):
    a, b = mp.Pipe()
    child = mp.Process(target=func1, args=(b,))
    child.start()
    try:
        return a.recv()
    finally:
        a.send(reply)
        child.join()


# %% wrong: the parent prints
def func1(conn):
    conn.send("Hi daddy!")
    conn.recv()
    conn.close()


def talk(mp, reply):
    a, b = mp.Pipe()
    child = mp.Process(target=func1, args=(b,))
    child.start()
    heard = a.recv()
    a.send(reply)
    child.join()
    b.close()
    print("response:", reply)
    print("child_conn is closed:", b.closed)
    return heard


# %% wrong: a word more
def func1(conn):
    conn.send("Hi daddy! How are you?")
    print("response:", conn.recv())
    conn.close()
    print("child_conn is closed:", conn.closed)


def talk(mp, reply):
    a, b = mp.Pipe()
    child = mp.Process(target=func1, args=(b,))
    child.start()
    heard = a.recv()
    a.send(reply)
    child.join()
    return heard
