# %% right: copies in variables
def func1(d, names, name):
    d[name] = "test"
    names.append(name)


def fill(mp, names):
    with mp.Manager() as m:
        d, seen = m.dict(), m.list()
        ps = []
        for name in names:
            p = mp.Process(target=func1, args=(d, seen, name))
            p.start()
            ps.append(p)
        for p in ps:
            p.join()
        plain = dict(d)
        order = sorted(seen)
    return plain, order


# %% right: looks whether they live
import time


def func1(d, names, name):
    d[name] = "test"
    names.append(name)


def fill(mp, names):
    with mp.Manager() as m:
        d, seen = m.dict(), m.list()
        ps = [mp.Process(target=func1, args=(d, seen, name)) for name in names]
        for p in ps:
            p.start()
        while any(p.is_alive() for p in ps):
            time.sleep(0.01)
        return d.copy(), sorted(seen[:])


# %% wrong: a nap of half a second
import time


def func1(d, names, name):
    d[name] = "test"
    names.append(name)


def fill(mp, names):
    m = mp.Manager()
    d, seen = m.dict(), m.list()
    for name in names:
        mp.Process(target=func1, args=(d, seen, name)).start()
    time.sleep(0.5)
    return dict(d), sorted(seen)


# %% wrong: the parent writes the list
def func1(d, name):
    d[name] = "test"


def fill(mp, names):
    with mp.Manager() as m:
        d = m.dict()
        p = mp.Process(target=func1, args=(d, names[0]))
        p.start()
        p.join()
        for name in names:
            d[name] = "test"
        return d.copy(), sorted(names)
