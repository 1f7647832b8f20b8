"""An account as plain, frozen records: what a trace keeps of it."""

from __future__ import annotations

from mpscope._diagnosis.states import Standing
from mpscope._diagnosis.usage import main_wait
from mpscope._diagnosis.waitgraph import Account
from mpscope._trace.channels import channels_of
from mpscope._trace.kinds import Kind
from mpscope._trace.outcome import WaitGraph, Waiting


def wait_graph(account: Account) -> WaitGraph:
    """Who waited for whom when the account was taken."""
    channels = channels_of(account.logs.values())
    standings = account.standings.values()
    busy = tuple(standing.label for standing in standings if _is_busy(account, standing))
    return WaitGraph(
        waits={
            label: Waiting(
                process=label,
                operation=Kind(wait.kind),
                channel=channels.get(wait.channel),
                target=wait.channel,
                unblockers=wait.helpers,
                bounded=not wait.unbounded,
                where=standing.place,
                what=wait.what,
            )
            for label, standing in account.standings.items()
            if (wait := standing.wait) is not None
        },
        phrases={s.label: _phrase(s, s.label in busy) for s in standings},
        busy=busy,
        ended=tuple(standing.label for standing in standings if standing.ended),
        cycle=tuple(account.circle),
        others=tuple(account.others),
    )


def _is_busy(account: Account, standing: Standing) -> bool:
    log = account.logs.get(standing.label)
    at_rest = standing.wait is not None or standing.ended or standing.serves
    return not at_rest and log is not None and main_wait(log) is None


def _phrase(standing: Standing, busy: bool) -> str:
    """What a process does, without the place: that is the traceback's business."""
    if busy and standing.text != "is busy":
        return "runs"
    return standing.text.removesuffix(f" ({standing.place})")
