# %% second
def losing(schedules):
    # nothing is lost only if each one writes right after it has read
    return [one for one in schedules if any(one[n] != one[n + 1] for n in range(0, len(one), 2))]


# %% wrong: missed-some
def losing(schedules):
    return [schedule for schedule in schedules if schedule in ("ABAB", "BABA")]


# %% wrong: missed-some (only the first two letters)
def losing(schedules):
    return [schedule for schedule in schedules if schedule[0] != schedule[1]]


# %% wrong: the-others
def losing(schedules):
    return [schedule for schedule in schedules if play(schedule) == len(set(schedule))]


# %% wrong: none-lost
def play(schedule):
    number, seen = 0, set()
    for name in schedule:
        if name in seen:
            number += 1
        seen.add(name)
    return number


# %% wrong: all-lost
def losing(schedules):
    return list(schedules)


# %% wrong: one-winner
def losing(schedules):
    return [schedule for schedule in schedules if schedule != "".join(sorted(schedule))]


# %% wrong: a-number
def losing(schedules):
    return sum(play(schedule) < len(set(schedule)) for schedule in schedules)
