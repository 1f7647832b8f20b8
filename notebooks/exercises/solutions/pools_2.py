from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool


def tasted(mp, taste, dishes):
    """Return, in order, what is said of each dish; None for one that has ended its taster."""
    try:
        with ProcessPoolExecutor(2, mp_context=mp) as executor:
            return list(executor.map(taste, dishes))  # nobody dies: all is said
    except BrokenProcessPool:  # somebody did, and nobody knows which dish it was
        return [alone(mp, taste, dish) for dish in dishes]


def alone(mp, taste, dish):
    """A taster of its own: its death costs this dish only."""
    try:
        with ProcessPoolExecutor(1, mp_context=mp) as executor:
            return executor.submit(taste, dish).result()
    except BrokenProcessPool:
        return None
