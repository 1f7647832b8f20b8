# %% right: a loop
def grid():
    table = {}
    for name, comes in [
        ("list argument", False),
        ("global list", False),
        ("queue", True),
        ("mp.Value", True),
        ("Manager list", True),
    ]:
        table[name] = {"arrives": comes, "same id under fork": True, "same id under spawn": False}
    return table


# %% right: more columns than asked for
def grid():
    shared = ["queue", "mp.Value", "Manager list"]
    rows = ["list argument", "global list", *shared]
    cells = {"same id under fork": True, "same id under spawn": False}
    return {row: {"arrives": row in shared, "why": "...", **cells} for row in rows}


# %% wrong: shared things have one id
def grid():
    rows = {"list argument": 0, "global list": 0, "queue": 1, "mp.Value": 1, "Manager list": 1}
    columns = ("arrives", "same id under fork", "same id under spawn")
    return {row: dict.fromkeys(columns, bool(yes)) for row, yes in rows.items()}


# %% wrong: everything arrives
def grid():
    rows = ["list argument", "global list", "queue", "mp.Value", "Manager list"]
    cells = {"arrives": True, "same id under fork": True, "same id under spawn": False}
    return {row: cells for row in rows}
