"""The panel that all labs share: controls, Run (then Stop), Reset, a live picture, a sentence.

A lab is a subclass with controls, an `experiment` (plain multiprocessing, run inside an observed
block) and `look`, which says what was just seen; its words, such as its title and its question,
are in the catalogue, under lab.NAME. No callback ever raises: errors appear in the panel.

Run and Stop are one button: so the keyboard's focus is where it is needed, before and after a run,
and never taken away from somebody who has gone on to another cell meanwhile.
"""

from __future__ import annotations

import atexit
import os
import time
import weakref
from collections.abc import Callable, Sequence
from html import escape
from multiprocessing import get_all_start_methods
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from ipc_helpers.labs.controls import Choice, Control, Fields, has_class
from ipc_helpers.labs.run import Run, in_plain_words
from ipc_helpers.labs.seen import PANEL_STYLE, Result, Seen, pictured, printed, waits
from ipc_helpers.words import said
from mpscope import Ending, Observation, live_region, still, strip
from mpscope.errors import IpcError, WrongUse

WHILE_RUNNING = (840, 480)  # pixels: widths that are drawn many times a second


class Lab(widgets.VBox):
    """Base of the labs; see the module's docstring."""

    name = "lab"
    deadline_s = 5.0
    run_class = Run

    def __init__(self) -> None:
        self.title, self.question = self.says("title"), self.says("question")
        self._run: Run | None = None
        self._shown: dict[str, Any] = {}  # the settings of the run whose result is on show
        self._fields = Fields([*self.controls(), _method()], self._words)
        self._head = _html("ipc-head", f"{PANEL_STYLE}<h3>{self.title}</h3><p>{self.question}</p>")
        self._status, self._clock = _html("ipc-status"), _html("ipc-clock")
        self._picture = _html("ipc-picture")
        self._seen, self._details = _html("ipc-seen"), _html("ipc-details")
        self.run_button = self._button(self.toggle)
        self.reset_button = self._button(self.reset)
        _name(self.reset_button, said("lab.reset"), "undo", "ipc-reset")
        controls = widgets.Box(list(self._fields.widgets.values()))
        controls.add_class("ipc-controls")
        has_class(controls, "ipc-long", self._fields.are_long())
        buttons = widgets.HBox(
            [self.run_button, self.reset_button],
            layout=widgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        buttons.add_class("ipc-buttons")
        told = widgets.HBox([self._status, self._clock], layout=buttons.layout)
        parts = [self._head, controls, buttons, told, self._picture, self._seen, self._details]
        super().__init__(parts)
        self._view_count = 0  # asks the page to count, see `_viewed`
        self.observe(self._viewed, "_view_count")
        self.add_class("mp-panel").add_class("ipc-lab").add_class(f"ipc-lab-{self.name}")
        self._clear()
        self._rest(False)
        self._say("ready", said("lab.ready"))
        for field in self._fields.widgets.values():
            field.observe(self._changed, "value")
        _stop_earlier(self)

    # -- what a lab has to say ------------------------------------------------------------------

    def says(self, key: str, **facts: object) -> str:
        """A text of this lab's own."""
        return said(f"lab.{self.name}.{key}", **facts)

    def _words(self, key: str) -> str:
        return said("lab.method") if key == "set.method" else self.says(key)

    def controls(self) -> Sequence[Control]:
        """The controls, without the start method, which every lab has."""
        raise NotImplementedError

    def refuse(self, settings: dict[str, Any]) -> str:
        """A sentence if these settings do not go together; else an empty string."""
        return ""

    def time_limit(self, settings: dict[str, Any]) -> float:
        """The deadline of a run, in seconds."""
        return self.deadline_s

    def experiment(self, mp: Any, *settings: Any, **more: Any) -> Any:
        """Plain multiprocessing, inside an observed block; what it returns reaches `look`."""
        raise NotImplementedError

    def look(self, run: Run, settings: dict[str, Any]) -> Seen:
        """Say what a run has shown. `run.error` may be a deadline that was part of the plan."""
        raise NotImplementedError

    @property
    def mp(self) -> Observation | None:
        """The observed block of the last run: for `replay(lab.mp)`, `lab.mp.timeline()` ..."""
        return self._run.mp if self._run is not None else None

    # -- from code ------------------------------------------------------------------------------

    def run_now(self, **settings: Any) -> Result:
        """Run the experiment and wait; settings that are not given are those of the controls.

        Of a list, the short name of a choice: whoever gives another gets all of them told.

        Raises:
            WrongUse: a setting that does not exist, is out of bounds, or does not go with others;
                or something is running already.
        """
        if self._run is not None and self._run.running:
            raise WrongUse(said("lab.busy"))
        chosen = {**self._fields.settings(), **settings}
        if reason := self._fields.refusal(chosen) or self.refuse(chosen):
            raise WrongUse(reason)
        self._fields.fill(chosen)
        run = self._run = self._prepare(chosen)
        self._finish(run.perform(), chosen)
        if run.mp is None or run.mp.trace.outcome.ending is Ending.OPEN:
            assert run.error is not None
            raise run.error
        return Result(self._looked(run, chosen), run)

    def _refused(self) -> str:
        """Why what the controls hold cannot be run, or nothing."""
        return self._fields.wrong() or self.refuse(self._fields.settings())

    def _prepare(self, settings: dict[str, Any]) -> Run:
        rest = {name: value for name, value in settings.items() if name != "method"}
        return self.run_class(self.experiment, rest, settings["method"], self.time_limit(settings))

    # -- the buttons ----------------------------------------------------------------------------

    def toggle(self) -> None:
        """What the button does: run, or stop what runs."""
        if "ipc-run" in self.run_button._dom_classes:
            self.start()
        elif self._run is not None and not self._run.over:
            self.stop()

    def start(self) -> None:
        """Run the experiment in the background, with the settings of the controls."""
        if self._run is not None and self._run.running and not self._run.over:
            return
        self.wait(1)  # until the last picture of the run before is drawn
        if reason := self._refused():
            self._say("refused", reason)
            return
        settings = self._fields.settings()
        self._clear()
        self._rest(True)
        self._say("running", said("lab.running"))
        self._run = self._prepare(settings)
        self._run.start(self._draw, lambda run: self._finish(run, settings))

    def stop(self) -> None:
        """Stop what runs; it is over within a second."""
        if self._run is None or not self._run.running:
            self._say("ready", said("lab.idle"))
            return
        self._say("running", said("lab.stopping"))
        self._run.stop()

    def reset(self) -> None:
        """Stop what runs, and put everything back to where it was."""
        if self._run is not None and self._run.running:
            self._run.stop()
            self._run.wait(2)
        self._clear()
        self._fields.reset()
        self._say("ready", said("lab.ready"))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a run in the background is over; False if it still runs."""
        return self._run is None or self._run.wait(timeout_s)

    def close(self) -> None:
        """Stop what runs, and take the panel off the page."""
        if self._run is not None:
            self._run.stop()
        super().close()

    def _button(self, action: Callable[[], None]) -> widgets.Button:
        button = widgets.Button()
        button.layout.width = "auto"
        button.on_click(lambda _: self._guarded(action))
        return button

    def _rest(self, running: bool) -> None:
        """While it runs: the controls rest, and the button stops."""
        self._fields.rest(running)
        if running:
            _name(self.run_button, said("lab.stop"), "stop", "ipc-stop", "danger")
        else:
            _name(self.run_button, said("lab.run"), "play", "ipc-run", "primary")

    def _changed(self, change: object) -> None:
        """A control has another value: say so if it cannot be run, and grey what is now old."""
        reason = self._refused()
        if reason:
            self._say("refused", reason)
        else:
            self._say("ready", said("lab.changed" if self._is_old() else "lab.ready"))
        has_class(self, "ipc-old", self._is_old())

    def _is_old(self) -> bool:
        """Whether what is on show belongs to other settings than these."""
        return bool(self._shown) and self._fields.settings() != self._shown

    def _viewed(self, change: dict[str, Any]) -> None:
        """The page shows this panel once less: its output was cleared, or its notebook closed."""
        if (change["new"] or 0) < (change["old"] or 0) and self._run is not None:
            self._run.stop()

    def _guarded(self, action: Callable[[], None]) -> None:
        """A callback's exception would vanish: show it."""
        try:
            action()
        except Exception as error:
            self._say("failed", in_plain_words(error))

    # -- showing --------------------------------------------------------------------------------

    def _say(self, state: str, words: str) -> None:
        self._state = state
        lines = "<br>".join(escape(line) for line in words.splitlines())
        self._status.value = f'{live_region()}<p data-state="{state}">{lines}</p>'
        self._clock.value = ""

    def _clear(self) -> None:
        nothing = f'<div class="ipc-nothing">{escape(said("lab.nothing_yet"))}</div>'
        self._picture.value, self._shown = nothing, {}
        self._seen.value, self._details.value = live_region(), ""
        has_class(self, "ipc-old", False)

    def _draw(self, run: Run) -> None:
        """The picture so far; the folder of the block may vanish while it is read."""
        if run.waits:
            self._say("waiting", said("lab.its_turn"))
            return
        if self._state == "waiting":
            self._say("running", said("lab.running"))
        seconds = time.monotonic() - run.began
        self._clock.value = said("lab.clock", seconds=seconds)  # the status is read aloud
        try:
            if run.mp is None:
                return
            trace = run.mp.trace
            label = said("lab.so_far", count=len(trace.processes))
            self._picture.value = strip(trace, label, WHILE_RUNNING, time.monotonic_ns())
        except (OSError, KeyError, IndexError, ValueError, IpcError):
            return  # the next picture will do

    def _finish(self, run: Run, settings: dict[str, Any]) -> None:
        """The last picture, what was seen, and how it ended."""
        try:
            self._show(run, settings)
        except Exception as error:
            self._say("failed", in_plain_words(error))
        finally:
            self._shown = settings if run.mp is not None else {}
            has_class(self, "ipc-old", self._is_old())
            self._rest(False)

    def _show(self, run: Run, settings: dict[str, Any]) -> None:
        if run.mp is None and run.stopped:
            self._say("stopped", said("lab.not_begun"))
            return
        if run.mp is None or run.mp.trace.outcome.ending is Ending.OPEN:
            nothing = RuntimeError(said("lab.nothing_run"))
            self._say("failed", in_plain_words(run.error or nothing))
            return
        mp = run.mp
        self._picture.value = strip(mp.trace)
        if run.stopped:
            self._say("stopped", said("lab.stopped", seconds=run.took_s))
            self._details.value = waits(run) + printed(mp.transcript(), ())
            return
        seen = self._looked(run, settings)
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in seen.facts)
        self._seen.value = f"{live_region()}<p>{escape(seen.sentence)}</p>"
        lines = printed(mp.transcript(), seen.facts)
        self._details.value = f"<ul>{facts}</ul>{waits(run)}{lines}"
        unforeseen = run.error is not None and not isinstance(run.error, IpcError)
        if unforeseen:
            self._say("failed", in_plain_words(run.error or RuntimeError()))
        elif run.error is not None:
            self._say("hung", said("lab.hung", seconds=run.took_s))
        else:
            self._say("done", said("lab.done", seconds=run.took_s))

    def _looked(self, run: Run, settings: dict[str, Any]) -> Seen:
        if run.error is not None and not isinstance(run.error, IpcError):
            return Seen((in_plain_words(run.error),), said("lab.failed"))
        return self.look(run, settings)

    def unended(self, run: Run) -> Seen:
        """What there is to say of a run that has no answer."""
        return Seen((said("lab.unended"),), str(run.error).splitlines()[0])

    def __repr__(self) -> str:
        settings = ", ".join(self._fields.specs)
        return said("lab.plain", title=self.title, settings=settings)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown = dict(super()._repr_mimebundle_(**kwargs) or {})
        return {**shown, "text/plain": repr(self)}

    def _ipython_display_(self) -> None:
        """Title, question and the last run's picture, and the panel, which takes their place."""
        seen = self._run.mp if self._run is not None and not self._run.running else None
        still_words = (self.title, self.question, said("lab.still"))
        told = "".join(f"<p>{escape(it)}</p>" for it in still_words)
        display(still(told + pictured(seen, [self.title])), raw=True)
        display(self._repr_mimebundle_(), raw=True)


def _name(button: widgets.Button, words: str, icon: str, css_class: str, look: str = "") -> None:
    button.description, button.icon, button.tooltip = words, icon, words
    button.button_style = look
    button._dom_classes = (css_class,)


def _html(css_class: str, value: str = "") -> widgets.HTML:
    part = widgets.HTML(value)
    part.layout.width = "auto"
    part.add_class(css_class)
    return part


def _method() -> Choice:
    known = get_all_start_methods()
    methods = tuple(m for m in ("spawn", "fork", "forkserver") if m in known)
    chosen = os.environ.get("IPC_START_METHOD", "spawn")
    return Choice("method", chosen if chosen in methods else "spawn", methods, in_words=False)


# -- a panel that is made again, and the end of the kernel ----------------------------------------

_panels: dict[str, weakref.ref[Lab]] = {}


def _stop_earlier(panel: Lab) -> None:
    """A cell that is run again makes a new panel: the old one's run ends."""
    earlier = _panels.get(panel.name, lambda: None)()
    if earlier is not None and earlier._run is not None:
        earlier._run.stop()
        earlier._run.wait(1.5)
    _panels[panel.name] = weakref.ref(panel)


def _stop_all() -> None:
    for reference in _panels.values():
        panel = reference()
        if panel is not None and panel._run is not None and panel._run.running:
            panel._run.stop()
            panel._run.wait(1.5)


atexit.register(_stop_all)
