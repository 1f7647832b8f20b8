"""Pictures and their words: the words are the same on every run, and nothing covers anything."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import subprocess
import sys
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import timeline_programs as programs
from observing import as_in_a_notebook  # noqa: F401
from outside import START_METHODS
from timeline_programs import MS, STORIES, event, made_up

from mpscope import observe
from mpscope._render.canvas import GREY, INK, RED, STARTING, Ink, Point
from mpscope._render.key import LOCKS
from mpscope._render.labels import as_written
from mpscope._render.layout import CHILDREN, SERVER, Axis, thin
from mpscope._render.summary import ALT_LIMIT, alt_text, describe
from mpscope._render.timeline import MAX_ARROWS, timeline
from mpscope._trace.events import Doing
from mpscope._trace.spans import Scene

per_method = pytest.mark.parametrize("method", START_METHODS)
per_story = pytest.mark.parametrize(
    ("program", "story"), STORIES.items(), ids=[program.__name__ for program in STORIES]
)


# -- the words ------------------------------------------------------------------------------------


@per_method
@per_story
def test_a_program_has_one_story(program: Callable[[str], Any], story: str, method: str) -> None:
    """On every run and under every start method; `IPC_RUNS=20` tries it that often."""
    for _ in range(int(os.environ.get("IPC_RUNS", "1"))):
        mp = program(method)
        assert str(mp.describe()) == story
        assert repr(mp.describe()) == story
        picture = mp.timeline("The title")
        assert picture.alt.startswith("The title. Timeline of ")
        assert picture.alt.removeprefix("The title. Timeline of ") == story.replace("\n", " ")
        assert len(picture.alt) <= ALT_LIMIT + len("The title. ")


def test_the_order_of_arrival_is_not_told() -> None:
    """Three producers, six orders: one story."""
    told = {
        tell(
            [
                *[event(n, name, "put", channel="q", number=n, what=name) for n, name in order],
                *[event(9 + n, "parent", "receive", channel="q", number=n) for n, _ in order],
            ]
        )
        for order in (list(enumerate(p, 1)) for p in itertools.permutations("abc"))
    }
    assert told == {"q: a puts a; b puts b; c puts c; parent gets all 3."}


def test_who_was_quick_is_not_told() -> None:
    """Two consumers share six jobs, as luck will have it: one story, with totals."""
    told = set()
    for split in range(1, 6):
        got = ["a"] * split + ["b"] * (6 - split)
        done = [
            event(10 + n, who, kind, channel=channel, number=n)
            for n, who in enumerate(got, 1)
            for kind, channel in (("receive", "jobs"), ("put", "results"))
        ]
        jobs = [event(n, "parent", "put", channel="jobs", number=n, what="x") for n in range(1, 7)]
        read = [event(20 + n, "parent", "receive", channel="results", number=n) for n in range(6)]
        told.add(tell([*jobs, *done, *read]))
    assert told == {
        "jobs: parent puts x, x, x, x, x, x; a and b together get all 6.\n"
        "results: a and b together put 6 messages; parent gets all 6."
    }


def test_a_reply_is_told_after_what_it_answers() -> None:
    ask = [
        event(1, "child", "send", channel="z", number=1, what="'?'"),
        event(2, "parent", "receive", channel="z", number=1),
        event(3, "parent", "send", channel="a", number=1, what="'!'"),
        event(4, "child", "receive", channel="a", number=1),
    ]
    assert tell(ask).splitlines() == [
        "z: child puts '?'; parent gets it.",
        "a: parent puts '!'; child gets it.",
    ]


@pytest.mark.parametrize("what", ["4711", "139872", "0.25", "(1, 31337)", "'pid 12345'"])
def test_what_may_be_an_id_or_a_time_is_only_counted(what: str) -> None:
    assert tell([event(1, "a", "put", channel="q", what=what)]) == (
        "q: a puts 1 message; nobody gets it."
    )


def test_a_story_is_short_however_much_happened() -> None:
    events, logs = made_up(40, 3000)
    assert len(alt_text(events, logs)) <= ALT_LIMIT
    assert "more channels" in alt_text(events, logs)
    assert len(describe(events, logs).splitlines()) < 60


def tell(events: list[Any]) -> str:
    """What is told about channels, of a block in which all processes had been there before."""
    labels = list(dict.fromkeys(["parent", *sorted(e.process for e in events)]))
    logs = [programs.log(n, label, 0) for n, label in enumerate(labels)]
    starts = [event(0, "parent", "start", number=n, what=who) for n, who in enumerate(labels) if n]
    return "\n".join(describe([*starts, *sorted(events)], logs).splitlines()[1:])


# -- what is drawn --------------------------------------------------------------------------------


def test_an_arrow_goes_from_each_send_to_its_receive() -> None:
    mp = programs.conversation(START_METHODS[-1])
    scene = Scene(mp.events, mp.logs(), None)
    assert [(arrow.source, arrow.target, arrow.text) for arrow in scene.messages] == [
        (1, 0, "'Hi daddy!'"),
        (0, 1, "'Hi child!'"),
    ]
    assert all(arrow.left <= arrow.came for arrow in scene.messages)
    assert [mark.text for mark in scene.marks if mark.kind == "print"] == ["“response: Hi child!”"]
    assert "parent_conn.recv()" in [wait.what for wait in scene.waits if wait.lane == 0]


def test_what_nobody_received_and_where_everybody_stood_at_the_deadline() -> None:
    mp = programs.join_before_drain(START_METHODS[-1])
    scene = Scene(mp.events, mp.logs(), ("DeadlineExceeded", "parent waits in child-1.join() ("))
    assert [(arrow.source, arrow.target) for arrow in scene.messages] == [(1, -1)]
    last = {wait.lane: wait for wait in scene.waits}
    assert last[0].what == "child-1.join()"
    assert last[1].what.startswith("at exit")
    assert last[0].start < scene.end / 2, "it has waited from start() on, not from clean-up on"
    assert {wait.stop for wait in last.values()} == {scene.end}


def test_only_one_process_holds_a_lock_and_the_server_has_a_lane() -> None:
    mp = programs.lockers(START_METHODS[-1])
    holds = sorted(Scene(mp.events, mp.logs(), None).holds, key=lambda hold: hold.start)
    assert len(holds) == 9
    assert all(a.stop <= b.start for a, b in itertools.pairwise(holds))

    mp = programs.shared(START_METHODS[-1])
    scene = Scene(mp.events, mp.logs(), None)
    assert [member.label for member in scene.members if member.server] == ["manager-1"]
    assert {call.target for call in scene.calls} == {1}
    assert len(scene.calls) == 10


def test_a_send_that_was_received_but_had_not_returned_is_an_arrow_and_no_wait() -> None:
    start = event(MS, "parent", "start", number=1, what="a")
    got = event(50 * MS, "parent", "receive", channel="x → y", number=1, what="'hello'")
    stop = event(60 * MS, "parent", "exit", number=-9, what="a", where="x")
    logs = [programs.log(0, "parent", 0), programs.log(1, "a", 20 * MS)]
    began = logs[0].texts[0][0] + 49 * MS
    logs[1].doing = lambda: [Doing("send", "x → y", "", began, True, True, "")]
    scene = Scene([start, got, stop], logs, None)
    assert [(arrow.source, arrow.target, arrow.text) for arrow in scene.messages] == [
        (1, 0, "'hello'")
    ]
    assert [wait for wait in scene.waits if wait.lane == 1] == []


def test_who_was_killed_after_its_message_had_arrived_did_not_wait() -> None:
    """Whether send() had returned by then is a matter of microseconds, and makes no difference."""
    for _ in range(5):
        with observe(START_METHODS[0]) as mp:
            mine, yours = mp.Pipe()
            mp.Process(target=programs.begin, args=(yours,), daemon=True).start()
            mine.recv()
        scene = Scene(mp.events, mp.logs(), None)
        assert [(arrow.source, arrow.target) for arrow in scene.messages] == [(1, 0)]
        assert [wait for wait in scene.waits if wait.lane == 1] == []


def test_ends_are_drawn_as_they_were() -> None:
    mp = programs.bad_ends(START_METHODS[-1])
    ends = [(m.label, m.fate, m.how) for m in Scene(mp.events, mp.logs(), None).members]
    assert ends[1:] == [
        ("child-1", "failed", "ValueError"),
        ("child-2", "failed", "exit code 3"),
        ("sleeper", "killed", "SIGTERM"),
        ("child-4", "stopped", ""),
    ]


def test_an_open_block_can_be_drawn() -> None:
    with observe(START_METHODS[-1], 30) as mp:
        box = mp.Queue()
        programs.run(mp, programs.put_next, (box, 1))
        inside = mp.timeline()
        assert box.get() == 2
    assert "child-1 puts 2; nobody gets it" in inside.alt
    assert "child-1 puts 2; parent gets it" in mp.timeline().alt


# -- the picture ----------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a picture, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_picture_is_a_figure_with_words(tmp_path: Path) -> None:
    events, logs = made_up(3, 12, text='<b>&"quoted"</b> {}')
    picture = timeline(events, logs, title='A "title" & more')
    shown = picture._repr_mimebundle_(include=None, exclude=None)
    assert set(shown) == {"text/plain", "text/html"}
    assert shown["text/plain"] == picture.alt == repr(picture)
    tags = dict(Tags(shown["text/html"]).found)
    assert list(tags) == ["figure", "img", "figcaption", "details", "summary", "br"]
    assert tags["img"]["alt"] == picture.alt
    assert str(tags["img"]["src"]).startswith("data:image/png;base64,")
    picture.save(tmp_path / "picture.png")
    png = (tmp_path / "picture.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(png[16:20], "big") == 2 * int(str(tags["img"]["width"]))
    assert len(png) < 60_000


def test_matplotlib_comes_with_the_first_picture_and_pyplot_never() -> None:
    program = """
        import json, sys
        from mpscope import observe
        heavy = lambda: sorted({"matplotlib", "matplotlib.pyplot"} & set(sys.modules))
        with observe() as mp:
            mp.Queue().put("x")
        mp.describe()
        before = heavy()
        mp.timeline()
        print(json.dumps([before, heavy()]))
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(answer.stdout) == [[], ["matplotlib"]]


def test_text_can_be_read() -> None:
    """At least 4.5 : 1 on the white card, which both themes show."""
    assert [color for color in (INK, GREY, RED) if contrast(color, "#ffffff") < 4.5] == []


def test_lines_can_be_seen() -> None:
    """At least 3 : 1, on white and on JupyterLab's dark page, where labs and replays draw, too."""
    for page in ("#ffffff", "#111111"):
        assert [c for c in (*CHILDREN, SERVER) if contrast(c, page) < 3] == [], page
    assert [color for color in (*LOCKS, STARTING) if contrast(color, "#ffffff") < 3] == []


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# -- room -----------------------------------------------------------------------------------------


Box = tuple[float, float, float, float]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Box]]]:
    """Every text that is drawn, and the box that it fills."""
    found: list[tuple[str, Box]] = []
    plain = Ink.text

    def text(ink: Ink, x: float, y: float, text: str, size: float, *rest: Any, **more: Any) -> None:
        plain(ink, x, y, text, size, *rest, **more)
        align = more.get("align") or (rest[1] if len(rest) > 1 else "left")
        width = ink.width_of(text, size, more.get("bold", False))
        left = x - {"left": 0.0, "center": width / 2, "right": width}[align]
        found.append((text, (left, y - size * 0.4, left + width, y + size * 0.4)))

    monkeypatch.setattr(Ink, "text", text)
    yield found


def assert_apart(written: list[tuple[str, Box]]) -> None:
    boxes = [(text, box) for text, box in written if text]
    assert boxes
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, f"{one!r} and {other!r} overlap: {a} {b}"
    for text, (left, top, right, _) in boxes:
        assert left >= 0 and top >= 0 and right <= 860, f"{text!r} leaves the picture"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Point, Point]]]:
    """Every arrow that is drawn: of a message, of a call and its way back, of a start."""
    found: list[tuple[Point, Point]] = []
    plain = Ink.line

    def line(ink: Ink, style: str, color: str, *points: Point) -> None:
        plain(ink, style, color, *points)
        if style in ("message", "one of many", "back", "wakes", "start") and len(points) == 2:
            found.append((points[0], points[1]))

    monkeypatch.setattr(Ink, "line", line)
    yield found


@pytest.mark.parametrize("children", [1, 2, 4, 7])
@pytest.mark.parametrize("messages", [1, 4, 12, 60])
def test_no_label_lies_on_an_arrow(
    children: int,
    messages: int,
    written: list[tuple[str, Box]],
    drawn: list[tuple[Point, Point]],
) -> None:
    for seed in range(3):
        written.clear()
        drawn.clear()
        timeline(*made_up(children, messages, seed))
        key = max(y for _, (_, y, _, _) in written)  # below the picture, where signs stand
        labels = [(text, box) for text, box in written if text and box[1] < key - 30]
        assert labels and drawn
        for (text, box), arrow in itertools.product(labels, drawn):
            assert not touches(arrow, box), f"{text!r} lies on {arrow}"


def touches(arrow: tuple[Point, Point], box: Box) -> bool:
    """Tried at a hundred points of the arrow."""
    (x0, y0), (x1, y1) = arrow
    points = [(x0 + (x1 - x0) * n / 100, y0 + (y1 - y0) * n / 100) for n in range(101)]
    return any(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points)


def test_a_burst_has_one_label(written: list[tuple[str, Box]]) -> None:
    """A parent that puts six jobs at once: not six labels that nobody can tell apart."""
    jobs = [
        event(80 * MS + n * 10_000, "parent", "put", channel="jobs", number=n, what=f"'{n}'")
        for n in range(1, 7)
    ]
    got = [event(90 * MS + n * MS, "a", "receive", channel="jobs", number=n) for n in range(1, 7)]
    start = event(MS, "parent", "start", number=1, what="a")
    timeline([start, *jobs, *got], [programs.log(0, "parent", 0), programs.log(1, "a", 40 * MS)])
    assert [text for text, _ in written if "'1'" in text] == ["jobs: '1', '2', '3', '4', '5', '6'"]
    assert "'4'" not in [text for text, _ in written]


@pytest.mark.parametrize(
    ("call", "written_as"),
    [
        ("__getitem__(<slice>)", "names[:]"),
        ("__setitem__('a', 1)", "names['a'] = 1"),
        ("__delitem__(0)", "del names[0]"),
        ("__contains__('a')", "'a' in names"),
        ("__len__()", "len(names)"),
        ("wait(None)", "names.wait()"),
        ("wait(0.3)", "names.wait(0.3)"),
        ("notify(1)", "names.notify()"),
        ("append(None)", "names.append(None)"),
    ],
)
def test_a_call_is_written_as_in_a_program(call: str, written_as: str) -> None:
    assert as_written(call, "names") == written_as


@pytest.mark.parametrize("children", [1, 2, 4, 7, 11])
@pytest.mark.parametrize("messages", [0, 1, 12, 60])
def test_no_two_texts_overlap(children: int, messages: int, written: list[tuple[str, Box]]) -> None:
    for seed in range(3):
        written.clear()
        timeline(*made_up(children, messages, seed), title="Who talks to whom", method="spawn")
        assert_apart(written)


def test_a_legible_picture_names_its_messages_and_its_waits(
    written: list[tuple[str, Box]],
) -> None:
    timeline(*made_up(2, 4))
    shown = " ".join(text for text, _ in written)
    for words in ("parent", "child-1", "child-2", "for ", "runs", "message", "ms"):
        assert words in shown


def test_long_and_strange_names_fit(written: list[tuple[str, Box]]) -> None:
    strange = "$x^2$ 日本 😀 \x1b[31mred\x1b[0m \t\x00 _a_very_long_name_{}"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        timeline(*made_up(3, 20, name=strange, text="'$y_1$ 😀 \x07 " + "long " * 9 + "{}'"))
    assert_apart(written)


def test_too_much_is_thinned_out_and_it_says_so(written: list[tuple[str, Box]]) -> None:
    timeline(*made_up(30, 500))
    assert_apart(written)
    said = next(text for text, _ in written if text.startswith("Thinned out"))
    assert re.search(r"24 of 31 processes and \d+ of \d+ arrows", said)


@pytest.mark.parametrize(("messages", "limit_s"), [(3_000, 2), (30_000, 8)])
def test_it_draws_fast(messages: int, limit_s: float) -> None:
    """In seconds of this process: what the machine does beside is not counted."""
    timeline(*made_up(2, 5))  # imports, fonts
    block = made_up(5, messages)
    began = time.process_time()
    picture = timeline(*block)
    took = time.process_time() - began
    print(f"{len(block[0])} events: {took:.2f} s, {len(picture.png) // 1024} kB")
    assert took < limit_s
    assert len(picture.png) < 120_000


def test_thinning_keeps_one_of_each_kind_and_the_order() -> None:
    things = list(range(1000))
    kept = thin(things, MAX_ARROWS, lambda n: n == 617)
    assert 617 in kept
    assert kept == sorted(kept)
    assert len(kept) <= MAX_ARROWS + 1
    assert thin(things[:60], MAX_ARROWS, lambda n: n) == things[:60]


# -- the axis -------------------------------------------------------------------------------------


def test_time_is_drawn_to_scale_where_that_is_legible() -> None:
    axis = Axis([10 * MS, 20 * MS, 30 * MS, 40 * MS, 60 * MS], 70 * MS, 0, 700)
    assert axis.cuts() == []
    assert [round(axis(n * 10 * MS)) for n in range(8)] == [n * 100 for n in range(8)]


def test_a_long_silence_is_cut_and_close_moments_are_kept_apart() -> None:
    talk = [900 * MS + n * 1000 for n in range(6)]
    axis = Axis(talk, 901 * MS, 0, 700)
    assert next((cut.start, cut.stop) for cut in axis.cuts()) == (0, 900 * MS)
    pixels = [axis(time) for time in talk]
    assert all(b - a >= 20 for a, b in itertools.pairwise(pixels))
    assert (axis(0), round(axis(901 * MS))) == (0, 700)


def test_where_time_is_stretched_is_known() -> None:
    axis = Axis([10 * MS, 10 * MS + 1000, 20 * MS, 30 * MS], 40 * MS, 0, 700)
    assert axis.widened() == [(axis(10 * MS), axis(10 * MS + 1000))]
    assert Axis([10 * MS, 20 * MS, 30 * MS], 40 * MS, 0, 700).widened() == []


@pytest.mark.parametrize("seed", range(20))
def test_later_is_never_further_left(seed: int) -> None:
    chance = random.Random(seed)
    moments = [int(10 ** chance.uniform(2, 11)) for _ in range(chance.choice((0, 1, 5, 200)))]
    end = max([*moments, 1]) + chance.choice((0, 1, 10**9))
    axis = Axis(moments, end, 50, 800)
    times = sorted([*moments, *(chance.randrange(end + 1) for _ in range(100))])
    pixels = [axis(time) for time in times]
    assert pixels == sorted(pixels)
    assert pixels[0] >= 50 and pixels[-1] <= 800.001
    ticks = [x for x, _, _ in axis.ticks()]
    assert all(b - a > 40 for a, b in itertools.pairwise(ticks))


def test_a_block_in_which_nothing_happened_can_be_drawn() -> None:
    with observe(START_METHODS[-1]) as mp:
        pass
    assert mp.timeline().alt == "Timeline of 1 process: parent."
