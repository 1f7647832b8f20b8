"""Labs: a small experiment for each lesson, in a panel with live pictures.

What is one lesson's own stands beside it, in `notebooks/labs`: what may be set, the experiment, and
what a run has shown. Its modules are found as if they were here, `ipc_helpers.labs.queue`.

    from ipc_helpers import queue_lab

    lab = queue_lab()
    lab                                  # in a notebook: the panel
    lab.run_now(producers=2)             # from code: waits, and returns what was seen
    replay(lab.mp)                       # the last run, step by step

    controls ─▶ Panel ─▶ Run (two threads) ─▶ observe(): the experiment   (notebooks/labs)
                  ▲            └─ 10 times a second: logs ─▶ trace ─▶ strip(): the picture
                  └── sentence, facts, error ◀── look(): what was just seen

A run has a block of `observe()` of its own, so it has a deadline, and leaves nothing behind.

CSS classes, for tests and styles: ipc-lab (and ipc-lab-queue, ...) around all; inside it ipc-run,
ipc-stop, ipc-reset (buttons), ipc-status, ipc-picture, ipc-seen, ipc-details, and for each control
ipc-set-NAME (NAME is the name that `run_now` takes, with - for _).
The status element carries data-state: ready, running, done, stopped, refused or failed.
"""

from pathlib import Path

__path__.append(str(Path(__file__).resolve().parents[2] / "notebooks" / "labs"))
