prices = {}
results = None


def add_up(number, basket):
    """A child: put the number and the total of one basket."""
    total = sum(prices[item] for item in basket)
    results.put((number, round(total, 2)))


def bills(mp, price_list, baskets):
    """Return the total of each basket, rounded to two digits, in the order of the baskets."""
    global results
    results = mp.Queue()
    prices.update(price_list)
    for number, basket in enumerate(baskets):
        mp.Process(target=add_up, args=(number, basket)).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]
