"""A picture of who waits for whom: a row for each process, an arc to each one that it waits for.

    Account ─▶ rows (label, what it does, how long) ─▶ arcs, the circle in red ─▶ Ink ─▶ Picture

How long a wait has lasted stands only in the pixels: the words are the same on every run.
"""

from __future__ import annotations

import math

from mpscope._diagnosis.patterns import recognise
from mpscope._diagnosis.states import Standing, call_of
from mpscope._diagnosis.waitgraph import Account
from mpscope._render.canvas import GREY, HAIR, INK, RED, Ink
from mpscope._render.labels import clean, duration, number, short
from mpscope._render.picture import Picture

WIDTH, ROW, TOP = 860.0, 46.0, 62.0
ARCS = 150.0  # the room for the arcs, left of the labels
MOST = 16  # rows
ALT_LIMIT = 600


def picture_of(account: Account) -> Picture:
    """Draw where every process stood when the account was taken."""
    ink = Ink(WIDTH)
    rows = _rows(account)
    alt = alt_text(account)
    ink.text(14, 20, "Who waits for whom", 15, bold=True)
    ink.text(14, 40, _headline(account), 11.5, GREY)
    widest = max(ink.width_of(short(standing.label), 13, bold=True) for standing in rows)
    for at, standing in enumerate(rows):
        _row(ink, account, standing, at, left=ARCS + 44 + widest)
    for waiter, helper in _edges(account, [standing.label for standing in rows]):
        in_circle = rows[waiter].label in account.circle and rows[helper].label in account.circle
        _arc(ink, waiter, helper, RED if in_circle else GREY)
    below = TOP + ROW * len(rows)
    if len(rows) < len(account.standings):
        more = number(len(account.standings) - len(rows), "more process", "more processes")
        ink.text(ARCS + 14, below, f"and {more}", 11.5, GREY)
    words = "\n".join(line.strip() for line in [*account.lines(), *map(str, recognise(account))])
    return Picture(ink.png(below + 18), alt, _headline(account), words, int(WIDTH))


def alt_text(account: Account) -> str:
    """The picture in words, in at most `ALT_LIMIT` characters."""
    waiting = [_in_short(account, standing) for standing in account.waiting()]
    others = [s for s in account.standings.values() if s.wait is None]
    told = [f"Who waits for whom, among {number(len(account.standings), 'process', 'processes')}."]
    told += [f"{'; '.join(waiting)}."] if waiting else ["Nobody waits."]
    told += [f"In a circle: {_circle(account)}."] if len(account.circle) > 1 else []
    told += [f"{pattern.name[0].upper()}{pattern.name[1:]}." for pattern in recognise(account)]
    told += [f"{'; '.join(_together(others))}."] if others else []
    text = " ".join(told)
    return text if len(text) <= ALT_LIMIT else text[: ALT_LIMIT - 1] + "…"


def _together(standings: list[Standing]) -> list[str]:
    """ "manager-1 serves its proxies", "18 processes ended well" """
    groups: dict[str, list[str]] = {}
    for standing in standings:
        groups.setdefault(_without_place(standing), []).append(standing.label)
    many = {text: f"{len(labels)} processes: {text}" for text, labels in groups.items()}
    return [
        many[text] if len(labels) > 3 else "; ".join(f"{label} {text}" for label in labels)
        for text, labels in groups.items()
    ]


def _headline(account: Account) -> str:
    names = [pattern.name for pattern in recognise(account)]
    circle = f"in a circle: {_circle(account)}" if len(account.circle) > 1 else ""
    if names:
        return f"{names[0][0].upper()}{names[0][1:]}" + (f", {circle}" if circle else "")
    if circle:
        return f"I{circle[1:]}"
    return "Some wait" if account.waiting() else "Nobody waits"


def _circle(account: Account) -> str:
    return " → ".join([*account.circle, account.circle[0]])


def _in_short(account: Account, standing: Standing) -> str:
    """ "parent waits in child-1.join() for child-1" """
    wait = standing.wait
    assert wait is not None
    helpers = " or ".join(wait.helpers[:3]) if len(wait.helpers) <= 3 else "one of many"
    whom = "itself" if wait.helpers == (standing.label,) else helpers or "nobody"
    return f"{standing.label} waits{_inside(account, standing)} for {whom}"


def _inside(account: Account, standing: Standing) -> str:
    wait = standing.wait
    if wait is None or wait.kind == "end":
        return " at its end" if wait else ""
    call = call_of(wait.kind, wait.channel, account.tally.about.get(wait.channel, ""))
    return f" in {call or f'a call on {wait.channel}'}"


def _without_place(standing: Standing) -> str:
    return "runs" if standing.text.startswith("runs ") else standing.text


def _rows(account: Account) -> list[Standing]:
    """Only those that wait or are waited for, where not all can be shown."""
    everybody = list(account.standings.values())
    if len(everybody) <= MOST:
        return everybody
    wanted = {who for s in account.waiting() if s.wait for who in s.wait.helpers}
    shown = [s for s in everybody if s.wait is not None or s.label in wanted]
    return (shown or everybody)[:MOST]


def _edges(account: Account, labels: list[str]) -> list[tuple[int, int]]:
    """(row of who waits, row of who could end it); nothing where it could be nearly anybody."""
    places = {label: at for at, label in enumerate(labels)}
    found = []
    for standing in account.waiting():
        if standing.wait is None or len(standing.wait.helpers) > 4 or standing.label not in places:
            continue
        mine = places[standing.label]
        found += [(mine, places[who]) for who in standing.wait.helpers if who in places]
    return found


def _row(ink: Ink, account: Account, standing: Standing, at: int, left: float) -> None:
    y = TOP + ROW * at + ROW / 2 - 6
    wait = standing.wait
    if at:
        ink.line("hair", HAIR, (14, y - ROW / 2), (WIDTH - 14, y - ROW / 2))
    color = RED if standing.label in account.circle else INK if not standing.ended else GREY
    if wait is not None:
        ink.dot("white", ARCS + 6, y, 5, edge=color)
    elif standing.ended and standing.text != "ended well":
        ink.cross(ARCS + 6, y)
    elif standing.ended:
        ink.line("cap", GREY, (ARCS + 6, y - 6), (ARCS + 6, y + 6))
    else:
        ink.dot(color, ARCS + 6, y, 5)
    ink.text(ARCS + 20, y, short(standing.label), 13, INK, bold=True)
    said = f"waits{_inside(account, standing)}" if wait else standing.text
    place = f"  {standing.place}" if wait and standing.place else ""
    since = f"  for {duration(account.time_ns - wait.began_ns)}" if wait and wait.began_ns else ""
    ink.text(left, y - (7 if wait else 0), clean(said, 62), 12, INK)
    room = WIDTH - 14 - left - ink.width_of(clean(said, 62), 12)
    note = clean(place + since, max(0, int(room / 6.2)))
    if len(note) > 4:
        ink.text(WIDTH - 14, y - 7, note.strip(), 11, GREY, "right")
    if wait is not None:
        ink.text(left, y + 10, clean(account.outlook(standing), 96), 11, GREY, italic=True)


def _arc(ink: Ink, waiter: int, helper: int, color: str) -> None:
    """From the row of who waits to the row of who could end that, bulging to the left."""
    start, stop = (TOP + ROW * at + ROW / 2 - 6 for at in (waiter, helper))
    x = ARCS - 3
    if waiter == helper:
        points = [(x - 14 + 12 * math.cos(a), start + 10 * math.sin(a)) for a in _turn(-0.9, -5.4)]
    else:
        sign = 1 if stop > start else -1
        bulge = min(ARCS - 24, 22 + 16 * abs(helper - waiter)) * (1.0 if sign > 0 else 0.72)
        middle, half = (start + stop) / 2, sign * (abs(stop - start) / 2 - 3)
        turns = _turn(-math.pi / 2, math.pi / 2)
        points = [(x - bulge * math.cos(a), middle + half * math.sin(a)) for a in turns]
    ink.line("in circle" if color == RED else "message", color, *points)
    ink.head(color, points[-3], points[-1])


def _turn(start: float, stop: float, steps: int = 24) -> list[float]:
    return [start + (stop - start) * step / steps for step in range(steps + 1)]
