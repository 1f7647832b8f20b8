"""Pictures and their words: the words are the same on every run, and nothing covers anything."""

from __future__ import annotations

import itertools
import math
import os
import random
import re
import subprocess
import sys
import textwrap
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import timeline_programs as programs
from geometry import ARROWS, Drawn, assert_apart, distance, touches
from observing import as_in_a_notebook  # noqa: F401
from outside import START_METHODS
from timeline_programs import MS, STORIES, event, made_up

from mpscope import observe, page_style, strip
from mpscope._render.axis import Axis
from mpscope._render.canvas import Canvas
from mpscope._render.content import MAX_ARROWS, Content, looks, thin
from mpscope._render.key import SIGNS, draw_key
from mpscope._render.labels import as_written, label, listed
from mpscope._render.summary import ALT_LIMIT, alt_text, describe
from mpscope._render.theme import LOCKS, PALETTE, PROCESSES, STROKES, TEXTS, luminance
from mpscope._render.timeline import Strip, timeline
from mpscope._trace.arrows import Arrow
from mpscope._trace.channels import Channel
from mpscope._trace.kinds import ChannelKind, Ending, Kind
from mpscope._trace.logs import Call, Doing

Matrix = Sequence[Sequence[float]]
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
    trace = made_up(40, 3000)
    assert len(alt_text(trace)) <= ALT_LIMIT
    assert "more channels" in alt_text(trace)
    assert len(describe(trace).splitlines()) < 60


def test_a_story_without_channels_is_short_too(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = programs.trace_of([], [programs.log(0, "parent", 0)])
    monkeypatch.setattr("mpscope._render.summary.ALT_LIMIT", 20)
    assert len(alt_text(trace)) == 20


def tell(events: list[Any]) -> str:
    """What is told about channels, of a block in which all processes had been there before."""
    labels = list(dict.fromkeys(["parent", *sorted(e.process for e in events)]))
    logs = [programs.log(n, label, 0) for n, label in enumerate(labels)]
    starts = [event(0, "parent", "start", number=n, what=who) for n, who in enumerate(labels) if n]
    return "\n".join(describe(programs.trace_of([*starts, *sorted(events)], logs)).splitlines()[1:])


# -- what is drawn --------------------------------------------------------------------------------


def test_an_arrow_goes_from_each_send_to_its_receive() -> None:
    mp = programs.conversation(START_METHODS[-1])
    scene = mp.trace.scene
    assert [(arrow.source, arrow.target, arrow.text) for arrow in scene.messages] == [
        (1, 0, "'Hi daddy!'"),
        (0, 1, "'Hi child!'"),
    ]
    assert all(arrow.left <= arrow.came for arrow in scene.messages)
    assert [mark.text for mark in scene.marks if mark.kind == "print"] == ["“response: Hi child!”"]
    assert "parent_conn.recv()" in [wait.what for wait in scene.waits if wait.lane == 0]


def test_what_nobody_received_and_where_everybody_stood_at_the_deadline() -> None:
    mp = programs.join_before_drain(START_METHODS[-1])
    scene = mp.trace.scene
    assert [(arrow.source, arrow.target) for arrow in scene.messages] == [(1, -1)]
    last = {wait.lane: wait for wait in scene.waits}
    assert last[0].what == "child-1.join()"
    assert last[1].what.startswith("at exit")
    assert last[0].start < scene.end / 2, "it has waited from start() on, not from clean-up on"
    assert {wait.stop for wait in last.values()} == {scene.end}


def test_only_one_process_holds_a_lock_and_the_server_has_a_lane() -> None:
    mp = programs.lockers(START_METHODS[-1])
    holds = sorted(mp.trace.scene.holds, key=lambda hold: hold.start)
    assert len(holds) == 9
    assert all(a.stop <= b.start for a, b in itertools.pairwise(holds))

    mp = programs.shared(START_METHODS[-1])
    scene = mp.trace.scene
    assert [member.label for member in scene.members if member.server] == ["manager-1"]
    assert {call.target for call in scene.calls} == {1}
    assert len(scene.calls) == 10


def test_a_send_that_was_received_but_had_not_returned_is_an_arrow_and_no_wait() -> None:
    start = event(MS, "parent", "start", number=1, what="a")
    got = event(50 * MS, "parent", "receive", channel="x → y", number=1, what="'hello'")
    stop = event(60 * MS, "parent", "exit", number=-9, what="a", where="x")
    logs = [programs.log(0, "parent", 0), programs.log(1, "a", 20 * MS)]
    began = logs[0].texts[0][0] + 49 * MS
    logs[1].doing = lambda: [Doing(Kind.SEND, "x → y", "", began, True, True, "")]
    scene = programs.trace_of([start, got, stop], logs).scene
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
        scene = mp.trace.scene
        assert [(arrow.source, arrow.target) for arrow in scene.messages] == [(1, 0)]
        assert [wait for wait in scene.waits if wait.lane == 1] == []


def test_ends_are_drawn_as_they_were() -> None:
    mp = programs.bad_ends(START_METHODS[-1])
    ends = [(m.label, m.outcome, m.how) for m in mp.trace.scene.members]
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
    trace = made_up(3, 12, text='<b>&"quoted"</b> {}')
    picture = timeline(trace, title='A "title" & more')
    assert picture.alt == repr(picture)
    tags = dict(Tags(picture._repr_html_()).found)
    assert list(tags) == ["figure", "div", "img", "figcaption", "details", "summary", "br"]
    assert tags["img"]["alt"] == picture.alt
    head, _, source = str(tags["img"]["src"]).partition(",")
    assert head == "data:image/svg+xml;base64"
    assert b64decode(source).decode() == picture.svg
    picture.save(tmp_path / "picture.svg")
    svg = (tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert Drawn(svg).width == int(str(tags["img"]["width"])), "text of 11 pixels is shown so"
    with pytest.raises(ValueError, match=r"picture\.svg"):
        picture.save(tmp_path / "picture.png")
    assert len(svg) < 20_000


def test_a_picture_loads_nothing_but_the_standard_library() -> None:
    program = """
        import sys
        from mpscope import observe
        with observe() as mp:
            mp.Queue().put("x")
        before = set(sys.modules)
        mp.timeline(), mp.waits(), mp.describe()
        names = {name.partition(".")[0] for name in set(sys.modules) - before}
        print(sorted(names - set(sys.stdlib_module_names) - {"mpscope"}))
    """
    answer = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout == "[]\n"


# -- colours --------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read(theme: str) -> None:
    """At least 4.5 : 1 on the paper that the picture brings with it."""
    shades = {name: getattr(shade, theme) for name, shade in PALETTE.items()}
    dim = [n for n in ("ink", "grey", "red") if contrast(shades[n], shades["paper"]) < 4.5]
    assert dim == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_can_be_seen(theme: str) -> None:
    shades = {name: getattr(shade, theme) for name, shade in PALETTE.items()}
    lines = [n for n in shades if n not in ("paper", "hair", "faint")]
    assert [n for n in lines if contrast(shades[n], shades["paper"]) < 3] == []


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes (2009): what is left of linear red, green and blue.
EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        *((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413)),
        (-0.01182, 0.04294, 0.968881),
    ),
    "protanopia": (
        *((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216)),
        (-0.003882, -0.048116, 1.051998),
    ),
}


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_processes_look_alike(theme: str, eyes: str) -> None:
    """0.02 is where a difference in Oklab begins to be seen; our old colours came down to that."""
    seen = [perceived(getattr(shade, theme), EYES[eyes]) for shade in PROCESSES]
    assert min(math.dist(a, b) for a, b in itertools.combinations(seen, 2)) > 0.055


def test_the_measure_would_see_two_that_merge() -> None:
    two = [perceived(color, EYES["deuteranopia"]) for color in ("#D55E00", "#A87400")]
    assert math.dist(*two) < 0.035


def perceived(color: str, eyes: Matrix) -> list[float]:
    """A colour in Oklab, as these eyes see it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    seen = [max(0.0, part) for part in times(eyes, linear)]
    cones = times(
        (
            *((0.41222147, 0.53633254, 0.05144599), (0.2119035, 0.68069955, 0.10739696)),
            (0.08830246, 0.28171884, 0.6299787),
        ),
        seen,
    )
    return times(
        (
            *((0.21045426, 0.79361779, -0.00407205), (1.9779985, -2.42859221, 0.45059371)),
            (0.02590404, 0.78277177, -0.80867577),
        ),
        [cone ** (1 / 3) for cone in cones],
    )


def times(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


@pytest.mark.parametrize("children", [3, 12, 20])
def test_an_arrow_has_the_look_of_its_sender_and_of_nobody_else(children: int) -> None:
    scene = made_up(children, 12 * children).scene
    senders = {arrow.source for arrow in scene.messages}
    assert len(senders) > children - 2
    found = looks(scene)
    assert len({found[lane] for lane in senders}) == len(senders)
    if children <= len(PROCESSES):
        assert len({found[lane].color for lane in senders}) == len(senders)


def test_among_many_only_those_who_send_have_a_colour_and_it_is_theirs_alone() -> None:
    """Twelve of twenty children send: twelve colours."""
    names = [f"child-{n}" for n in range(1, 21)]
    starts = [event(n, "parent", "start", number=n, what=who) for n, who in enumerate(names, 1)]
    puts = [
        event(50 * MS + n * MS, who, "put", channel="q", number=n, what="1")
        for n, who in enumerate(names[::2] + names[1:5:2], 1)
    ]
    logs = [programs.log(n, who, 0) for n, who in enumerate(["parent", *names])]
    scene = programs.trace_of([*starts, *puts], logs).scene
    found = looks(scene)
    senders = {arrow.source for arrow in scene.messages}
    assert len({found[lane].color for lane in senders}) == len(senders) == 12
    assert {found[lane].color for lane in range(1, 21) if lane not in senders} == {"still"}


# -- the picture language -------------------------------------------------------------------------


def test_a_picture_follows_the_theme() -> None:
    """Each colour in use is there twice, in plain CSS, and nothing else has a colour."""
    svg = timeline(made_up(12, 60)).svg
    light, dark = re.split(r"@media \(prefers-color-scheme:dark\)", svg)
    for name in Drawn(svg).colors() - {"paper"}:
        assert f".{name}{{color:{PALETTE[name].light}}}" in light
        assert f".{name}{{color:{PALETTE[name].dark}}}" in dark
    body = svg[svg.index("</style>") :]
    assert "#" not in body and "var(" not in svg
    assert set(re.findall(r'fill="|stroke="|style="', body)) == set()


def test_text_is_never_small() -> None:
    assert min(size for size, _ in TEXTS.values()) >= 11


def test_an_arrow_goes_from_lane_to_lane() -> None:
    """It leaves the edge of its sender's bar and lands at the edge of its receiver's."""
    for seed in range(5):
        trace = made_up(4, 20, seed)
        drawn = Drawn(timeline(trace).svg)
        lanes = drawn.lanes()
        scene = trace.scene
        names = [member.label for member in scene.members]
        wanted = sorted((names[a.source], names[a.target]) for a in scene.messages)
        found = []
        for _, ((_, y0), (_, y1)) in drawn.lines("message", "inner", "second", "third"):
            if y0 < max(lanes.values()) + 20:  # else it is in the key
                found.append((at(lanes, y0), at(lanes, y1)))
        assert sorted(found) == wanted


def at(lanes: dict[str, float], y: float) -> str:
    """Whose bar has its edge there."""
    return next(name for name, middle in lanes.items() if 5 <= abs(middle - y) <= 6)


@per_method
def test_a_worker_of_a_pool_has_a_bar_for_each_task(method: str) -> None:
    mp = programs.pool_of_two(method)
    drawn = Drawn(mp.timeline().svg)
    lanes = drawn.lanes()
    workers = {round(lanes[name]) for name in ("pool-worker-1", "pool-worker-2")}
    bars = [line for _, line in drawn.lines("bar") if round(line[0][1]) in workers]
    assert len(bars) == 6, "one for each task, and none while there is nothing to do"
    assert {"runs a task", "has no task"} <= set(drawn.said())
    widest = max(stop[0] - start[0] for start, stop in bars)
    assert "slow_square" in drawn.said() or widest < Canvas.width_of("small", "slow_square") + 2
    assert not {"SIGTERM", "fails or is killed"} & set(drawn.said()), "its pool has ended it"


def test_producers_stand_above_consumers() -> None:
    """Whatever the order in which they were started."""
    names = ["eats", "cooks", "both"]
    starts = [event(n, "parent", "start", number=n, what=who) for n, who in enumerate(names, 1)]
    messages = []
    for n, (giver, taker) in enumerate([("cooks", "both"), ("both", "eats")], 1):
        told = {"channel": f"q{n}", "number": 1}
        messages += [
            event(50 * MS + n * MS, giver, "put", what="1", **told),
            event(70 * MS + n * MS, taker, "receive", **told),
        ]
    logs = [programs.log(n, who, 0) for n, who in enumerate(["parent", *names])]
    lanes = Drawn(timeline(programs.trace_of([*starts, *messages], logs)).svg).lanes()
    assert sorted(lanes, key=lambda name: lanes[name]) == ["parent", "cooks", "both", "eats"]


SIGNS_OF = {
    programs.producers: {"runs", "start()", "starts up", "ends well", "message", "prints"},
    programs.conversation: {"message", "waits", "closes an end"},
    programs.shared: {"serves its proxies", "call of a proxy"},
    programs.lockers: {"holds lock"},
    programs.meeting_place: {"wakes"},
    programs.bad_ends: {"fails or is killed"},
    programs.pool_of_two: {"runs a task", "has no task", "waits"},
    programs.join_before_drain: {"not received", "time is cut"},
    programs.left_alone: {"ends, nobody saw when", "fails or is killed"},
}


@pytest.mark.parametrize("program", SIGNS_OF, ids=lambda program: program.__name__)
def test_what_stands_in_the_picture_stands_in_its_key(program: Callable[[str], Any]) -> None:
    mp = program(START_METHODS[-1])
    drawn = Drawn(mp.timeline().svg)
    assert set(drawn.said()) >= SIGNS_OF[program]
    marks = {
        "start": "start()",
        "starting": "starts up",
        "unseen": "ends, nobody saw when",
        "cross": "fails or is killed",
        "waits": "waits",
        "wakes": "wakes",
        "back": "call of a proxy",
        "band": "messages, one after the other",
        "cut": "time is cut",
        "stretch": "time is stretched",
    }
    for style, words in marks.items():
        in_key = words in drawn.said()
        if style != "waits":  # a part of the sign of a tick, too
            assert in_key == bool(drawn.lines(style)), f"{style}: {words}"
    assert ("ends well" in drawn.said()) == bool(drawn.lines("cap"))
    assert "lets go on" not in " ".join(drawn.said())


def test_a_bar_ends_where_its_process_was_last_known_to_live() -> None:
    """Who ends by os._exit says nothing, and the parent never asked: dots, and no bar."""
    drawn = Drawn(programs.left_alone(START_METHODS[-1]).timeline().svg)
    lane = drawn.lanes()["child-1"]
    [bar] = [line for _, line in drawn.lines("bar") if abs(line[0][1] - lane) < 1]
    [(_, dots), _] = drawn.lines("unseen")
    assert bar[1] == dots[0] and dots[1][0] - bar[1][0] > 50


def test_no_two_signs_of_the_key_look_the_same() -> None:
    """Nor do they to eyes that see no colours, and no difference between 2 pixels and 3."""
    drawn: dict[str, str] = {}  # sign -> kind
    signs = [kind for kind in SIGNS if kind not in LOCKS[1:]]
    for kind in signs:
        canvas = Canvas(400)
        draw_key(canvas, {kind}, "closes an end", [kind] if kind in LOCKS else [], 20)
        drawn.setdefault(as_shape(canvas.svg(40, "")), kind)
    assert list(drawn.values()) == signs


def as_shape(svg: str) -> str:
    paths = svg.partition("<text")[0].partition("</style>")[2]
    return re.sub(r'class="(\w+) \w+"', lambda found: stroke(found[1]), paths)


def stroke(style: str) -> str:
    width, dashes = STROKES.get(style, (0, ""))
    return f"{'thin' if width < 3.5 else 'thick' if width < 8 else 'bar'} {dashes}"


def test_a_cut_says_how_much_is_cut() -> None:
    said = Drawn(timeline(made_up(2, 4)).svg).said("call")
    assert [text for text in said if re.fullmatch(r"\d+ ms cut", text)]


def test_a_label_never_reads_like_the_name_of_a_bar() -> None:
    """Events, barriers, proxies and locks have names as processes do: a call has its brackets."""
    channels = [Channel("names", kind, of="names") for kind in ChannelKind]
    assert all(c.call(sends=sends).endswith(")") for c in channels for sends in (False, True))
    for kind, words in {ChannelKind.EVENT: "go.set()", ChannelKind.BARRIER: "go.wait()"}.items():
        assert label(Arrow("wake", 0, 0, 1, 1, "go", ""), True, Channel("go", kind)) == words
    call = Arrow("call", 0, 0, 1, 1, "names", "append('a')", Call("append", ("'a'",)))
    assert label(call, False) == label(call, True) == "names.append('a')"


def test_a_label_stands_beside_its_arrow() -> None:
    """Its own is the nearest, or as near as the sender's bar allows."""
    for seed in range(4):
        drawn = Drawn(timeline(made_up(3, 8, seed)).svg)
        arrows = drawn.lines("message", "inner")
        labels = [t for t in drawn.texts if t.color == "ink" and t.style == "small"]
        assert labels
        for text in labels:
            assert min(distance(line, text.box) for _, line in arrows) <= 22, text


# -- room -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("children", [1, 2, 4, 7])
@pytest.mark.parametrize("messages", [1, 4, 12, 60])
def test_no_label_lies_on_an_arrow(children: int, messages: int) -> None:
    for seed in range(3):
        drawn = Drawn(timeline(made_up(children, messages, seed)).svg)
        key = max(text.box[1] for text in drawn.texts)  # below the picture, where signs stand
        labels = [text for text in drawn.texts if text.box[1] < key - 30]
        arrows = drawn.lines(*ARROWS)
        assert labels and arrows
        for text, (_, arrow) in itertools.product(labels, arrows):
            assert not touches(arrow, text.box), f"{text} lies on {arrow}"


def test_a_bundle_has_one_label() -> None:
    """A parent that puts six jobs at once: not six labels that nobody can tell apart."""
    jobs = [
        event(80 * MS + n * 10_000, "parent", "put", channel="jobs", number=n, what=f"'{n}'")
        for n in range(1, 7)
    ]
    got = [event(90 * MS + n * MS, "a", "receive", channel="jobs", number=n) for n in range(1, 7)]
    start = event(MS, "parent", "start", number=1, what="a")
    logs = [programs.log(0, "parent", 0), programs.log(1, "a", 40 * MS)]
    drawn = Drawn(timeline(programs.trace_of([start, *jobs, *got], logs)).svg)
    assert [text for text in drawn.said() if "'" in text] == ["jobs: '1', '2', '3', '4', '5', '6'"]
    assert len(drawn.lines("inner")) == 4, "each message has its own line in the bundle"
    assert len(drawn.lines("band")) == 2, "in the picture and in its key"


@pytest.mark.parametrize("count", [30, 60, 250])
def test_a_bundle_that_would_be_a_solid_block_has_its_first_and_its_last_arrow(count: int) -> None:
    """As a picture of sixty lines had it: a band, and how many messages it stands for."""
    events = [event(MS, "parent", "start", number=1, what="a")]
    for n in range(1, count + 1):
        told = {"channel": "jobs", "number": n}
        events.append(event(80 * MS + n * 10_000, "parent", "put", what=str(n), **told))
        events.append(event(90 * MS + n * 20_000, "a", "receive", **told))
    logs = [programs.log(0, "parent", 0), programs.log(1, "a", 40 * MS)]
    drawn = Drawn(timeline(programs.trace_of(sorted(events), logs)).svg)
    assert drawn.lines("inner") == []
    assert len([line for _, line in drawn.lines("message") if line[0][1] < 120]) == 2
    assert f"jobs: 1 … {count} ({count} messages)" in drawn.said()
    assert not [text for text in drawn.said() if text.startswith("Thinned out")], "all is told"


def test_what_is_said_again_at_once_is_written_once() -> None:
    """A parent that puts 'job' six times, and three get them in turn: not six times."""
    names = ["c1", "c2", "c3"]
    events = [
        event(n * MS, "parent", "start", number=n, what=who) for n, who in enumerate(names, 1)
    ]
    for n in range(6):
        told = {"channel": "jobs", "number": n + 1}
        events.append(event(80 * MS + n * 10_000, "parent", "put", what="job", **told))
        events.append(event(90 * MS + n * 500_000, names[n % 3], "receive", **told))
    logs = [programs.log(n, who, n * 9 * MS) for n, who in enumerate(["parent", *names])]
    drawn = Drawn(timeline(programs.trace_of(sorted(events), logs)).svg)
    assert "jobs: job" in drawn.said()
    assert 1 <= drawn.said().count("job") < 4


def test_the_words_of_each_of_two_prints_stand_at_its_own_ring() -> None:
    """Close to each other, as "take left" and "take right": each is told, at its ring's edge."""
    said = ["take left", "take right", "and wait"]
    prints = [event(80 * MS + n * 20_000, "a", "print", what=text) for n, text in enumerate(said)]
    events = [event(MS, "parent", "start", number=1, what="a"), *prints]
    events += [event(90 * MS, "a", "end"), event(95 * MS, "parent", "exit", what="a", where="x")]
    logs = [programs.log(0, "parent", 0), programs.log(1, "a", 40 * MS)]
    drawn = Drawn(timeline(programs.trace_of(events, logs)).svg)
    rings = drawn.circles("ring", "ink")[:3]  # the next is in the key
    for (left, y), text in zip(rings, said, strict=True):
        [words] = [it for it in drawn.texts if it.text == f"“{text}”"]
        assert words.box[0] - 6 <= left <= words.box[2] + 6, "above or below it"
        assert min(abs(y - words.box[1]), abs(y - words.box[3])) < 9, "at the same edge of the bar"
        others = [x for x, at in rings if x != left and at == y]
        assert not [x for x in others if words.box[0] < x < words.box[2]], "and at no other"


def test_a_lock_that_is_held_for_a_moment_can_be_seen() -> None:
    """A dot; and it does not lie over what another process holds next."""
    told = {"channel": "lock"}
    events = [
        event(n * MS, "parent", "start", number=n, what=who) for n, who in ((1, "a"), (2, "b"))
    ]
    events += [
        event(80 * MS, "a", "acquire", **told),
        event(80 * MS + 2000, "a", "release", **told),
    ]
    events += [event(90 * MS, "b", "acquire", **told), event(99 * MS, "b", "release", **told)]
    logs = [programs.log(n, who, n * 40 * MS) for n, who in enumerate(["parent", "a", "b"])]
    drawn = Drawn(timeline(programs.trace_of(events, logs)).svg)
    above = drawn.lanes()["a"] - 9
    [(_, y)] = drawn.circles("fill", "k1")
    assert abs(y - above) < 1
    assert {"holds lock", "holds a lock for a moment"} <= set(drawn.said())


@pytest.mark.parametrize("width", [800, 640])
def test_why_a_block_was_stopped_keeps_clear_of_what_it_waited_in(width: int) -> None:
    """The label of the red line, and that of the last wait below it."""
    mp = programs.nobody_answers(START_METHODS[-1])
    svg = mp.timeline().svg
    if width < 800:
        [svg] = re.findall("<svg.*?</svg>", strip(mp.trace, widths=(width,)))
    texts = Drawn(svg).texts
    [why] = [text for text in texts if text.text.startswith("stopped: ")]
    [wait] = [text for text in texts if text.text == "answers.get()"]
    assert wait.box[1] - why.box[3] >= 8
    above = [text.box[3] for text in texts if text.box[3] < why.box[1]]
    assert why.box[1] - max(above, default=-9) >= 4


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (["1", "2", "3", "4", "5", "None"], "1 … 5, None"),
        (["1", "2"], "1, 2"),
        (["9", "10", "11"], "9 … 11"),
        (["'a'", "'b'", "'c'"], "'a', 'b', 'c'"),
        ([f"'word {n}'" for n in range(9)], "'word 0' … 'word 8'"),
        (["1", "3", "5", "6", "7", "None", "None"], "1, 3, 5 … 7, None, None"),
    ],
)
def test_what_was_sent_together_is_listed(sent: list[str], shown: str) -> None:
    assert listed(sent) == shown


@pytest.mark.parametrize(
    ("method", "args", "written_as"),
    [
        ("__getitem__", ["<slice>"], "names[:]"),
        ("__setitem__", ["'a, b'", "1"], "names['a, b'] = 1"),
        ("__delitem__", ["0"], "del names[0]"),
        ("__contains__", ["'a'"], "'a' in names"),
        ("__len__", [], "len(names)"),
        ("wait", ["None"], "names.wait()"),
        ("wait", ["0.3"], "names.wait(0.3)"),
        ("notify", ["1"], "names.notify()"),
        ("append", ["None"], "names.append(None)"),
    ],
)
def test_a_call_is_written_as_in_a_program(method: str, args: list[str], written_as: str) -> None:
    assert as_written(Call(method, tuple(args)), "names") == written_as


@pytest.mark.parametrize("children", [1, 2, 4, 7, 11])
@pytest.mark.parametrize("messages", [0, 1, 12, 60])
def test_no_two_texts_overlap(children: int, messages: int) -> None:
    for seed in range(3):
        block = made_up(children, messages, seed)
        assert_apart(Drawn(timeline(block, title="Who talks to whom", method="spawn").svg))
        for width in (640, 320):
            scene = block.scene
            html = Strip(Content(scene), "", [width]).html()
            assert_apart(Drawn(html[html.index("<svg") : html.index("</svg>") + 6]))


def test_a_legible_picture_names_its_messages_and_its_waits() -> None:
    shown = " ".join(Drawn(timeline(made_up(2, 4)).svg).said())
    for words in ("parent", "child-1", "child-2", "for ", "runs", "message", "ms"):
        assert words in shown


def test_long_and_strange_names_fit() -> None:
    strange = "$x^2$ 日本 😀 \x1b[31mred\x1b[0m \t\x00 _a_very_long_name_{}"
    text = "'$y_1$ 😀 \x07 " + "long " * 9 + "{}'"
    assert_apart(Drawn(timeline(made_up(3, 20, name=strange, text=text)).svg))


def test_too_much_is_thinned_out_and_it_says_so() -> None:
    drawn = Drawn(timeline(made_up(30, 500)).svg)
    assert_apart(drawn)
    said = next(text for text in drawn.said() if text.startswith("Thinned out"))
    assert re.search(r"24 of 31 processes and \d+ of \d+ arrows", said)


@pytest.mark.parametrize(("messages", "limit_s"), [(3_000, 1), (30_000, 4)])
def test_it_draws_fast(messages: int, limit_s: float) -> None:
    """In seconds of this process: what the machine does beside is not counted."""
    block = made_up(5, messages)
    began = time.process_time()
    picture = timeline(block)
    took = time.process_time() - began
    print(f"{len(block.events)} events: {took:.2f} s, {len(picture.svg) // 1024} kB")
    assert took < limit_s
    assert len(picture.svg) < 60_000


def test_thinning_keeps_one_of_each_kind_and_the_order() -> None:
    things = list(range(1000))
    kept = thin(things, MAX_ARROWS, lambda n: n == 617)
    assert 617 in kept
    assert kept == sorted(kept)
    assert len(kept) <= MAX_ARROWS + 1
    assert thin(things[:60], MAX_ARROWS, lambda n: n) == things[:60]
    assert (kept[0], kept[-1]) == (0, 999), "a bundle is told by its first and its last"


# -- the axis -------------------------------------------------------------------------------------


def test_time_is_drawn_to_scale_where_that_is_legible() -> None:
    axis = Axis([10 * MS, 20 * MS, 30 * MS, 40 * MS, 60 * MS], 70 * MS, 0, 700)
    assert not any(stretch.cut for stretch in axis.stretches)
    assert [round(axis(n * 10 * MS)) for n in range(8)] == [n * 100 for n in range(8)]


def test_a_long_silence_is_cut_and_close_moments_are_kept_apart() -> None:
    talk = [900 * MS + n * 1000 for n in range(6)]
    axis = Axis(talk, 901 * MS, 0, 700)
    assert next((it.start, it.stop) for it in axis.stretches if it.cut) == (0, 900 * MS)
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


# -- in a page of somebody else's -----------------------------------------------------------------


def test_a_strip_has_a_part_for_each_width_and_the_story_for_who_cannot_see_it() -> None:
    trace = made_up(2, 4)
    page = strip(trace, widths=(700, 400))
    assert re.findall(r'<svg[^>]* width="(\d+)"', page) == ["700", "400"]
    assert page.count(f'aria-label="{escape(alt_text(trace))}"') == 2
    colors = set(re.findall(r'class="\w+ (\w+)"', page)) & set(PALETTE)
    assert colors and all(f"--mp-{color}:" in page_style() for color in colors)


def test_what_a_process_sends_to_itself_has_room_above_the_first_lane() -> None:
    """In a strip, its label is not cut off; in a picture, it keeps clear of the title."""
    told = {"channel": "own", "number": 1}
    events = [
        event(10 * MS, "parent", "send", what="'me'", **told),
        event(500 * MS, "parent", "receive", **told),
    ]
    trace = programs.trace_of(events, [programs.log(0, "parent", 0)])
    for svg in re.findall("<svg.*?</svg>", strip(trace)):
        [label] = [text for text in Drawn(svg).texts if "'me'" in text.text]
        assert label.box[1] >= 0
    drawn = Drawn(timeline(trace).svg)
    [label] = [text for text in drawn.texts if "'me'" in text.text]
    [title] = [text for text in drawn.texts if text.style == "title"]
    assert label.box[1] - title.box[3] > 10


def test_a_strip_of_a_running_block_goes_on_until_now() -> None:
    """What has not ended is drawn up to that time, so the same moment lies further to the left."""
    trace = made_up(1, 1)
    start = trace.processes[1].started_ns
    now = trace.processes[0].ended_ns + 60 * 1_000_000_000
    assert "seconds" in strip(trace, "so far", (600,), now_ns=now + start)
    assert "seconds" not in strip(trace, "so far", (600,), now_ns=start)


def test_in_a_running_block_a_wait_that_is_over_stays_over_and_a_lock_is_held_until_now() -> None:
    """Also where it is the last that is on record."""
    events = [
        event(50 * MS, "parent", "acquire", channel="lock"),
        event(500 * MS, "parent", "join", 400 * MS, channel="child-1"),
    ]
    trace = programs.trace_of(events, [programs.log(0, "parent", MS)], Ending.OPEN)
    [svg] = re.findall("<svg.*?</svg>", strip(trace, widths=(600,), now_ns=900 * MS))
    drawn = Drawn(svg)
    now = max(line[1][0] for _, line in drawn.lines("bar"))
    assert now == max(line[1][0] for _, line in drawn.lines("lock"))
    [over] = [line[1][0] for color, line in drawn.lines("waits") if color == "ink"]
    assert over < now - 10
