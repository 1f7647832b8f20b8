"""The panel that all labs share: controls, Run (then Stop), Reset, a live picture, a sentence.

A lab is a subclass with controls, an `experiment` (plain multiprocessing, run inside an observed
block) and `look`, which says what was just seen; its words, such as its title and its question,
are in the catalogue, under lab.NAME. No callback ever raises: errors appear in the panel.
"""

from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Callable, Sequence
from html import escape
from multiprocessing import get_all_start_methods
from typing import Any, ClassVar

from IPython.display import display

from ipc_helpers.labs.controls import Choice, Control, Fields
from ipc_helpers.labs.page import Page
from ipc_helpers.labs.run import Run, in_plain_words
from ipc_helpers.labs.seen import Result, Seen, pictured
from ipc_helpers.words import said
from mpscope import Observation, still
from mpscope.errors import WrongUse

PATIENCE_S = 1.5  # with a run that is to end


class Lab(Page):
    """Base of the labs; see the module's docstring."""

    name = "lab"
    controls: ClassVar[Sequence[Control]] = ()
    """Without the start method, which every lab has."""
    deadline_s = 5.0
    run_class: ClassVar[type[Run]] = Run

    def __init__(self) -> None:
        self.title, self.question = self.says("title"), self.says("question")
        fields = Fields([*self.controls, _method()], self._words)
        super().__init__(self.name, self.title, self.question, fields)
        self._run = Run(self.experiment, {}, "", 0.0)  # none has begun yet
        self.run_button.on_click(self._guarded(self.toggle))
        self.reset_button.on_click(self._guarded(self.reset))
        for field in fields.widgets.values():
            field.observe(self._changed, "value")
        self._view_count = 0  # asks the page to count, see `_viewed`
        self.observe(self._viewed, "_view_count")
        if earlier := _panels.get(self.name):  # its cell is run again
            earlier._end()
        _panels[self.name] = self

    # -- what a lab has to say ------------------------------------------------------------------

    def says(self, key: str, **facts: object) -> str:
        """A text of this lab's own."""
        return said(f"lab.{self.name}.{key}", **facts)

    def _words(self, key: str) -> str:
        return said("lab.method") if key == "set.method" else self.says(key)

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
        """Say what a run has shown that came to its end."""
        raise NotImplementedError

    def look_at_unended(self, run: Run, settings: dict[str, Any]) -> Seen:
        """The same of a run that was stopped or refused: `run.error` may be part of the plan."""
        return Seen((said("lab.unended"),), str(run.error).splitlines()[0])

    @property
    def mp(self) -> Observation | None:
        """The observed block of the last run: for `replay(lab.mp)`, `lab.mp.timeline()` ..."""
        return self._run.mp

    # -- from code ------------------------------------------------------------------------------

    def run_now(self, **settings: Any) -> Result:
        """Run the experiment and wait; settings that are not given are those of the controls.

        Of a list, the short name of a choice: whoever gives another gets all of them told.

        Raises:
            WrongUse: a setting that does not exist, is out of bounds, or does not go with others;
                or something is running already.
        """
        if self._run.running:
            raise WrongUse(said("lab.busy"))
        chosen = {**self._fields.settings(), **settings}
        if reason := self._fields.refusal(chosen) or self.refuse(chosen):
            raise WrongUse(reason)
        self._fields.fill(chosen)
        run = self._run = self._prepare(chosen)
        self._finish(run.perform(), chosen)
        if not run.has_ended:
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
        elif not self._run.over:
            self.stop()

    def start(self) -> None:
        """Run the experiment in the background, with the settings of the controls."""
        if self._run.running and not self._run.over:
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
        if not self._run.running:
            self._say("ready", said("lab.idle"))
            return
        self._say("running", said("lab.stopping"))
        self._run.stop()

    def reset(self) -> None:
        """Stop what runs, and put everything back to where it was."""
        self._end()
        self._clear()
        self._fields.reset()
        self._say("ready", said("lab.ready"))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a run in the background is over; False if it still runs."""
        return self._run.wait(timeout_s)

    def close(self) -> None:
        """Stop what runs, and take the panel off the page."""
        self._run.stop()
        super().close()

    def _end(self) -> None:
        """Stop what runs, and wait until it is over."""
        self._run.stop()
        self._run.wait(PATIENCE_S)

    def _changed(self, change: object) -> None:
        """A control has another value: say so if it cannot be run, and grey what is now old."""
        is_old = self._grey_if_old()
        if reason := self._refused():
            self._say("refused", reason)
        else:
            self._say("ready", said("lab.changed" if is_old else "lab.ready"))

    def _viewed(self, change: dict[str, Any]) -> None:
        """The page shows this panel once less: its output was cleared, or its notebook closed."""
        if (change["new"] or 0) < (change["old"] or 0):
            self._run.stop()

    def _guarded(self, action: Callable[[], None]) -> Callable[[object], None]:
        """A callback's exception would vanish: show it."""

        def callback(_: object) -> None:
            try:
                action()
            except Exception as error:
                self._say("failed", in_plain_words(error))

        return callback

    # -- showing --------------------------------------------------------------------------------

    def _finish(self, run: Run, settings: dict[str, Any]) -> None:
        """The last picture, what was seen, and how it ended."""
        try:
            done = run.has_ended and not run.stopped
            self._show(run, self._looked(run, settings) if done else None)
        except Exception as error:
            self._say("failed", in_plain_words(error))
        finally:
            self._shown = settings if run.mp is not None else {}
            self._grey_if_old()
            self._rest(False)

    def _looked(self, run: Run, settings: dict[str, Any]) -> Seen:
        if run.failed:
            return Seen((in_plain_words(run.failed),), said("lab.failed"))
        return (self.look_at_unended if run.error else self.look)(run, settings)

    def __repr__(self) -> str:
        settings = ", ".join(self._fields.specs)
        return said("lab.plain", title=self.title, settings=settings)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown = dict(super()._repr_mimebundle_(**kwargs) or {})
        return {**shown, "text/plain": repr(self)}

    def _ipython_display_(self) -> None:
        """Title, question and the last run's picture, and the panel, which takes their place."""
        seen = None if self._run.running else self._run.mp
        still_words = (self.title, self.question, said("lab.still"))
        told = "".join(f"<p>{escape(it)}</p>" for it in still_words)
        display(still(told + pictured(seen, [self.title])), raw=True)
        display(self._repr_mimebundle_(), raw=True)


def _method() -> Choice:
    known = get_all_start_methods()
    methods = tuple(m for m in ("spawn", "fork", "forkserver") if m in known)
    chosen = os.environ.get("IPC_START_METHOD", "spawn")
    return Choice("method", chosen if chosen in methods else "spawn", methods, in_words=False)


_panels: weakref.WeakValueDictionary[str, Lab] = weakref.WeakValueDictionary()  # by their names


@atexit.register
def _end_all() -> None:
    for panel in list(_panels.values()):
        panel._end()
