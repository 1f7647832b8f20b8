import statistics


def compare(a, b):
    """Return [lower quartile, median, upper quartile] of the ratios a / b, round by round.

    a[0] and b[0] are the milliseconds of the first round, and so on.
    """
    ratios = [one / other for one, other in zip(a, b, strict=True)]  # of the same round
    return statistics.quantiles(ratios, n=4)
