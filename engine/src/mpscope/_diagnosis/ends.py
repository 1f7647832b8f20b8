"""Ends of pipes and queues: who holds them, closes them, or was never given one.

parent    a ─▶ Process(args=(b,)) ─▶ a.close()? ─▶ b.recv(): EOFError only when nobody holds a
child-1   b, and under fork a copy of a
"""

from collections.abc import Iterator

from mpscope._diagnosis.evidence import stuck, waits
from mpscope._diagnosis.made_anew import made_anew
from mpscope._diagnosis.readers import sentinel_too_few
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import names, verb
from mpscope._recording.polls import OFTEN
from mpscope._recording.records import EVERYTHING
from mpscope._trace.kinds import ChannelKind
from mpscope._trace.waiting import WELL, Pattern, Waiting


def _needed(wait: Waiting) -> str:
    """What somebody else would need to end a wait: the other end of a pipe, the queue."""
    channel = wait.channel
    if channel is not None and channel.ends is not None:
        return channel.ends[wait.operation in ("send", "put")]
    return (channel and channel.of) or wait.target


def never_started(account: Account) -> Iterator[Pattern]:
    for standing, wait in stuck(account, "receive", "send", "put", "wake", "acquire"):
        name = _needed(wait)
        if names_of := account.given_in_vain.get(name):
            was = verb(names_of, "was")
            yield Pattern(
                "a process that was never started",
                f"{standing.label} {wait.does}, and {names(names_of)}, which {was} given {name}, "
                f"{was} never started",
                "Call start(), which has another process call run(), before you wait.",
            )


def both_ends_send(account: Account) -> Iterator[Pattern]:
    sending = {wait.target: standing.label for standing, wait in waits(account, "send")}
    for channel, label in sending.items():
        here, there = account.tally.ends(channel) or ("", "")
        other = next(
            (who for name, who in sending.items() if account.tally.ends(name) == (there, here)), ""
        )
        if other and other != label:
            yield Pattern(
                "both ends send",
                f"{label} sends through {here} and {other} through {there}, and neither receives",
                "A pipe holds only so many bytes, and then send() waits for a reader: "
                "let one side receive before it sends.",
            )


def no_end_of_file(account: Account) -> Iterator[Pattern]:
    tally = account.tally
    if any(sentinel_too_few(account)):
        return  # who waits for None does not wait for the end
    for standing, wait in stuck(account, "receive"):
        if not (ends := tally.ends(wait.target)):
            continue
        end, receiver = ends
        closed = tally.did("close", wait.target)
        sent = tally.did("send", wait.target) - {standing.label}
        joins = waits(account, "join")
        waiting = {other.label for other, join in joins if join.target == standing.label}
        done = closed | tally.ended | (sent & waiting)
        writers = (sent | tally.given[end]) - {standing.label}
        if not (writers or closed) or not writers <= done:
            continue
        if not all(account.ends.get(who, WELL).well for who in writers):
            continue  # it failed before it had said all: that is another story
        maker = tally.makers.get(end)
        holder = maker if maker and maker not in closed | tally.ended else standing.label
        finished = account.tally.in_order(writers or closed)
        yield Pattern(
            "an end of file that cannot come",
            f"{names(finished)} {verb(finished, 'sends')} no more, but {holder} "
            f"{'itself ' if holder == standing.label else ''}still holds {end}, and as long as "
            f"anybody does, {receiver}.recv() waits",
            f"Close it where it is not needed (any more): {end}.close()"
            + ("." if holder == maker else " in a forked child, too, which inherits a copy."),
        )


def nobody_else_has_it(account: Account) -> Iterator[Pattern]:
    tally = account.tally
    heirs = tally.given[EVERYTHING]
    for standing, wait in waits(account, "receive", "wake", "send", "put"):
        if wait.channel is None or wait.channel.kind is ChannelKind.BARRIER:
            continue
        end = _needed(wait)
        others = tally.can_reach(wait.target) | tally.can_reach(end)
        others -= {standing.label}
        if others or "" in heirs or end in account.given_in_vain or any(made_anew(account)):
            continue
        here = f"{standing.label} {wait.does}, and "
        cure = f"ass it on: Process(target=..., args=({end},))."
        if heirs:
            here += f"{end} was among the arguments of no process, and none has used it"
            yield Pattern("nobody uses the other end", here, f"If one is meant to, p{cure}")
        here += f"no other process was ever given {end}"
        yield Pattern("nobody holds the other end", here, f"P{cure}")


def reads_on_after_the_end(account: Account) -> Iterator[Pattern]:
    """A loop that takes the end of a pipe's messages for one that failed, and asks again."""
    tally = account.tally
    for name in tally.channels:
        ends = tally.ends(name)
        for who in tally.in_order(tally.did("eof", name) - tally.ended) if ends else ():
            wait = account.standings[who].wait if who in account.standings else None
            if wait is not None and wait.target != name:
                continue  # it has left that loop
            if ends and (count := tally.count("eof", name, who)) >= OFTEN:
                yield Pattern(
                    "reading on after the end",
                    f"{who} has called {ends[1]}.recv() {count} times after its last message, and "
                    "got EOFError each time: nobody is left who could send one",
                    "After EOFError leave the loop, or take that end out of what you wait for.",
                )
