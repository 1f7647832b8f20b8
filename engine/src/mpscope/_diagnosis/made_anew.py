"""What each child has made anew, because it imports the program: a lock, a queue at a file's top.

parent   lock = Lock() ──────────────────────── with lock: ...
child-1         imports the program: lock = Lock(), another one ── with lock: ...

Under fork it is one and the same; under spawn and forkserver it keeps nobody from anything.
"""

from collections.abc import Iterator, Sequence

from mpscope._diagnosis.evidence import stuck
from mpscope._diagnosis.waitgraph import Account
from mpscope._diagnosis.words import names
from mpscope._recording.library import STANDARD
from mpscope._recording.naming import SERVER_OWNS
from mpscope._trace.logs import ProcessLog
from mpscope._trace.waiting import Pattern

_WHY = "a child of spawn or forkserver imports the program anew, and so runs the line that makes it"
_CURE = (
    "Make it below `if __name__ == '__main__':`, and pass it on: Process(target=..., args=({},))"
)


def remarks_on_made_anew(logs: Sequence[ProcessLog]) -> Iterator[str]:
    """A sentence for each thing that is used as if it were one, and is several."""
    parent = logs[0]
    for name, children in _made_anew(logs).items():
        shared = all(f"{SERVER_OWNS}{name}" in log.channels.values() for log in children)
        if name in parent.channels.values() or (len(children) > 1 and not shared):
            yield f"{_several(name, children)}. {_CURE.format(name)}"


def made_anew(account: Account) -> Iterator[Pattern]:
    """Somebody waits for one of them, and nobody else has just that one."""
    found = _made_anew(list(account.logs.values()))
    for standing, wait in stuck(account, "receive", "send", "put", "wake", "acquire"):
        name = wait.target.rpartition(":")[2]
        if name in found:
            yield Pattern(
                "made anew in each child",
                f"{standing.label} {wait.does}, and {_several(name, found[name])}",
                f"{_CURE.format(name)}.",
            )


def _several(name: str, children: Sequence[ProcessLog]) -> str:
    labels = names(log.label for log in children)
    return f"{name} is not one, but several: {labels} used another than the parent's: {_WHY}"


def _made_anew(logs: Sequence[ProcessLog]) -> dict[str, list[ProcessLog]]:
    """What the parent has made, and children, in its place, used another one of that name."""
    found: dict[str, list[ProcessLog]] = {}
    for log in logs[1:]:
        numbers = {name: number for number, name in log.channels.items()}
        for name in logs[0].made:
            own, servers = f"{log.label}:{name}", f"{SERVER_OWNS}{name}"
            number = numbers.get(own if own in log.made_early else servers)
            if number is not None and _uses(log, number):
                found.setdefault(name, []).append(log)
    return found


def _uses(log: ProcessLog, number: int) -> bool:
    """True if it was used, and by the program itself, not by a library for itself."""
    for record in log.records():
        if record[5] == number:
            file, _ = log.sources.get(record[6], ("", 0))
            return not file.startswith(STANDARD) and "site-packages" not in file
    return False
