"""A lane for each process: its name, a bar while it runs, dashes while it waits, and its end.

Labels are written where there is room, and left out where there is none.
"""

from mpscope._render.content import MAX_DETAILS
from mpscope._render.frame import BAR, HALF_SERVER, Frame, Place
from mpscope._render.labels import clean
from mpscope._render.theme import LOCKS
from mpscope._trace.arrows import Arrow
from mpscope._trace.kinds import Role
from mpscope._trace.processes import FAILED, KILLED, OPEN, STOPPED
from mpscope._trace.scene import Mark
from mpscope._trace.wait_spans import Wait

TICKS = {
    "set": "sets an event",
    "notify": "notifies",
    "close": "closes an end",
    "eof": "meets the end of a pipe",
    "broken": "has no reader",
    "drop": "cannot pickle",
}
COLUMN = 3.0  # pixels
MOMENT = 3.0  # pixels: half the width of what is held for a moment


def draw_lanes(frame: Frame) -> None:
    """What lies below the arrows."""
    for lane in frame.content.lanes:
        _draw_lane(frame, lane)
        _draw_locks(frame, lane)
    for start in frame.content.starts:
        _draw_start(frame, start)


def label_lanes(frame: Frame) -> None:
    """What each process waits in, prints and does, where there is room."""
    for lane in frame.content.lanes:
        _label_waits(frame, lane)
        _label_tasks(frame, lane)
        marks = [mark for mark in frame.content.marks if mark.lane == lane]
        for mark in marks:
            _draw_mark(frame, mark, [frame.axis(it.time) for it in marks if it is not mark])


def _draw_lane(frame: Frame, lane: int) -> None:
    canvas, axis, y = frame.canvas, frame.axis, frame.y(lane)
    canvas.text("name" if lane else "first", "ink", frame.left - 14, y, frame.names[lane], "end")
    edge = (frame.left - 6, y), (frame.width - 12, y)
    canvas.line("hair", "hair", *edge)
    frame.room.keep_visible(*edge)
    scene, member = frame.content.scene, frame.content.scene.members[lane]
    alive, gone = axis(scene.alive(member)), axis(scene.gone(member))
    waits = frame.content.waits[lane]
    if frame.content.tasks[lane] or member.role is Role.POOL_WORKER:
        _draw_tasks(frame, lane, alive, gone)
        return
    if len(waits) > MAX_DETAILS:
        _draw_share(frame, lane, alive, gone, waits)
        return
    at = alive
    for wait in waits:
        left, right = axis(wait.start), axis(wait.stop)
        if right - left >= 3 and right > at:
            _draw_bar(frame, lane, at, left)
            left = max(left, at)
            canvas.line("waits", frame.content.looks[lane].color, (left, y), (right, y))
            frame.room.take(left, y - 2, right, y + 2)
            frame.key.add("waits")
            at = right
    seen = max(at, axis(scene.seen(member)))
    _draw_bar(frame, lane, at, seen)
    if gone - seen >= 4:
        canvas.line("unseen", "still", (seen, y), (gone, y))
        frame.key.add("unseen")


def _draw_bar(frame: Frame, lane: int, left: float, right: float, kind: str = "runs") -> None:
    if right - left < 0.3:
        return
    y, look = frame.y(lane), frame.content.looks[lane]
    server = frame.content.scene.members[lane].server
    frame.canvas.line("serves" if server else "bar", look.color, (left, y), (right, y))
    if look.striped:
        frame.canvas.line("stripe", "paper", (left, y), (right, y))
    half = HALF_SERVER if server else BAR
    frame.room.take(left, y - half, right, y + half)
    frame.key.add("serves" if server else kind)


def _draw_tasks(frame: Frame, lane: int, alive: float, gone: float) -> None:
    """A worker of a pool: a bar for each task, a thin line while it has none."""
    y, color = frame.y(lane), frame.content.looks[lane].color
    frame.canvas.line("idle", color, (alive, y), (gone, y))
    frame.key.add("idle")
    done = alive
    for task in frame.content.tasks[lane]:
        left, right = max(done, frame.axis(task.start)), frame.axis(task.stop)
        if right - done >= 1:  # of many that are over at once, some
            _draw_bar(frame, lane, left + 0.7, right, "task")
            done = right


def _label_tasks(frame: Frame, lane: int) -> None:
    y, named = frame.y(lane), ""
    for task in frame.content.tasks[lane]:
        left, right = frame.axis(task.start), frame.axis(task.stop)
        text = clean(task.what, 20)
        width = frame.canvas.width_of("small", text)
        if text != named and right - left > width:
            middle = (left + right - width) / 2
            places = [Place(middle, y + dy, "middle") for dy in (BAR + 10, -BAR - 9)]
            if frame.write(places, text):
                named = text  # once, until it has another


def _draw_share(frame: Frame, lane: int, alive: float, gone: float, waits: list[Wait]) -> None:
    """Too many waits to tell apart: the bar is higher where the process runs more of the time."""
    y, color = frame.y(lane), frame.content.looks[lane].color
    waiting = [0.0] * (int((gone - alive) / COLUMN) + 2)
    for wait in waits:
        left, right = frame.axis(wait.start) - alive, frame.axis(wait.stop) - alive
        for column in range(max(0, int(left / COLUMN)), min(len(waiting), int(right / COLUMN) + 1)):
            covered = min(right, (column + 1) * COLUMN) - max(left, column * COLUMN)
            waiting[column] += max(0.0, covered) / COLUMN
    edge = []
    for column, share in enumerate(waiting):
        left, right = (min(alive + at * COLUMN, gone) for at in (column, column + 1))
        half = BAR * max(0.12, 1 - share)
        edge += [(left, half), (right, half)]
    top, bottom = ([(x, y + side * half) for x, half in edge] for side in (-1, 1))
    frame.canvas.fill(color, *top, *reversed(bottom))
    frame.room.take(alive, y - BAR, gone, y + BAR)
    frame.key.add("share")


def _draw_locks(frame: Frame, lane: int) -> None:
    """A band above the bar while the process holds a lock, a dot where that is too short to see."""
    for row, lock in enumerate(frame.content.locks):
        bands: list[list[float]] = []
        for hold in frame.content.holds[lane]:
            left, right = frame.axis(hold.start), frame.axis(hold.stop)
            if hold.what != lock:
                continue
            if bands and left - bands[-1][1] < 0.8:
                bands[-1][1] = max(bands[-1][1], right)
            else:
                bands.append([left, right])
        y = frame.y(lane) - BAR - 3.5 - 5.5 * row
        for left, right in bands:
            if right - left < 2 * MOMENT:
                frame.canvas.dot(LOCKS[row], (left + right) / 2, y, MOMENT)
                frame.key.add("moment")
            frame.canvas.line("lock", LOCKS[row], (left, y), (right, y))
            frame.room.take(left - MOMENT, y - MOMENT, right + MOMENT, y + MOMENT)


def _draw_start(frame: Frame, start: Arrow) -> None:
    """A thin arrow from whoever called start(), and dots until the child runs Python."""
    x, y = frame.axis(start.left), frame.y(start.target)
    down = frame.down(start.source, start.target)
    shaft = (x, frame.y(start.source) + down * BAR), (x, y - down * 5)
    frame.canvas.line("start", "still", *shaft)
    frame.room.keep_visible(*shaft)
    frame.canvas.fill("still", (x, y), (x - 3, y - down * 6), (x + 3, y - down * 6))
    frame.key.add("start")
    alive = frame.axis(start.came)
    if alive - x > 4:
        frame.canvas.line("starting", "still", (x, y), (alive, y))
        frame.key.add("starting")


def draw_end(frame: Frame, lane: int) -> None:
    """How a process ended, on top of the arrows."""
    content, member = frame.content, frame.content.scene.members[lane]
    x, y = frame.axis(content.scene.gone(member)), frame.y(lane)
    stopped = member.outcome == STOPPED and not content.scene.stopped
    by_pool = lane in content.scene.ended_by_pool and member.outcome in (KILLED, STOPPED)
    if not by_pool and (member.outcome in (FAILED, KILLED) or stopped):
        frame.canvas.cross(x, y)
        frame.room.take(x - 5, y - 5, x + 5, y + 5)
        text = member.how or "stopped"
        width = frame.canvas.width_of("small", text)
        places = [Place(x + 9, y), Place(x - width - 9, y, "end")]
        places += [Place(x - width, y + dy, "end") for dy in (-14, 14)]
        frame.write(places, text, "red", crossings=2)
        frame.key.add("cross")
    elif by_pool:
        frame.canvas.fill("still", (x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y))
        frame.key.add("ended")
    elif lane and member.outcome not in (OPEN, STOPPED):
        frame.canvas.line("cap", content.looks[lane].color, (x, y - BAR - 2), (x, y + BAR + 2))
        frame.key.add("cap")


def _label_waits(frame: Frame, lane: int) -> None:
    """What it waits in: once for each wait that is long enough."""
    y = frame.y(lane)
    for wait in frame.content.waits[lane]:
        text = wait.what
        left, right = frame.axis(wait.start), frame.axis(wait.stop)
        width = frame.canvas.width_of("call", text)
        if text and right - left > width + 6:
            middle = Place((left + right - width) / 2, y, "middle")
            starts = (middle, Place(left + 4, y), Place(right - width - 4, y, "end"))
            places = [place._replace(y=y + dy) for dy in (-9, 10) for place in starts]
            frame.write(places, text, "grey", "call")


def _draw_mark(frame: Frame, mark: Mark, others: list[float]) -> None:
    """A ring for a printed line, a tick for anything else, with words where there is room.

    They stand below it and no other, or above it; a ring is at the edge at which its words are.
    """
    x, y = frame.axis(mark.time), frame.y(mark.lane)
    text = clean(mark.text, 30)
    width = frame.canvas.width_of("small", text)
    sides = (x - 2, "start"), (x + 4 - width, "end")
    above = [Place(left, y - BAR - 9, anchor) for left, anchor in sides]
    below = [Place(left, y + BAR + 10, anchor) for left, anchor in sides]
    below = [it for it in below if not any(it.x < other < it.x + width for other in others)]
    written = frame.write([*below, *above], text, "grey")
    if mark.kind == "print":
        frame.canvas.ring("ink", x, y + (-BAR if written in above else BAR), 2.6)
        frame.key.add("prints")
    else:
        frame.canvas.line("tick", "ink", (x, y - BAR - 2), (x, y + BAR + 2))
        frame.ticks[TICKS.get(mark.kind, mark.kind)] = None
        frame.key.add("tick")
