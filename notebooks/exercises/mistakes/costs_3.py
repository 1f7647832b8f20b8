# %% second
def compare(a, b):
    ratios = sorted(a[n] / b[n] for n in range(len(a)))
    places = [(len(ratios) + 1) * part / 4 for part in (1, 2, 3)]
    return [between(ratios, place) for place in places]


def between(ratios, place):
    before = int(place)
    rest = place - before
    return ratios[before - 1] * (1 - rest) + ratios[min(before, len(ratios) - 1)] * rest


# %% wrong: ratio-of-means
def compare(a, b):
    return [statistics.mean(a) / statistics.mean(b)] * 3


# %% wrong: ratio-of-medians
def compare(a, b):
    return [
        x / y
        for x, y in zip(statistics.quantiles(a, n=4), statistics.quantiles(b, n=4), strict=True)
    ]


# %% wrong: ratio-of-bests
def compare(a, b):
    return [min(a) / min(b)] * 3


# %% wrong: upside-down
def compare(a, b):
    return statistics.quantiles([y / x for x, y in zip(a, b, strict=True)], n=4)


# %% wrong: mean-of-ratios
def compare(a, b):
    ratios = [x / y for x, y in zip(a, b, strict=True)]
    return [min(ratios), statistics.mean(ratios), max(ratios)]


# %% wrong: sorted-first
def compare(a, b):
    ratios = [x / y for x, y in zip(sorted(a), sorted(b), strict=True)]
    return statistics.quantiles(ratios, n=4)


# %% wrong: only-the-median
def compare(a, b):
    return statistics.median(x / y for x, y in zip(a, b, strict=True))
