"""A picture of who waits for whom: a row for each process, an arrow to each one that it waits for.

    WaitGraph ─▶ rows (label, what it does, how long) ─▶ arrows, the cycle in red ─▶ Picture

How long a wait has lasted stands only in the picture: the words are the same on every run.
"""

import math

from mpscope._diagnosis.words import circle
from mpscope._render.canvas import Canvas, Point
from mpscope._render.labels import clean, duration, number, short
from mpscope._render.outputs import Picture
from mpscope._render.summary import ALT_LIMIT
from mpscope._trace.waiting import Standing, WaitGraph, Waiting

ROW, TOP, LEFT = 46.0, 44.0, 16.0
LANE = 17.0  # pixels between two arrows side by side
DOT, GAP = 5.0, 12.0
MOST = 16  # rows
LONG_NS = 888_000_000  # longer to write than most
Edge = tuple[int, int]


def picture_of(graph: WaitGraph) -> Picture:
    """Draw where every process stood."""
    rows = _rows(graph)
    edges = _edges(graph, [standing.label for standing in rows])
    lanes = _side_by_side(edges)
    texts = [_texts(graph, standing) for standing in rows]
    always = [_texts(graph, standing, LONG_NS) for standing in rows]  # as wide on every run
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
        _state(canvas, standing, standing.label in graph.cycle, dots, y)
        canvas.text("first", "ink", names, y, short(standing.label))
        canvas.text("small", "ink", said, y - (8 if outlook else 0), does)
        canvas.text("call", "grey", said, y + 9, outlook)
    for edge, lane in lanes.items():
        in_cycle = all(rows[at].label in graph.cycle for at in edge)
        _arrow(canvas, edge, dots, LANE * (lane + 1), "red" if in_cycle else "grey")
    below = TOP + ROW * len(rows)
    if len(rows) < len(graph.standings):
        more = number(len(graph.standings) - len(rows), "more process", "more processes")
        canvas.text("small", "grey", names, below + 4, f"and {more}")
        below += 20
    alt, told = alt_text(graph), "\n".join(line.strip() for line in graph.words)
    return Picture(canvas.svg(below + 4, alt), alt, _headline(graph), told, round(canvas.width))


def alt_text(graph: WaitGraph) -> str:
    """The picture in words, in at most `ALT_LIMIT` characters."""
    waiting = [_in_short(wait) for wait in graph.waits.values()]
    others = [s for s in graph.standings.values() if s.wait is None]
    told = [f"Who waits for whom, among {number(len(graph.standings), 'process', 'processes')}."]
    told += [f"{'; '.join(waiting)}."] if waiting else ["Nobody waits."]
    told += [f"In a circle: {circle(graph.cycle)}."] if len(graph.cycle) > 1 else []
    told += [f"{_capital(pattern.name)}." for pattern in graph.patterns]
    told += [f"{'; '.join(_together(others))}."] if others else []
    text = " ".join(told)
    return text if len(text) <= ALT_LIMIT else text[: ALT_LIMIT - 1] + "…"


def _together(standings: list[Standing]) -> list[str]:
    """ "manager-1 serves its proxies", "18 processes: ended well" """
    groups: dict[str, list[str]] = {}
    for standing in standings:
        groups.setdefault(standing.does, []).append(standing.label)
    return [
        f"{len(labels)} processes: {text}"
        if len(labels) > 3
        else "; ".join(f"{label} {text}" for label in labels)
        for text, labels in groups.items()
    ]


def _headline(graph: WaitGraph) -> str:
    parts = [pattern.name for pattern in graph.patterns[:1]]
    if len(graph.cycle) > 1:
        parts.append(f"in a circle: {circle(graph.cycle)}")
    return _capital(", ".join(parts) or ("some wait" if graph.waits else "nobody waits"))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _in_short(wait: Waiting) -> str:
    """ "parent waits in child-1.join() for child-1" """
    few = len(wait.unblockers) <= 3
    unblockers = " or ".join(wait.unblockers) if few else "one of many"
    whom = "itself" if wait.unblockers == (wait.process,) else unblockers or "nobody"
    return f"{wait.process} waits {wait.inside()} for {whom}"


def _rows(graph: WaitGraph) -> list[Standing]:
    """Only those that wait or are waited for, where not all can be shown."""
    everybody = list(graph.standings.values())
    if len(everybody) <= MOST:
        return everybody
    wanted = {who for wait in graph.waits.values() for who in wait.unblockers}
    shown = [s for s in everybody if s.wait is not None or s.label in wanted]
    return (shown or everybody)[:MOST]


def _edges(graph: WaitGraph, labels: list[str]) -> list[tuple[int, int]]:
    """(row of who waits, row of who could end it); nothing where it could be nearly anybody."""
    places = {label: at for at, label in enumerate(labels)}
    return [
        (places[label], places[who])
        for label, wait in graph.waits.items()
        if len(wait.unblockers) <= 4 and label in places
        for who in wait.unblockers
        if who in places
    ]


def _middle(row: int) -> float:
    return TOP + ROW * row + ROW / 2 - 6


def _texts(graph: WaitGraph, standing: Standing, lasted_ns: int | None = None) -> tuple[str, str]:
    """What a process does, and what may become of its wait."""
    wait = standing.wait
    if wait is None:
        return clean(standing.text, 96), ""
    lasted_ns = lasted_ns or graph.time_ns - wait.began_ns
    since = f"for {duration(lasted_ns)}" if wait.began_ns else ""
    does = filter(None, [f"waits {wait.inside()}", since, wait.where])
    return clean(" · ".join(does), 110), clean(graph.outlooks[standing.label], 110)


def _side_by_side(edges: list[Edge]) -> dict[Edge, int]:
    """A lane for each arrow, from the dots to the left: those that overlap have different ones."""
    lanes: dict[Edge, int] = {}
    for edge in sorted(edges, key=lambda edge: (abs(edge[0] - edge[1]), edge)):
        top, end = sorted(edge)
        taken = {lane for other, lane in lanes.items() if min(other) <= end and top <= max(other)}
        lanes[edge] = next(lane for lane in range(len(edges)) if lane not in taken)
    return lanes


def _state(canvas: Canvas, standing: Standing, in_cycle: bool, x: float, y: float) -> None:
    """A ring: it waits; a dot: it runs; a cross or a bar: it ended, badly or well."""
    if standing.wait is not None:
        canvas.ring("red" if in_cycle else "ink", x, y, DOT)
    elif standing.end is None:
        canvas.dot("ink", x, y, DOT)
    elif standing.end.well:
        canvas.line("cap", "grey", (x, y - 6), (x, y + 6))
    else:
        canvas.cross(x, y)


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
    first, a, b, last = corners
    down, radius = (1 if b[1] > a[1] else -1), min(7.0, abs(a[1] - b[1]) / 2)
    turns = [math.pi / 2 * step / 6 for step in range(7)]
    bends = [(radius * (1 - math.sin(t)), down * radius * (1 - math.cos(t))) for t in turns]
    upper = [(a[0] + x, a[1] + y) for x, y in bends]
    lower = [(b[0] + x, b[1] - y) for x, y in reversed(bends)]
    return [first, *upper, *lower, last]
