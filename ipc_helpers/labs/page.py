"""What a lab's panel is made of, and how it shows a run: while it goes on, and at its end.

Run and Stop are one button: so the keyboard's focus is where it is needed, before and after a run,
and never taken away from somebody who has gone on to another cell meanwhile.
"""

from __future__ import annotations

import time
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ipc_helpers.labs.controls import Fields, has_class
from ipc_helpers.labs.run import Run, in_plain_words
from ipc_helpers.labs.seen import Seen, printed, waits
from ipc_helpers.words import said
from mpscope import live_region, page_style, strip, transcript
from mpscope.errors import IpcError

STYLE = Path(__file__).with_name("panel.css").read_text(encoding="utf-8")
WHILE_RUNNING = (840, 480)  # pixels: widths that are drawn many times a second


class Page(widgets.VBox):
    """Title and question, controls, buttons, status, picture, what was seen, and its details."""

    def __init__(self, name: str, title: str, question: str, fields: Fields) -> None:
        self._fields = fields
        self._shown: dict[str, Any] = {}  # the settings of the run whose result is on show
        style = f"{page_style()}<style>{STYLE}</style>"
        self._head = _html("ipc-head", f"{style}<h3>{title}</h3><p>{question}</p>")
        self._status, self._clock = _html("ipc-status"), _html("ipc-clock")
        self._picture = _html("ipc-picture")
        self._seen, self._details = _html("ipc-seen"), _html("ipc-details")
        self.run_button, self.reset_button = _button(), _button()
        _name(self.reset_button, said("lab.reset"), "undo", "ipc-reset")
        controls = widgets.Box(list(fields.widgets.values())).add_class("ipc-controls")
        has_class(controls, "ipc-long", fields.are_long())
        row = widgets.Layout(flex_flow="row wrap", align_items="center")
        buttons = widgets.HBox([self.run_button, self.reset_button], layout=row)
        told = widgets.HBox([self._status, self._clock], layout=row)
        parts = [self._head, controls, buttons.add_class("ipc-buttons"), told]
        super().__init__([*parts, self._picture, self._seen, self._details])
        self.add_class("mp-panel").add_class("ipc-lab").add_class(f"ipc-lab-{name}")
        self._clear()
        self._rest(False)
        self._say("ready", said("lab.ready"))

    def _say(self, state: str, words: str) -> None:
        """The status, which is read aloud: so the clock, which goes on and on, is beside it."""
        self._state = state
        lines = "<br>".join(escape(line) for line in words.splitlines())
        self._status.value = f'{live_region()}<p data-state="{state}">{lines}</p>'
        self._clock.value = ""

    def _clear(self) -> None:
        nothing = f'<div class="ipc-nothing">{escape(said("lab.nothing_yet"))}</div>'
        self._picture.value, self._shown = nothing, {}
        self._seen.value, self._details.value = live_region(), ""
        self._grey_if_old()

    def _rest(self, running: bool) -> None:
        """While it runs: the controls rest, and the button stops."""
        self._fields.rest(running)
        if running:
            _name(self.run_button, said("lab.stop"), "stop", "ipc-stop", "danger")
        else:
            _name(self.run_button, said("lab.run"), "play", "ipc-run", "primary")

    def _grey_if_old(self) -> bool:
        """Whether what is on show belongs to other settings than these; it is grey then."""
        is_old = bool(self._shown) and self._fields.settings() != self._shown
        has_class(self, "ipc-old", is_old)
        return is_old

    def _draw(self, run: Run) -> None:
        """The picture so far; the folder of the block may vanish while it is read."""
        if run.waits:
            self._say("waiting", said("lab.its_turn"))
            return
        if self._state == "waiting":
            self._say("running", said("lab.running"))
        self._clock.value = said("lab.clock", seconds=time.monotonic() - run.began)
        if run.mp is None:
            return
        try:
            label = said("lab.so_far", count=len(run.trace.processes))
            self._picture.value = strip(run.trace, label, WHILE_RUNNING, time.monotonic_ns())
        except (OSError, KeyError, IndexError, ValueError, IpcError):
            return  # the next picture will do

    def _show(self, run: Run, seen: Seen | None) -> None:
        """The last picture, what was seen, and how it ended."""
        if run.mp is None and run.stopped:
            return self._say("stopped", said("lab.not_begun"))
        if not run.has_ended:
            nothing = RuntimeError(said("lab.nothing_run"))
            return self._say("failed", in_plain_words(run.error or nothing))
        self._picture.value = strip(run.trace)
        lines = str(transcript(run.trace))
        if seen is None:
            self._details.value = waits(run) + printed(lines, ())
            return self._say("stopped", said("lab.stopped", seconds=run.took_s))
        self._seen.value = f"{live_region()}<p>{escape(seen.sentence)}</p>"
        told = seen.table + seen.listed
        self._details.value = told + waits(run) + printed(lines, seen.facts)
        if run.failed:
            return self._say("failed", in_plain_words(run.failed))
        how = "hung" if run.error else "done"
        self._say(how, said(f"lab.{how}", seconds=run.took_s))


def _button() -> widgets.Button:
    return widgets.Button(layout=widgets.Layout(width="auto"))


def _name(button: widgets.Button, words: str, icon: str, css_class: str, look: str = "") -> None:
    button.description, button.icon, button.tooltip = words, icon, words
    button.button_style = look
    button._dom_classes = (css_class,)


def _html(css_class: str, value: str = "") -> widgets.HTML:
    return widgets.HTML(value, layout=widgets.Layout(width="auto")).add_class(css_class)
