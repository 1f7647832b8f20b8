# %% second
def transfer(accounts, locks, source, target, amount):
    # never two locks at once: nobody can wait while holding one
    with locks[source]:
        accounts[source].value -= amount
    with locks[target]:
        accounts[target].value += amount


# %% wrong: circle
def transfer(accounts, locks, source, target, amount):
    with locks[target]:
        with locks[source]:
            accounts[source].value -= amount
            accounts[target].value += amount


# %% wrong: one-big-lock
def transfer(accounts, locks, source, target, amount):
    with locks[0]:
        accounts[source].value -= amount
        accounts[target].value += amount


# %% wrong: no-lock
def transfer(accounts, locks, source, target, amount):
    accounts[source].value -= amount
    accounts[target].value += amount


# %% wrong: half-locked
def transfer(accounts, locks, source, target, amount):
    with locks[source]:
        accounts[source].value -= amount
        accounts[target].value += amount


# %% wrong: gave-up
def transfer(accounts, locks, source, target, amount):
    with locks[source]:
        if locks[target].acquire(timeout=0.1):
            accounts[source].value -= amount
            accounts[target].value += amount
            locks[target].release()


# %% wrong: wrong-way
def transfer(accounts, locks, source, target, amount):
    first, second = sorted((source, target))
    with locks[first], locks[second]:
        accounts[first].value -= amount
        accounts[second].value += amount


# %% wrong: never-released
def transfer(accounts, locks, source, target, amount):
    first, second = sorted((source, target))
    locks[first].acquire()
    locks[second].acquire()
    accounts[source].value -= amount
    accounts[target].value += amount


# %% wrong: failed
def transfer(accounts, locks, source, target, amount):
    with locks[source], locks[target]:
        accounts[source] -= amount
        accounts[target] += amount
