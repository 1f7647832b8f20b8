"""An account as plain, frozen records: what a trace keeps of it."""

from __future__ import annotations

from mpscope._diagnosis.pools import recognise
from mpscope._diagnosis.waitgraph import Account
from mpscope._trace.waiting import WaitGraph


def wait_graph(account: Account) -> WaitGraph:
    """Who waited for whom when the account was taken."""
    patterns = tuple(recognise(account))
    return WaitGraph(
        standings=account.standings,
        outlooks={s.label: account.outlook(s) for s in account.waiting()},
        cycle=tuple(account.cycle),
        others=tuple(account.others),
        patterns=patterns,
        words=(*account.lines(), *map(str, patterns)),
        time_ns=account.time_ns,
    )
