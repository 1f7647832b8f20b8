"""Events: who did what on which channel, and which receive belongs to which send, exactly."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from typing import Any

import observed_workers as workers
import pytest
from observing import as_in_a_notebook, per_method  # noqa: F401

from mpscope import observe
from mpscope._recording import recorder
from mpscope._recording.records import KINDS
from mpscope._recording.wire import describe
from mpscope._trace.events import Event


def run(mp: Any, target: Any, *args: Any, **options: Any) -> Any:
    child = mp.Process(target=target, args=args, **options)
    child.start()
    return child


def of(events: list[Event], *kinds: str, **fields: Any) -> list[Event]:
    """The events of some kinds that have these values."""
    return [
        event
        for event in events
        if event.kind in kinds and all(getattr(event, k) == v for k, v in fields.items())
    ]


def story(events: list[Event], *kinds: str) -> list[tuple[str, ...]]:
    return [(e.process, e.kind, e.channel, str(e.number), e.what) for e in of(events, *kinds)]


def check_order(events: list[Event], channel: str) -> None:
    """Sends are numbered 1, 2, ...; a receive has its send's number and follows its beginning."""
    sends = {event.number: event for event in of(events, "send", channel=channel)}
    assert sorted(sends) == list(range(1, len(sends) + 1))
    receives = of(events, "receive", channel=channel)
    assert len({event.number for event in receives}) == len(receives)
    for receive in receives:
        send = sends[receive.number]
        assert send.began_ns <= receive.time_ns
        assert (send.what, send.size) == (receive.what, receive.size)


# --- what an event is ---


@per_method
def test_events_are_frozen_records_in_time_order(method: str) -> None:
    before = time.monotonic_ns()
    with observe(method) as mp:
        numbers = mp.Queue()
        child = run(mp, workers.put, numbers, 7)
        numbers.get()
        child.join()
        inside = mp.events
    after = time.monotonic_ns()
    assert {event.kind for event in inside} <= {event.kind for event in mp.events}
    for event in mp.events:
        assert isinstance(event, Event) and isinstance(event, tuple)
        with pytest.raises(AttributeError):
            event.kind = "other"
        assert before <= event.began_ns <= event.time_ns <= after
        assert event.kind in KINDS[1:]
        assert isinstance(event.number, int) and isinstance(event.size, int)
        assert all(isinstance(event[i], str) for i in (1, 2, 3, 5, 6))
    times = [event.time_ns for event in mp.events]
    assert times == sorted(times)
    assert all(Event.__doc__ and getattr(Event, field).__doc__ for field in Event._fields)


@per_method
def test_a_life(method: str) -> None:
    with observe(method) as mp:
        run(mp, workers.print_lines, "one", "two").join()
        child = run(mp, workers.leave_at_once, 3, name="worker")
        child.join()
        child.close()  # forgets its exit code; the record does not
        run(mp, workers.fail, "so it goes").join()
        run(mp, workers.kill_myself)
    kinds = "start", "end", "exit", "exception", "print", "error"
    found = story([e for e in mp.events if e.process in ("parent", "worker")], *kinds)
    assert sorted(found) == [
        ("parent", "exit", "", "-9", "child-4"),
        ("parent", "exit", "", "0", "child-1"),
        ("parent", "exit", "", "1", "child-3"),
        ("parent", "exit", "", "3", "worker"),
        ("parent", "start", "", "1", "child-1"),
        ("parent", "start", "", "2", "worker"),
        ("parent", "start", "", "3", "child-3"),
        ("parent", "start", "", "4", "child-4"),
        ("worker", "print", "", "0", "last words"),
    ]
    exits = of(mp.events, "exit", what="worker")
    assert exits[0].time_ns < of(mp.events, "start", what="child-3")[0].time_ns
    assert story(of(mp.events, *kinds, process="child-1"), *kinds) == [
        ("child-1", "print", "", "0", "one"),
        ("child-1", "print", "", "0", "two"),
        ("child-1", "end", "", "0", ""),
    ]
    (failed,) = of(mp.events, "exception")
    assert (failed.process, failed.what) == ("child-3", "ValueError: so it goes")
    assert of(mp.events, "error", process="child-3")[-1].what == "ValueError: so it goes"
    joins = of(mp.events, "join")
    assert [join.channel for join in joins] == ["child-1", "worker", "child-3"]
    assert all(join.where.startswith("test_events.py, line ") for join in joins)


@per_method
def test_events_know_their_line(method: str) -> None:
    with observe(method) as mp:
        numbers = mp.Queue()
        run(mp, workers.put, numbers, 1)
        numbers.get()
    assert of(mp.events, "put")[0].where.endswith(" in put")
    assert of(mp.events, "put")[0].where.startswith("observed_workers.py, line ")
    assert of(mp.events, "receive")[0].where.endswith("in test_events_know_their_line")


@per_method
def test_channels_have_the_names_of_their_variables(method: str) -> None:
    with observe(method) as mp:
        numbers = mp.Queue()
        left, right = mp.Pipe()
        many = [mp.SimpleQueue() for _ in range(2)]
        gate = mp.Lock()
        left.send(1)
        right.recv()
        for channel in [numbers, *many]:
            channel.put(1)
            channel.get()
        with gate:
            numbers = mp.Queue()  # another of the same name
        one, two = mp.SimpleQueue(), mp.SimpleQueue()
        nested, (first, *_) = 1, [mp.SimpleQueue(), 2]
        for channel in [numbers, one, two, first, mp.SimpleQueue()]:
            channel.put(2)
            channel.get()
        assert nested
    found = {event.channel for event in of(mp.events, "send", "acquire")}
    expected = {"numbers", "left → right", "many", "many-2", "gate", "numbers-2"}
    assert found == expected | {"one", "two", "queue-1", "queue-2"}


# --- which receive belongs to which send ---


@per_method
def test_a_pipe_has_two_directions(method: str) -> None:
    with observe(method) as mp:
        here, there = mp.Pipe()
        here.send("ping")
        there.send_bytes(b"pong")
        assert (there.recv(), here.recv_bytes()) == ("ping", b"pong")
        here.close()
        with pytest.raises(EOFError):
            there.recv()
        with pytest.raises(BrokenPipeError):
            there.send(1)
    assert sorted(story(mp.events, "send", "receive", "eof", "broken")) == [
        ("parent", "broken", "there → here", "0", "1"),
        ("parent", "eof", "here → there", "0", ""),
        ("parent", "receive", "here → there", "1", "'ping'"),
        ("parent", "receive", "there → here", "1", "b'pong'"),
        ("parent", "send", "here → there", "1", "'ping'"),
        ("parent", "send", "there → here", "1", "b'pong'"),
    ]


@per_method
@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue", "JoinableQueue"])
def test_many_producers_and_consumers_of_one_queue(kind: str, method: str) -> None:
    producers, consumers, each = 3, 2, 60
    with observe(method, deadline_s=20) as mp:
        numbers, names = getattr(mp, kind)(), mp.Queue()
        for n in range(producers):
            run(mp, workers.put_range, numbers, n * 1000, n * 1000 + each, name=f"producer-{n}")
        share = producers * each // consumers
        for n in range(consumers):
            run(mp, workers.take, numbers, names, share, name=f"consumer-{n}")
        assert sorted(names.get() for _ in range(consumers)) == ["consumer-0", "consumer-1"]
    check_order(mp.events, "numbers")
    receives = of(mp.events, "receive", channel="numbers")
    assert len(receives) == producers * each
    assert Counter(event.process for event in receives) == {"consumer-0": 90, "consumer-1": 90}
    for send in of(mp.events, "send", channel="numbers"):
        assert send.process == f"producer-{int(send.what) // 1000}", "the value tells the sender"
    by_producer = defaultdict(list)
    for receive in sorted(receives, key=lambda event: event.number):
        by_producer[int(receive.what) // 1000].append(int(receive.what) % 1000)
    assert all(values == list(range(each)) for values in by_producer.values())


@per_method
@pytest.mark.parametrize("kind", ["Queue", "SimpleQueue"])
def test_the_same_message_from_many(kind: str, method: str) -> None:
    """Nothing in the message tells who sent it: only the order of the channel does."""
    each, producers = 40, 3
    with observe(method, deadline_s=20) as mp:
        items, tokens = getattr(mp, kind)(), mp.Queue()
        for n in range(producers):
            run(mp, workers.put_same, items, "same", each, name=f"producer-{n}")
        for _ in range(producers * each):
            items.get()
        tokens.put("done")
    check_order(mp.events, "items")
    sends = sorted(of(mp.events, "send", channel="items"), key=lambda event: event.number)
    counts = Counter(send.process for send in sends)
    assert counts == {f"producer-{n}": each for n in range(producers)}


@per_method
def test_put_send_and_receive_of_a_queue_have_one_number(method: str) -> None:
    with observe(method) as mp:
        numbers = mp.Queue()
        child = run(mp, workers.put, numbers, "a", "b")
        child.join()
        numbers.put("c")
        assert [numbers.get() for _ in range(3)] == ["a", "b", "c"]
    for kind in ("put", "send", "receive"):
        found = [(e.number, e.what) for e in of(mp.events, kind, channel="numbers")]
        assert found == [(1, "'a'"), (2, "'b'"), (3, "'c'")]


@per_method
def test_two_processes_write_to_one_end_by_turns(method: str) -> None:
    with observe(method, deadline_s=20) as mp:
        reader, writer = mp.Pipe(duplex=False)
        children = [run(mp, workers.say_range, writer, n, 30) for n in range(2)]
        for child in children:
            child.join()
        mine = [reader.recv() for _ in range(60)]
    check_order(mp.events, "writer → reader")
    receives = of(mp.events, "receive", channel="writer → reader")
    assert [event.what for event in receives] == [f"({name}, {n})" for name, n in mine]
    for send in of(mp.events, "send"):
        assert send.what.startswith(f"({int(send.process[-1]) - 1},"), "its own sender"


@per_method
def test_messages_that_differ_in_their_middle(method: str) -> None:
    """Two writers without a lock, messages of one size that begin alike."""
    with observe(method, deadline_s=20) as mp:
        reader, writer = mp.Pipe(duplex=False)
        children = [run(mp, workers.say_alike, writer, n, 25) for n in range(2)]
        order = [reader.recv_bytes()[500] for _ in range(50)]
        for child in children:
            child.join()
    numbered = {e.number: e.process for e in of(mp.events, "send", channel="writer → reader")}
    receives = of(mp.events, "receive", channel="writer → reader")
    told = [numbered[receive.number] for receive in receives]
    assert told == [f"child-{n + 1}" for n in order]


@per_method
def test_what_a_killed_child_did_is_there(method: str) -> None:
    with observe(method) as mp:
        simple, lock = mp.SimpleQueue(), mp.Lock()
        run(mp, workers.say_and_die, simple, lock).join()
        assert [simple.get(), simple.get()] == ["one", "two"]
    found = [e[2:4] + (e.number, e.what) for e in mp.events if e.process == "child-1"]
    assert found == [
        ("send", "simple", 1, "'one'"),
        ("wait", "lock", 0, ""),
        ("acquire", "lock", 0, ""),
        ("send", "simple", 2, "'two'"),
        ("print", "", 0, "about to die"),
        ("wait", "lock", 0, ""),
    ] or found == [("send", "simple", 1, "'one'")], found


@per_method
def test_a_dropped_message_has_no_number(method: str) -> None:
    with observe(method) as mp:
        numbers = mp.Queue()
        run(mp, workers.put_unpicklable, numbers)
        numbers.get(), numbers.get()
    check_order(mp.events, "numbers")
    assert [(e.number, e.what) for e in of(mp.events, "put")] == [
        (1, "'first'"),
        (0, "<Unpicklable>"),
        (2, "'last'"),
    ]
    assert [(e.process, e.what) for e in of(mp.events, "drop")] == [("child-1", "<Unpicklable>")]


# --- locks, proxies ---


@per_method
def test_a_lock_is_waited_for_acquired_and_released(method: str) -> None:
    with observe(method) as mp:
        lock, ready, go = mp.Lock(), mp.Event(), mp.Event()
        child = run(mp, workers.hold, lock, ready, go)
        ready.wait()
        assert not lock.acquire(timeout=0.01) and not lock.acquire(block=False)
        go.set()
        with lock:
            child.join()
    lock_kinds = "wait", "acquire", "release", "timeout"
    mine = of(mp.events, *lock_kinds, channel="lock", process="parent")
    assert [e.kind for e in mine] == "wait timeout wait timeout wait acquire release".split()
    theirs = of(mp.events, *lock_kinds, channel="lock", process="child-1")
    assert [e.kind for e in theirs] == "wait acquire release".split()
    assert theirs[-1].time_ns <= mine[-2].time_ns, "released before it is acquired by another"
    assert mine[1].time_ns - mine[1].began_ns >= 9_000_000
    events = "wait", "wake", "set"
    assert [e.kind for e in of(mp.events, *events, channel="go")] == ["wait", "set", "wake"]


@per_method
def test_holders_of_a_lock_never_overlap(method: str) -> None:
    with observe(method, deadline_s=20) as mp:
        total = mp.Value("i", 0)
        for child in [run(mp, workers.add_to_value, total, 40) for _ in range(3)]:
            child.join()
        assert total.value == 120
    held = 0
    for event in of(mp.events, "acquire", "release", channel="total"):
        held += 1 if event.kind == "acquire" else -1
        assert 0 <= held <= 2, "the lock of a Value is an RLock: taken twice by its holder"
    assert held == 0


@per_method
def test_waiting_for_a_condition_takes_as_long_as_it_takes(method: str) -> None:
    with observe(method) as mp:
        condition, state, answers = mp.Condition(), mp.RawValue("i", 0), mp.SimpleQueue()
        run(mp, workers.wait_condition, condition, state, answers)
        while not of(mp.events, "wait", process="child-1"):
            time.sleep(0.01)
        time.sleep(0.1)
        workers.notify(condition, state)
        answers.get()
    (wake,) = of(mp.events, "wake", channel="condition")
    (notify,) = of(mp.events, "notify", channel="condition")
    assert wake.process == "child-1" and notify.process == "parent"
    assert wake.time_ns - wake.began_ns >= 100_000_000
    assert wake.began_ns < notify.time_ns <= wake.time_ns


@per_method
def test_a_proxy_call_is_a_request_and_a_reply(method: str) -> None:
    with observe(method) as mp:
        with mp.Manager() as manager:
            items = manager.list([1, 2])
            items.append(3)
            assert sum(items) == 6
            run(mp, workers.fill, {}, items, 9, name="filler").join()
            with pytest.raises(IndexError):
                items[99]
    calls = of(mp.events, "request", channel="items")
    assert [(c.process, c.what) for c in calls] == [
        ("parent", "append(3)"),
        *[("parent", f"__getitem__({n})") for n in range(4)],
        ("filler", "append(9)"),
        ("parent", "__getitem__(99)"),
    ]
    assert [r.what for r in of(mp.events, "reply", channel="items")] == [c.what for c in calls]
    assert of(mp.events, "start")[0].what == "manager-1"


# --- floods and pests ---


@per_method
def test_a_flood_of_events_is_capped_with_a_note(method: str) -> None:
    with observe(method, deadline_s=20) as mp:
        flag = mp.Event()
        run(mp, workers.flood_events, flag, 5000, 2048)
        run(mp, workers.print_lines, "still whole")
    assert 2040 <= len(of(mp.events, "set")) <= 2048
    assert mp.transcript().splitlines() == [
        "child-1 ! [more than 2048 events; the rest is not kept]",
        "child-2 | still whole",
    ]


def test_a_full_disk_ends_the_recording_not_the_program(monkeypatch: Any) -> None:
    with observe("spawn") as mp:
        flag = mp.Event()

        def full(*args: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(recorder.os, "posix_fallocate", full)
        for _ in range(1500):
            flag.set()
        numbers = mp.SimpleQueue()
        numbers.put(1)
        assert numbers.get() == 1
    assert len(of(mp.events, "set")) == 1023
    assert mp.transcript() == "parent ! [no room for more events: No space left on device]"


class Pest:
    """Whatever is asked of it, it does harm."""

    def __repr__(self) -> str:
        raise RuntimeError("not for you")

    def __str__(self) -> str:
        time.sleep(60)
        return ""

    __len__ = __bytes__ = __eq__ = __format__ = __repr__  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise RuntimeError(name)

    def __reduce__(self) -> Any:
        return str, ()


class LongName(int):
    def __repr__(self) -> str:
        return "x" * (1 << 30)


def test_describe_runs_no_code_of_the_object() -> None:
    LongName.__qualname__ = LongName.__name__ = "N" * 10_000
    loop: list[Any] = [1]
    loop.append(loop)
    deep: Any = ()
    for _ in range(5000):
        deep = (deep,)
    wide = [[[list(range(9))] * 9] * 9] * 9
    messages = [
        *(Pest(), LongName(3), loop, deep, wide, 10**10_000, -(10**18), "s" * (1 << 28)),
        *(b"b" * (1 << 28), "\ud800" * 40, "漢" * 40, [Pest(), Pest()], Pest, float("nan"), True),
        *(None, (), [], {1: 2}, {3}, object(), type, len, memoryview(b"abc")),
    ]
    began = time.monotonic()
    for message in messages:
        shown = describe(message)
        assert type(shown) is bytes and len(shown) <= 32
        shown.decode()
    assert time.monotonic() - began < 1
    assert describe([1, [2, (3, "x")]]) == b"[1, [2, (3, 'x')]]"
    assert describe(Pest()) == b"<Pest>"


@per_method
def test_pests_pass_through_every_channel(method: str) -> None:
    with observe(method) as mp:
        here, there = mp.Pipe()
        for channel in (mp.Queue(), mp.SimpleQueue()):
            channel.put(Pest())
            assert channel.get() == ""
        here.send([Pest()])
        assert there.recv() == [""]
        with mp.Manager() as manager:
            items = manager.list()
            items.append(Pest())
            assert items[:] == [""]


def test_events_are_read_in_linear_time() -> None:
    def read(count: int) -> float:
        with observe("spawn", deadline_s=30) as mp:
            end, other = mp.Pipe()
            for _ in range(count):
                end.send_bytes(b"x" * random.randrange(9))
                other.recv_bytes()
        began = time.perf_counter()
        assert len(of(mp.events, "receive")) == count
        return (time.perf_counter() - began) / count

    read(100)
    small, large = (min(read(count) for _ in range(2)) for count in (2_000, 20_000))
    assert large < 4 * small, "per event"


def test_a_comprehension_is_told_as_the_function_that_it_stands_in() -> None:
    """Before Python 3.12 it is a function of its own, of which nobody knows where it stands."""
    with observe("spawn", deadline_s=20) as mp:
        box = mp.SimpleQueue()
        box.put(1)
        assert [[box.get() for _ in "a"] for _ in "b"] == [[1]]
    (came,) = of(mp.events, "receive")
    assert came.where.endswith("in test_a_comprehension_is_told_as_the_function_that_it_stands_in")
