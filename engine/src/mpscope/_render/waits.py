"""A picture of who waits for whom: a row for each process, an arrow to each one that it waits for.

    Account ─▶ rows (label, what it does, how long) ─▶ arrows, the circle in red ─▶ Picture

How long a wait has lasted stands only in the picture: the words are the same on every run.
"""

from __future__ import annotations

import math

from mpscope._diagnosis.patterns import recognise
from mpscope._diagnosis.states import Standing, call_of
from mpscope._diagnosis.waitgraph import Account
from mpscope._render.canvas import Canvas, Point
from mpscope._render.labels import clean, duration, number, short
from mpscope._render.picture import Picture

ROW, TOP, LEFT = 46.0, 44.0, 16.0
LANE = 17.0  # pixels between two arrows side by side
DOT, GAP = 5.0, 12.0
MOST = 16  # rows
ALT_LIMIT = 600
LONG_NS = 888_000_000  # longer to write than most
Edge = tuple[int, int]


def picture_of(account: Account) -> Picture:
    """Draw where every process stood when the account was taken."""
    rows = _rows(account)
    edges = _edges(account, [standing.label for standing in rows])
    lanes = _side_by_side(edges)
    texts = [_texts(account, standing) for standing in rows]
    always = [_texts(account, standing, LONG_NS) for standing in rows]  # as wide on every run
    dots = LEFT + LANE * (max(lanes.values(), default=-1) + 1) + DOT
    names = dots + DOT + GAP
    said = names + GAP + max(Canvas.width_of("first", short(standing.label)) for standing in rows)
    longest = max(Canvas.width_of("small", text) for texts in always for text in texts)
    width = said + LEFT + longest
    canvas = Canvas(max(width, 280.0))
    canvas.text("title", "ink", LEFT, 20, "Who waits for whom")
    for at, (standing, (does, outlook)) in enumerate(zip(rows, texts, strict=True)):
        y = _middle(at)
        if at:
            canvas.line("hair", "hair", (LEFT, y - ROW / 2), (canvas.width - LEFT, y - ROW / 2))
        _state(canvas, account, standing, dots, y)
        canvas.text("first", "ink", names, y, short(standing.label))
        canvas.text("small", "ink", said, y - (8 if outlook else 0), does)
        canvas.text("call", "grey", said, y + 9, outlook)
    for edge, lane in lanes.items():
        in_circle = all(rows[at].label in account.circle for at in edge)
        _arrow(canvas, edge, dots, LANE * (lane + 1), "red" if in_circle else "grey")
    below = TOP + ROW * len(rows)
    if len(rows) < len(account.standings):
        more = number(len(account.standings) - len(rows), "more process", "more processes")
        canvas.text("small", "grey", names, below + 4, f"and {more}")
        below += 20
    alt, words = alt_text(account), [*account.lines(), *map(str, recognise(account))]
    told = "\n".join(line.strip() for line in words)
    svg = canvas.svg(below + 4, alt)
    return Picture(svg, alt, _headline(account), told, round(canvas.width))


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


def _middle(row: int) -> float:
    return TOP + ROW * row + ROW / 2 - 6


def _texts(account: Account, standing: Standing, lasted_ns: int | None = None) -> tuple[str, str]:
    """What a process does, and what may become of its wait."""
    wait = standing.wait
    if wait is None:
        return clean(standing.text, 96), ""
    lasted_ns = lasted_ns or account.time_ns - wait.began_ns
    since = f"for {duration(lasted_ns)}" if wait.began_ns else ""
    does = filter(None, [f"waits{_inside(account, standing)}", since, standing.place])
    return clean(" · ".join(does), 110), clean(account.outlook(standing), 110)


def _side_by_side(edges: list[Edge]) -> dict[Edge, int]:
    """A lane for each arrow, from the dots to the left: those that overlap have different ones."""
    lanes: dict[Edge, int] = {}
    for edge in sorted(edges, key=lambda edge: (abs(edge[0] - edge[1]), edge)):
        taken = {lane for other, lane in lanes.items() if _overlap(edge, other)}
        lanes[edge] = next(lane for lane in range(len(edges)) if lane not in taken)
    return lanes


def _overlap(one: Edge, other: Edge) -> bool:
    return max(min(one), min(other)) <= min(max(one), max(other))


def _state(canvas: Canvas, account: Account, standing: Standing, x: float, y: float) -> None:
    """A ring: it waits; a dot: it runs; a cross or a bar: it ended, badly or well."""
    color = "red" if standing.label in account.circle else "grey" if standing.ended else "ink"
    if standing.wait is not None:
        canvas.ring(color, x, y, DOT)
    elif standing.ended and standing.text != "ended well":
        canvas.cross(x, y)
    elif standing.ended:
        canvas.line("cap", "grey", (x, y - 6), (x, y + 6))
    else:
        canvas.dot(color, x, y, DOT)


def _arrow(canvas: Canvas, edge: Edge, x: float, out: float, color: str) -> None:
    """From who waits, `out` to the left, to who could end that: the head says which is which."""
    waiter, helper = edge
    y0, y1 = _middle(waiter), _middle(helper)
    if waiter == helper:  # a loop
        turns = [-0.8 - 4.7 * step / 20 for step in range(21)]
        points = [(x - 14 + 9 * math.cos(turn), y0 + 9 * math.sin(turn)) for turn in turns]
    else:
        down = 1 if y1 > y0 else -1
        begin, end = (x - DOT, y0 + 4 * down), (x - DOT - 2, y1 - 4 * down)
        points = _rounded([begin, (x - out, begin[1]), (x - out, end[1]), end])
    canvas.line("circle" if color == "red" else "arc", color, *points)
    canvas.head(color, points[-2], points[-1], 9)


def _rounded(corners: list[Point]) -> list[Point]:
    """The two corners in the middle, as arcs of a circle."""
    first, a, b, last = corners
    down, radius = (1 if b[1] > a[1] else -1), min(7.0, abs(a[1] - b[1]) / 2)
    turns = [math.pi / 2 * step / 6 for step in range(7)]
    upper = [
        (a[0] + radius * (1 - math.sin(t)), a[1] + down * radius * (1 - math.cos(t))) for t in turns
    ]
    lower = [
        (b[0] + radius * (1 - math.cos(t)), b[1] - down * radius * (1 - math.sin(t))) for t in turns
    ]
    return [first, *upper, *lower, last]
