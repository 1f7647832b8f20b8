# %% second
def judge(wall_s, cpu_s):
    if 2 * cpu_s < wall_s:
        return "waits"
    return "several cores" if cpu_s >= 1.2 * wall_s else "one core"


# %% wrong: upside-down
def judge(wall_s, cpu_s):
    cores = wall_s / cpu_s
    if cores < 0.5:
        return "waits"
    return "one core" if cores < 1.2 else "several cores"


# %% wrong: overlooked-waiting
def judge(wall_s, cpu_s):
    return "one core" if cpu_s / wall_s < 1.2 else "several cores"


# %% wrong: overlooked-cores
def judge(wall_s, cpu_s):
    return "waits" if cpu_s / wall_s < 0.5 else "one core"


# %% wrong: difference
def judge(wall_s, cpu_s):
    rest = wall_s - cpu_s
    if rest > 1:
        return "waits"
    return "one core" if rest > -1 else "several cores"


# %% wrong: a-number
def judge(wall_s, cpu_s):
    return cpu_s / wall_s
