"""The replay: how things stand at each moment, drawn as well-formed SVG, and stepped through.

The first half plays blocks that were written by hand, so that each moment is known; the second
half plays real ones.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pytest
from observing import as_in_a_notebook, per_method  # noqa: F401
from timeline_programs import trace_of

from ipc_helpers.workers import managers, memories, pipes, queues
from mpscope import observe, replay
from mpscope._render.content import Content
from mpscope._render.page import WIDTHS
from mpscope._render.timeline import Strip
from mpscope._replay import widget
from mpscope._replay.moments import brief
from mpscope._replay.shapes import STYLE, fitted
from mpscope._replay.states import Film, situation
from mpscope._replay.view import stage
from mpscope._trace.channels import Channel
from mpscope._trace.events import Event
from mpscope._trace.kinds import ChannelKind, Kind, Role
from mpscope._trace.logs import Call

MS = 1_000_000


@dataclass
class Log:
    """As much of a process's log as the drawing modules read."""

    label: str
    stem: str = "0"
    born: int = 1
    about: dict[str, Channel] = field(default_factory=dict)
    channels: dict[int, str] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    exception: str = ""
    exception_type: str = ""

    @property
    def texts(self) -> list[tuple[int, bytes, bytes]]:
        return [(self.born, b"m", b"")]

    def doing(self) -> list[Any]:
        return []

    def main_wait(self) -> None:
        return None


def did(
    ms: float, who: str, kind: str, channel: str = "", number: int = 0, what: str = "", **more: Any
) -> Event:
    """An event at that millisecond; `since` is when it began, `where` the line."""
    began = more.get("since", ms)
    where = more.get("where", "w.py, line 1 in f")
    return Event(
        *(int(ms * MS), who, Kind(kind), channel, number, what, where, int(began * MS), 5),
    )


def film(*events: Event, children: tuple[str, ...] = ("child-1",), **about: str) -> Film:
    channels = {name: Channel(name, ChannelKind(kind)) for name, kind in about.items()}
    for name in {event.channel for event in events if " → " in event.channel}:
        a, b = name.split(" → ")
        channels[name] = Channel(name, ChannelKind.PIPE, ends=(a, b))
    logs = [Log("parent", about=channels)]
    logs += [Log(label, str(n), 2 * MS) for n, label in enumerate(children, 1)]
    ordered = sorted(events, key=lambda event: event.time_ns)
    return Film(trace_of(ordered, logs))


def block_end(ms: float, *labels: str, code: int = 0) -> list[Event]:
    return [did(ms, "parent", "exit", number=code, what=label, where="end") for label in labels]


QUEUE = film(
    did(1, "parent", "start", number=1, what="child-1"),
    did(10, "child-1", "put", "box", 1, "'a'", since=9.9),
    did(11, "child-1", "put", "box", 2, "'b'", since=10.9),
    did(12, "child-1", "send", "box", 1, "'a'"),
    did(13, "parent", "receive", "box", 1, "'a'", since=5),
    did(14, "child-1", "send", "box", 2, "'b'"),
    did(15, "child-1", "print", what="I am done"),
    did(16, "child-1", "end"),
    did(17, "parent", "receive", "box", 2, "'b'", since=14.5),
    *block_end(20, "child-1"),
    box="queue",
)


def test_each_moment_of_a_queue() -> None:
    held = [
        [(p.what, p.sent) for p in QUEUE.at(n).waiting_in("box")] for n in range(len(QUEUE) + 1)
    ]
    a, b = ("'a'", False), ("'b'", False)
    sent_a, sent_b = ("'a'", True), ("'b'", True)
    assert held == [
        *([], []),  # before the first step; the child is started
        [a],
        [a, b],
        [sent_a, b],
        [b],
        [sent_b],
        [sent_b],  # it prints
        [sent_b],  # it ends, and the message stays
        [],
    ]


def test_what_each_process_is_doing() -> None:
    child = [QUEUE.doing(1, n).state for n in range(len(QUEUE) + 1)]
    parent = [QUEUE.doing(0, n).words for n in range(len(QUEUE) + 1)]
    assert child == ["not started yet", "starting", *["running"] * 6, "ended", "ended"]
    assert parent[:3] == ["running", "running", "waits in box.get()"]
    assert parent[5] == "running", "it has just received"
    assert parent[8] == "running", "the message is there already: this is no wait"
    assert parent[9] == "the block has ended"


def test_the_steps_in_words() -> None:
    assert [step.text for step in QUEUE.steps] == [
        "parent starts child-1.",
        "child-1 puts 'a' into box.",
        "child-1 puts 'b' into box.",
        "The feeder thread of child-1 sends 'a' into box.",
        "parent gets 'a' from box.",
        "The feeder thread of child-1 sends 'b' into box.",
        "child-1 prints: I am done",
        "child-1 ends well.",
        "parent gets 'b' from box.",
    ]


def test_printed_lines_so_far() -> None:
    assert QUEUE.lines(6) == []
    assert QUEUE.lines(7) == ["child-1 | I am done"]


def test_the_situation_in_words() -> None:
    assert list(situation(QUEUE, 3)) == [
        "parent: waits in box.get()",
        "child-1: running",
        "box holds 'a', 'b'",
    ]


def test_a_message_is_sent_before_it_is_received() -> None:
    """A big message: its send is over only after the receiver has read it."""
    pipe = film(
        did(1, "parent", "start", number=1, what="child-1"),
        did(10, "parent", "receive", "b → a", 1, "'big'", since=3),
        did(11, "child-1", "send", "b → a", 1, "'big'", since=4),
        did(12, "child-1", "end"),
        *block_end(20, "child-1"),
    )
    kinds = [step.event.kind for step in pipe.steps]
    assert kinds == ["start", "send", "receive", "end"]
    assert [len(pipe.at(n).waiting_in("b → a")) for n in range(5)] == [0, 0, 1, 0, 0]


def test_the_cursor_stands_where_the_arrow_of_a_send_leaves() -> None:
    """And its receiver still waits then; below all words, which are not to be crossed out."""
    pipe = film(
        did(1, "parent", "start", number=1, what="child-1"),
        did(9, "child-1", "print", what="now"),
        did(14, "parent", "receive", "b → a", 1, "'hi'", since=3),
        did(15, "child-1", "send", "b → a", 1, "'hi'", since=10),
        did(20, "child-1", "end"),
        *block_end(30, "child-1"),
    )
    [arrow] = pipe.scene.messages
    assert [step.event.kind for step in pipe.steps][2:4] == ["send", "receive"]
    assert (pipe.time(3), pipe.time(4)) == (arrow.left, arrow.came)
    assert pipe.doing(0, 3).words == "waits in a.recv()"
    svg = Strip(Content(pipe.scene), "", [640]).html(pipe.time(3))
    assert 0 < svg.index("now red") < svg.index("<text")


def test_the_cursor_never_goes_back() -> None:
    """A send that took long is shown after what happened meanwhile, and not before it."""
    pipe = film(
        did(1, "parent", "start", number=1, what="child-1"),
        did(9, "parent", "print", what="meanwhile"),
        did(14, "parent", "receive", "b → a", 1, "'big'", since=10),
        did(15, "child-1", "send", "b → a", 1, "'big'", since=5),
        *block_end(30, "child-1"),
    )
    times = [pipe.time(n) for n in range(len(pipe) + 1)]
    assert times == sorted(times)


def test_both_directions_of_a_pipe_are_one_place() -> None:
    pipe = film(
        did(3, "child-1", "send", "b → a", 1, "'hi'"),
        did(4, "parent", "receive", "b → a", 1, "'hi'"),
        did(5, "parent", "send", "a → b", 1, "'ho'"),
    )
    assert [(p.name, p.kind, p.channels) for p in pipe.places] == [
        ("b ⇄ a", "pipe", ("b → a", "a → b"))
    ]


def test_a_lock_is_held_and_waited_for() -> None:
    locks = film(
        *[did(1, "parent", "start", number=n, what=f"child-{n}") for n in (1, 2)],
        did(3, "child-1", "acquire", "door", since=3),
        did(4, "child-2", "wait", "door"),
        did(8, "child-1", "release", "door"),
        did(8.1, "child-2", "acquire", "door", since=4),
        did(9, "child-2", "release", "door"),
        did(9.1, "child-1", "end"),
        did(9.2, "child-2", "end"),
        *block_end(20, "child-1", "child-2"),
        children=("child-1", "child-2"),
        door="lock",
    )
    kinds = [step.event.kind for step in locks.steps]
    assert kinds == ["start", "start", "acquire", "wait", "release", "acquire", "release"] + [
        "end",
        "end",
    ]
    assert [list(locks.at(n).holders["door"]) for n in range(3, 8)] == [
        ["child-1"],
        ["child-1"],
        [],
        ["child-2"],
        [],
    ]
    assert locks.doing(2, 4).words == "waits in door.acquire()"
    assert "held by child-1" in stage(locks, 4, [840])


def test_a_killed_and_a_failed_process() -> None:
    both = film(
        *[did(1, "parent", "start", number=n, what=f"child-{n}") for n in (1, 2)],
        did(6, "parent", "join", "child-1", since=5),
        did(7, "child-2", "end", number=3),
        did(9, "parent", "join", "child-2", since=6),
        *block_end(20, "child-1", code=-9),
        *block_end(20, "child-2", code=3),
        children=("child-1", "child-2"),
    )
    assert [step.text for step in both.steps][2:4] == [
        "child-1 is stopped by SIGKILL.",
        "parent returns from child-1.join().",
    ]
    assert both.doing(1, 2).state == "starting" or both.doing(1, 2).state == "running"
    assert (both.doing(1, 3).state, both.doing(1, 3).words) == ("killed", "killed by SIGKILL")
    last = len(both)
    assert (both.doing(2, last).state, both.doing(2, last).words) == (
        "failed",
        "failed: exit code 3",
    )


def test_a_message_that_cannot_be_pickled_leaves_the_queue() -> None:
    dropped = film(
        did(2, "parent", "start", number=1, what="child-1"),
        did(3, "child-1", "put", "box", 0, "<generator>"),
        did(4, "child-1", "put", "box", 1, "'ok'"),
        did(5, "child-1", "drop", "box", 0, "<generator>"),
        box="queue",
    )
    held = [[p.what for p in dropped.at(n).waiting_in("box")] for n in range(1, 5)]
    assert held == [[], ["<generator>"], ["<generator>", "'ok'"], ["'ok'"]]


def test_any_moment_can_be_reached_in_any_order() -> None:
    events = []
    for n in range(1, 301):
        events.append(did(2 * n, "parent", "put", "box", n, str(n)))
        if n > 7:
            events.append(did(2 * n + 1, "parent", "receive", "box", n - 7, str(n - 7)))
    long = film(*events, children=(), box="queue")
    forward = [[p.number for p in long.at(n).waiting_in("box")] for n in range(len(long) + 1)]
    again = film(*events, children=(), box="queue")
    for n in (len(long), 3, 400, 51, 50, 49, 0):
        assert [p.number for p in again.at(n).waiting_in("box")] == forward[n]


# ---- drawing -----------------------------------------------------------------------------------


def drawn(html: str) -> ElementTree.Element:
    """The first picture, parsed; fails if one of all is not well-formed."""
    pictures = [ElementTree.fromstring(f"<svg{part}</svg>") for part in svgs(html)]
    return pictures[0]


def svgs(html: str) -> list[str]:
    return [part.partition("</svg>")[0] for part in html.split("<svg")[1:]]


def strip(film: Film, label: str = "") -> str:
    return Strip(Content(film.scene), label, WIDTHS).html()


def words(picture: ElementTree.Element) -> str:
    return " ".join(
        "".join(part.itertext()) for part in picture if part.tag.endswith(("text", "g"))
    )


def test_every_moment_is_drawn_with_a_description() -> None:
    for n in range(len(QUEUE) + 1):
        picture = drawn(stage(QUEUE, n, WIDTHS))
        label = picture.attrib["aria-label"]
        assert picture.attrib["role"] == "img"
        assert label.startswith(f"Step {n} of 9.") and all(w in label for w in situation(QUEUE, n))
        assert "parent" in words(picture) and "child-1" in words(picture)


def test_the_message_that_moves_flies() -> None:
    flies = ['class="ipc-fly"' in stage(QUEUE, n, [840]) for n in range(6)]
    assert flies[2] and flies[5], "put, and received"
    assert not flies[4], "the feeder thread sends where nobody sees it"


def test_odd_names_and_messages_are_drawn_as_they_are() -> None:
    odd = film(
        did(1, "parent", "start", number=1, what="a<b>&\"c'"),
        did(3, "a<b>&\"c'", "put", "<box>", 1, "'</svg><script>'"),
        did(4, "a<b>&\"c'", "print", what="\x1b[31m<b>& \x00"),
        children=("a<b>&\"c'",),
        **{"<box>": "queue"},
    )
    for n in range(len(odd) + 1):
        assert "a<b>&\"c'" in words(drawn(stage(odd, n, WIDTHS)))
    drawn(strip(odd, 'a "label" \x00 <here>'))


def crowd() -> Film:
    """Forty children with a queue each."""
    names = tuple(f"child-{n}" for n in range(1, 41))
    events = [did(1, "parent", "start", number=n, what=name) for n, name in enumerate(names, 1)]
    events += [did(5 + n, name, "put", f"box-{n}", 1, "1") for n, name in enumerate(names)]
    return film(*events, children=names, **{f"box-{n}": "queue" for n in range(40)})


def test_many_processes_and_channels_leave_room() -> None:
    many = crowd()
    picture = drawn(stage(many, len(many), WIDTHS))
    assert "… and 30 more processes" in words(picture)
    assert "child-40" in words(picture), "who acts is always seen"
    assert "box-39" in words(picture)
    assert float(picture.attrib["viewBox"].split()[3]) < 900
    assert "of 41 processes" in words(drawn(strip(many)))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("program", ["QUEUE", "crowd"])
def test_each_width_holds_what_is_drawn_in_it(width: int, program: str) -> None:
    """Cards are inside of the picture and beside or below each other, and no text is small."""
    film = QUEUE if program == "QUEUE" else crowd()
    for n in range(0, len(film) + 1, 4):
        picture = drawn(stage(film, n, [width]))
        assert picture.attrib["viewBox"].split()[2] == str(width)
        bottom = float(picture.attrib["viewBox"].split()[3])
        cards = [boxes(group)[0] for group in picture if group.get("class") is None]
        for left, top, right, below in boxes(picture):
            assert left >= 0 and top >= 0 and right <= width and below <= bottom
        for one, other in itertools.combinations(dict.fromkeys(filter(is_card, cards)), 2):
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] or other[3] <= one[1]
    assert min(map(int, re.findall(r"font-size:(\d+)px", STYLE))) >= 11


def boxes(element: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    found = []
    for part in element.iter():
        if part.tag.endswith("rect"):
            x, y, w, h = (float(part.attrib[name]) for name in ("x", "y", "width", "height"))
            found.append((x, y, x + w, y + h))
    return found or [(0.0, 0.0, 0.0, 0.0)]


def test_producers_stand_above_consumers() -> None:
    """As in the timeline below, whatever the order in which they were started."""
    handed_over = film(
        did(1, "parent", "start", number=1, what="eats"),
        did(2, "parent", "start", number=2, what="cooks"),
        did(10, "cooks", "put", "box", 1, "'a'"),
        did(12, "eats", "receive", "box", 1, "'a'"),
        *block_end(20, "eats", "cooks"),
        children=("eats", "cooks"),
        box="queue",
    )
    assert handed_over.children == ["cooks", "eats"]


def is_card(box: tuple[float, float, float, float]) -> bool:
    return box[3] - box[1] >= 48


def test_a_text_is_cut_to_its_room() -> None:
    assert fitted("short", 200) == "short"
    assert fitted("a rather long sentence", 60).endswith("…")
    assert len(fitted("a rather long sentence", 60)) < 12


@pytest.mark.parametrize(
    ("what", "short"),
    [
        ("'A1........'", "'A1…'"),
        ("'xxxxxxxxxxxxx'", "'x…'"),
        (r"b'\x00\x00\x00\x00\x00\x00'", r"b'\x00…'"),
        ("1000000", "1000000"),
        (Call("__setitem__", ("'a, b'", "1")), "['a, b'] = 1"),
        (Call("__getitem__", ("<slice>",)), "[:]"),
        (Call("append", ("3",)), "append(3)"),
        (Call("__delitem__", ("0",)), "del [0]"),
        (Call("wait", ("None",)), "wait()"),
    ],
)
def test_messages_are_shortened(what: str | Call, short: str) -> None:
    assert brief(str(what), what if isinstance(what, Call) else None) == short


# ---- real blocks -------------------------------------------------------------------------------


def conversation(method: str) -> Any:
    with observe(method) as mp:
        ours, theirs = mp.Pipe()
        child = mp.Process(target=pipes.mended_child, args=(theirs,))
        child.start()
        ours.recv()
        ours.send("Hi child!")
        child.join()
    return mp


def numbers(method: str) -> Any:
    with observe(method) as mp:
        box = mp.Queue()
        for n in range(3):
            mp.Process(target=queues.put_next, args=(box, n)).start()
        assert sorted(box.get() for _ in range(3)) == [1, 2, 3]
    return mp


def shared(method: str) -> Any:
    with observe(method) as mp, mp.Manager() as manager:
        results, names = manager.dict(), manager.list()
        child = mp.Process(target=managers.fill, args=(results, names, "a"))
        child.start()
        child.join()
        assert names[:] == ["a"]
    return mp


def stopped(method: str) -> Any:
    with observe(method) as mp:
        ours, theirs = mp.Pipe()
        child = mp.Process(target=memories.work_on, args=(theirs,))
        child.start()
        ours.recv()
        child.terminate()
        child.join()
    return mp


@per_method
@pytest.mark.parametrize("program", [conversation, numbers, shared, stopped])
def test_a_real_block_from_its_first_to_its_last_moment(program: Any, method: str) -> None:
    mp = program(method)
    real = Film(mp.trace)
    for n in range(len(real) + 1):
        drawn(stage(real, n, WIDTHS))
    last = len(real)
    assert not any(real.at(last).waiting_in(channel) for channel in real.at(last).contents)
    ends = {real.doing(lane, last).state for lane in range(len(real.members))}
    assert ends == ({"ended", "killed"} if program is stopped else {"ended"})
    assert {real.doing(lane, 0).state for lane in range(1, len(real.members))} == {
        "not started yet"
    }
    drawn(strip(real, "x"))


def test_twenty_frames_a_second_at_500_events() -> None:
    """Each frame as the player makes it; ours is 200 times as fast, the bound is generous."""
    with observe("spawn", deadline_s=30) as mp:
        box = mp.Queue()
        children = [
            mp.Process(target=queues.put_series, args=(box, name, 40)) for name in ("a", "b", "c")
        ]
        for child in children:
            child.start()
        for _ in range(120):
            box.get()
    player = replay(mp)
    assert len(player.film) > 350
    frames = range(0, len(player.film), 7)
    began = time.process_time()
    for n in frames:
        player.go_to(n)
    per_frame = (time.process_time() - began) / len(frames)
    assert per_frame < 1 / 20, f"{1 / per_frame:.0f} frames a second"


# ---- the player --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def player() -> Any:
    return replay(conversation("spawn"))


def test_stepping(player: Any) -> None:
    player.go_to(0)
    player.back_button.click()
    assert player.slider.value == 0
    for _ in range(3):
        player.forward_button.click()
    assert player.slider.value == 3
    assert f"Step 3 of {len(player.film)}" in player._said.value
    assert escape(player.film.steps[2].text) in player._said.value
    player.go_to(10**6)
    assert player.slider.value == len(player.film)
    player.forward_button.click()
    assert player.slider.value == len(player.film)
    assert "response: Hi child!" in player._output.value
    player.slider.value = 1
    assert "(nothing yet)" in player._output.value


def test_the_source_line_of_the_step(player: Any) -> None:
    sends = [n for n, s in enumerate(player.film.steps, 1) if s.text.startswith("child-1 sends")]
    player.go_to(sends[0])
    assert "<code>conn.send(" in player._said.value and "in mended_child" in player._said.value


def test_the_slider_says_its_value(player: Any) -> None:
    """A screen reader reads what happened, not a number."""
    player.go_to(3)
    step = player.film.steps[2].text
    spoken = f'data-value="Step 3 of {len(player.film)}, '
    assert spoken in player._said.value and "aria-valuetext" in player._said.value
    assert player._said.value.partition(spoken)[2].partition('"')[0].endswith(escape(step))


def test_play_and_pause(player: Any) -> None:
    threads = threading.active_count()
    player.go_to(len(player.film))
    player.play_button.click()
    assert (player._ticks.playing, player.play_button.description) == (True, "Pause")
    assert player.slider.value == 0, "it starts again"
    player._ticks.value = 2  # as the browser's clock does
    assert player.slider.value == 2
    player.play_button.click()
    assert (player._ticks.playing, player.play_button.description) == (False, "Play")
    player.play_button.click()
    player.forward_button.click()
    assert not player._ticks.playing and player.slider.value == 3
    player.speed.value = 50
    assert player._ticks.interval == 50
    assert threading.active_count() == threads, "nothing runs in the kernel"


def test_everything_has_a_name(player: Any) -> None:
    for button in (player.back_button, player.play_button, player.forward_button):
        assert button.description
    for control in (player.slider, player.speed):
        assert control.description and control.style.description_width == "initial"


def test_without_widgets_it_is_a_picture_and_a_text(
    player: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(widget, "display", lambda data, raw: shown.append(data))
    player._ipython_display_()
    [still, panel] = [data.get("text/html", "") for data in shown]
    assert "step by step" in still and "<figure" in still and not panel
    assert "application/vnd.jupyter.widget-view+json" in shown[1]
    assert repr(player) == str(player.mp.describe())


def test_a_block_in_which_nothing_happens() -> None:
    with observe("spawn") as mp:
        pass
    player = replay(mp)
    player.forward_button.click()
    player.play_button.click()
    assert player.slider.value == 0
    drawn(player._stage.value)
