# %% second
from functools import partial


def total_of(price_list, basket):
    return sum(map(price_list.get, basket))


def add_up(line, work):
    line.send(round(work(), 2))


def bills(mp, price_list, baskets):
    lines, children = [], []
    for basket in baskets:
        mine, yours = mp.Pipe(duplex=False)
        work = partial(total_of, price_list, basket)
        children.append(mp.Process(target=add_up, args=(yours, work)))
        lines.append(mine)
    for child in children:
        child.start()
    answers = [line.recv() for line in lines]
    for child in children:
        child.join()
    return answers


# %% wrong: no-name under spawn
def add_up(number, basket, total_of, results):
    results.put((number, round(total_of(basket), 2)))


def bills(mp, price_list, baskets):
    results = mp.Queue()
    for number, basket in enumerate(baskets):
        args = (number, basket, lambda items: sum(price_list[item] for item in items), results)
        mp.Process(target=add_up, args=args).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]


# %% wrong: no-name (a function inside a function) under spawn
def bills(mp, price_list, baskets):
    def inside(number, basket):
        results.put((number, round(sum(price_list[item] for item in basket), 2)))

    results = mp.Queue()
    for number, basket in enumerate(baskets):
        mp.Process(target=inside, args=(number, basket)).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]


# %% wrong: left-behind under spawn
prices = {}


def add_up(number, basket, results):
    results.put((number, round(sum(prices[item] for item in basket), 2)))


def bills(mp, price_list, baskets):
    prices.update(price_list)
    results = mp.Queue()
    for number, basket in enumerate(baskets):
        mp.Process(target=add_up, args=(number, basket, results)).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]


# %% wrong: left-behind (the queue) under spawn
box = None


def add_up(number, basket, prices):
    box.put((number, round(sum(prices[item] for item in basket), 2)))


def bills(mp, price_list, baskets):
    global box
    box = mp.Queue()
    for number, basket in enumerate(baskets):
        mp.Process(target=add_up, args=(number, basket, price_list)).start()
    totals = dict(box.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]


# %% wrong: not-through-mp
def bills(mp, price_list, baskets):
    return [round(sum(price_list[item] for item in basket), 2) for basket in baskets]


# %% wrong: not-through-mp (a context of its own)
import multiprocessing


def bills(mp, price_list, baskets):
    mp = multiprocessing.get_context("fork")
    results = mp.Queue()
    for number, basket in enumerate(baskets):
        mp.Process(target=add_up, args=(number, basket, price_list, results)).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]


# %% wrong: one-by-one
def bills(mp, price_list, baskets):
    results, answers = mp.Queue(), []
    for number, basket in enumerate(baskets):
        child = mp.Process(target=add_up, args=(number, basket, price_list, results))
        child.start()
        answers.append(results.get()[1])
        child.join()
    return answers


# %% wrong: by-heart
yesterday = {"tea": 1.125, "bread": 2.5, "jam": 3.25}


def add_up(number, basket, prices, results):
    results.put((number, round(sum(yesterday[item] for item in basket), 2)))


# %% wrong: not-rounded
def add_up(number, basket, prices, results):
    results.put((number, sum(prices[item] for item in basket)))
