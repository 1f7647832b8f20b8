def add_up(number, basket, prices, results):
    """A child: put the number and the total of one basket."""
    total = sum(prices[item] for item in basket)  # both came along: nothing here is global
    results.put((number, round(total, 2)))


def bills(mp, price_list, baskets):
    """Return the total of each basket, rounded to two digits, in the order of the baskets."""
    results = mp.Queue()
    for number, basket in enumerate(baskets):
        args = (number, basket, price_list, results)  # all that the child uses
        mp.Process(target=add_up, args=args).start()
    totals = dict(results.get() for _ in baskets)
    return [totals[number] for number in range(len(baskets))]
