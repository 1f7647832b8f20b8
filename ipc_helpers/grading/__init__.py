"""Exercises: `check`, `hint`, `solution`, `predict` and `progress`.

    kernel                                       a process of its own, per check
    ──────                                       ───────────────────────────────
    api.check(id) ─▶ answer ─▶ sandbox ────────▶ runner: grader.stage() under observe(),
                                  ▲                      method by method, input by input
    Verdict ◀─ words ◀─ catalogue └── a report ◀─ grader.examine(run) ─▶ a finding
       └ text, timeline of the failing run

What a learner writes never runs in the kernel: there it could end it, flood it, or hold it up.
"""
