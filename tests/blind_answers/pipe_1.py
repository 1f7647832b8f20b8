# %% right: a global of its own
# The child sets the name in its own memory, to what it was given. Then the rest may stay as it is.
def func1(conn):
    global child_conn
    child_conn = conn
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()
    print("child_conn is closed:", child_conn.closed)


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard


# %% right: the same end given twice
# What is pickled twice in one go is one object on the other side: to close one is to close both.
def func1(conn, child_conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()
    print("child_conn is closed:", child_conn.closed)


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn, child_conn))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard


# %% right: with closes it
# The with statement closes the child's end. The parent closes its copy of it, and its own end at last.
def func1(child_conn):
    with child_conn as conn:
        conn.send("Hi daddy!")
        print("response:", conn.recv())
    print(f"child_conn is closed: {child_conn.closed}")


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    child_conn.close()
    with parent_conn:
        heard = parent_conn.recv()
        parent_conn.send(reply)
    child.join()
    return heard


# %% wrong: says that it is closed
# The line is printed; nothing was closed, and nothing was asked.
def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    print("child_conn is closed: True")


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    return heard


# %% wrong: the parent prints the second line
# Both lines are on the screen, but the second is printed by the parent, about its own copy of the end.
def func1(conn):
    conn.send("Hi daddy!")
    response = conn.recv()
    print("response:", response)
    conn.close()


def talk(mp, reply):
    parent_conn, child_conn = mp.Pipe()
    child = mp.Process(target=func1, args=(child_conn,))
    child.start()
    heard = parent_conn.recv()
    parent_conn.send(reply)
    child.join()
    child_conn.close()
    print("child_conn is closed:", child_conn.closed)
    return heard
