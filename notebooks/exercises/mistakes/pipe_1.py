# %% second
def func1(child_conn):
    with child_conn:
        child_conn.send("Hi daddy!")
        print(f"response: {child_conn.recv()}")
    print(f"child_conn is closed: {child_conn.closed}")


def talk(mp, reply):
    ours, theirs = mp.Pipe()
    mp.Process(target=func1, args=(theirs,)).start()
    theirs.close()
    with ours:
        heard = ours.recv()
        ours.send(reply)
    return heard


# %% wrong: global-end under spawn
def func1(conn):
    conn.send("Hi daddy!")
    print("response:", conn.recv())
    conn.close()
    print("child_conn is closed:", child_conn.closed)


# %% wrong: line-missing
def func1(conn):
    conn.send("Hi daddy!")
    print("response:", conn.recv())
    conn.close()


# %% wrong: line-missing (a swallowed error)
def func1(conn):
    conn.send("Hi daddy!")
    print("response:", conn.recv())
    conn.close()
    try:
        print("child_conn is closed:", child_conn.closed)
    except NameError:
        pass


# %% wrong: not-closed
def func1(conn):
    conn.send("Hi daddy!")
    print("response:", conn.recv())
    print("child_conn is closed:", conn.closed)
    conn.close()


# %% wrong: closed-too-early
def func1(conn):
    conn.send("Hi daddy!")
    conn.close()
    print("response:", conn.recv())
    print("child_conn is closed:", conn.closed)


# %% wrong: wrong-end
def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(parent_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard


# %% wrong: joined-first
def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    child.join()
    parent_conn.send(reply)
    return heard


# %% wrong: answer-not-heard
def func1(conn):
    conn.send("Hi daddy!")
    print("response:", "Hi!")
    conn.close()
    print("child_conn is closed:", conn.closed)


# %% wrong: said-by-heart
def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()
    print("child_conn is closed: True")


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard


# %% wrong: said-by-heart (nothing closed)
def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    print("child_conn is closed:", not conn.closed)
