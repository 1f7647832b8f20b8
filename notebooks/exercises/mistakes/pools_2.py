# %% second
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


def alone(mp, taste, dish):
    with ProcessPoolExecutor(1, mp_context=mp) as executor:
        future = executor.submit(taste, dish)
    return None if future.exception() else future.result()


def tasted(mp, taste, dishes):
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        futures = [submitted(executor, taste, dish) for dish in dishes]
    return [f.result() if well(f) else alone(mp, taste, d) for f, d in zip(futures, dishes)]


def submitted(executor, taste, dish):
    try:
        return executor.submit(taste, dish)
    except BrokenProcessPool:
        return None


def well(future):
    return future is not None and future.exception() is None


# %% wrong: waited-for-the-dead
def tasted(mp, taste, dishes):
    with mp.Pool(2) as pool:
        return pool.map(taste, dishes, chunksize=1)


# %% wrong: not-caught
def tasted(mp, taste, dishes):
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        return list(executor.map(taste, dishes))


# %% wrong: all-for-one
def tasted(mp, taste, dishes):
    try:
        with ProcessPoolExecutor(2, mp_context=mp) as executor:
            return list(executor.map(taste, dishes))
    except BrokenProcessPool:
        return [None for _ in dishes]


# %% wrong: lost-some
def tasted(mp, taste, dishes):
    found = []
    try:
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            for dish in dishes:
                found.append(executor.submit(taste, dish).result())
    except BrokenProcessPool:
        pass
    return found


# %% wrong: asked-the-dish
def tasted(mp, taste, dishes):
    good = [dish for dish in dishes if dish != "poison"]
    with ProcessPoolExecutor(2, mp_context=mp) as executor:
        said = dict(zip(good, executor.map(taste, good)))
    return [said.get(dish) for dish in dishes]


# %% wrong: a-worker-each
def tasted(mp, taste, dishes):
    return [alone(mp, taste, dish) for dish in dishes]


# %% wrong: no-pool
def tasted(mp, taste, dishes):
    return [None if dish == "poison" else taste(dish) for dish in dishes]
