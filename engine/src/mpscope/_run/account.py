"""Who waits for whom in a program, with the last lines that each of its processes printed."""

from __future__ import annotations

from mpscope._diagnosis import words
from mpscope._diagnosis.patterns import recognise
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import circle, listed
from mpscope._render.transcript import SIGNS
from mpscope.errors import DeadlineExceeded, Deadlock, IpcError

LAST, MOST = 5, 12  # lines of each process, and of all

NOW = "where every process stands now:"
INTERRUPTED = "Ctrl-C. When it came,"


def why_stopped(verdict: IpcError, deadline_s: float | None) -> str:
    """The first line of the account of a program that had to be stopped."""
    if isinstance(verdict, Deadlock):
        return "every process waits, and none of these waits can end, so the program was stopped:"
    if isinstance(verdict, DeadlineExceeded):
        return f"the program did not end within {deadline_s:g} s and was stopped. When time was up,"
    return "the parent waits, and nobody is left who could end that, so the program was stopped:"


def tell(first: str, account: Account) -> str:
    """A line for each process, who could end its wait, the cycle, what that is known as."""
    told = [f"mpscope: {first}", *account.lines()]
    if len(account.cycle) > 1:
        told.append(f"They wait in a circle: {circle(account.cycle)}.")
    told += [str(pattern) for pattern in recognise(account)]
    ages = [(s.label, account.time_ns - s.wait.began_ns) for s in account.waiting() if s.wait]
    if ages:
        waited = listed([f"{label} for {age / 1e9:.1f} s" for label, age in ages])
        told.append(f"They had waited: {waited}.")
    return "\n".join([*told, *last_lines(account), ""])


def last_lines(account: Account) -> list[str]:
    """What each process printed last, through `print`, `sys.stdout` or `sys.stderr`."""
    said = {
        label: [f"{label} {SIGNS[stream]} {line}".rstrip() for _, stream, line in log.lines()]
        for label, log in account.logs.items()
    }
    told = words.last_lines(said, LAST, MOST)
    return ["Printed last:", *(f"  {line}" for line in told)] if told else []
