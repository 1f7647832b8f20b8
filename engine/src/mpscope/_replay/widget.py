"""`replay(mp)`: a player for what happened in an observed block.

    Film ──▶ stage (SVG) · sentence · source line · printed lines · timeline with a playhead
      ▲
      └── slider ◀── Step back, Play, Step forward, Speed;  ticks come from the browser (`Play`)

Nothing runs in the kernel between two steps, so a player never has to be stopped.  Without a front
end for widgets it shows as `mp.timeline()` (see `page.still`); its text is `mp.describe()`.

CSS classes, for tests and styles: ipc-replay, and inside it ipc-back, ipc-play, ipc-forward,
ipc-step (the slider), ipc-speed, ipc-stage, ipc-said, ipc-output, ipc-strip.
"""

import linecache
from collections.abc import Iterable
from html import escape
from typing import Any

import ipywidgets as widgets
from IPython.display import display

from mpscope._block import Observation
from mpscope._render.content import Content
from mpscope._render.page import WIDTHS, live_region, still
from mpscope._render.timeline import Strip
from mpscope._replay.moments import State
from mpscope._replay.shapes import INK, PAPER, STYLE, glyph, named_slider
from mpscope._replay.states import Film
from mpscope._replay.view import stage
from mpscope._trace.logs import ProcessLog
from mpscope._trace.processes import FAILED, KILLED, STOPPED

SPEEDS = {"1 step a second": 1000, **{f"{n} steps a second": 1000 // n for n in (2, 5, 20)}}
STILL = "A replay: run this cell in JupyterLab to go through it step by step."
LINES = 8  # printed lines shown at once


class Player(widgets.VBox):
    """The player widget. `go_to`, `forward` and `back` move it from code."""

    def __init__(self, mp: Observation) -> None:
        self.mp = mp
        self.film = Film(mp.trace)
        self._sources = _sources(mp.trace.logs)
        self._timeline = Strip(Content(self.film.scene), "Timeline of the block", WIDTHS)
        self._stage, self._said = _html("ipc-stage"), _html("ipc-said")
        self._output, self._strip = _html("ipc-output"), _html("ipc-strip")
        self._build_controls()
        self.show()
        steppers = [self.back_button, self.play_button, self.forward_button]
        buttons = widgets.HBox([*steppers, self.speed])
        buttons.layout.flex_flow = "row wrap"
        buttons.add_class("ipc-controls")
        shown = [self._said, self._stage, widgets.HTML(key(self.film)), self._strip, self._output]
        super().__init__([widgets.HTML(STYLE), buttons, self.slider, *shown, self._ticks])
        self.add_class("mp-panel").add_class("ipc-replay")

    def _build_controls(self) -> None:
        steps = len(self.film)
        self.back_button = _button("Step back", "step-backward", "ipc-back", self.back)
        self.play_button = _button("Play", "play", "ipc-play", self.toggle)
        self.forward_button = _button("Step forward", "step-forward", "ipc-forward", self.forward)
        wide = {"description_width": "initial"}
        room = widgets.Layout(width="min(100% - 4px, 560px)")  # without its margins
        self.slider = widgets.IntSlider(0, 0, steps, description="Step", style=wide, layout=room)
        self.slider.add_class("ipc-step")
        self.speed = widgets.Dropdown(options=SPEEDS, value=500, description="Speed", style=wide)
        self.speed.layout.width = "210px"
        self.speed.add_class("ipc-speed")
        # The browser's clock; hidden, because its own buttons have no names to be read aloud.
        self._ticks = widgets.Play(max=steps, layout=widgets.Layout(display="none"))
        self._ticks.interval = self.speed.value
        widgets.link((self._ticks, "value"), (self.slider, "value"))
        widgets.link((self.speed, "value"), (self._ticks, "interval"))
        self.slider.observe(lambda change: self.show(), "value")
        self._ticks.observe(lambda change: self._name_play_button(), "playing")

    # -- moving ---------------------------------------------------------------------------------

    def go_to(self, index: int) -> None:
        """Show the moment after `index` steps."""
        self.slider.value = index  # the slider keeps it in bounds

    def forward(self) -> None:
        self.pause()
        self.go_to(self.slider.value + 1)

    def back(self) -> None:
        self.pause()
        self.go_to(self.slider.value - 1)

    def toggle(self) -> None:
        """Play, from the start if the end is reached, or pause."""
        if not self._ticks.playing and self.slider.value == len(self.film):
            self.go_to(0)
        self._ticks.playing = not self._ticks.playing

    def pause(self) -> None:
        self._ticks.playing = False

    def _name_play_button(self) -> None:
        playing = self._ticks.playing
        self.play_button.description = "Pause" if playing else "Play"
        self.play_button.icon = "pause" if playing else "play"

    # -- showing --------------------------------------------------------------------------------

    def show(self) -> None:
        """Draw the present moment."""
        index = self.slider.value
        self._stage.value = stage(self.film, index, WIDTHS)
        self._said.value = self._sentence(index)
        self._output.value = self._printed(index)
        self._strip.value = self._timeline.html(self.film.time(index))

    def _sentence(self, index: int) -> str:
        if not index:
            text, where = "Before the first step. Press Play, or Step forward.", ""
        else:
            step = self.film.steps[index - 1]
            text, where = step.text, step.event.where
        head = f"Step {index} of {len(self.film)}, {self.film.time(index) / 1e6:.1f} ms. "
        source = self._sources.get(where, "")
        code = f"<code>{escape(source)}</code> " if source else ""
        line = f"{code}<small>{escape(where)}</small>" if where else "&nbsp;"
        spoken = named_slider(f"{head}{text}")
        told = f"<p><strong>{escape(text)}</strong> <small>{head}</small></p><p>{line}</p>"
        return f"{live_region()}{spoken}{told}"

    def _printed(self, index: int) -> str:
        lines = self.film.lines(index)
        if not self.film.lines(len(self.film)):
            return ""
        shown = "\n".join(lines[-LINES:]) or "(nothing yet)"
        more = f"({len(lines) - LINES} lines before)\n" if len(lines) > LINES else ""
        return (
            "<div>Printed so far:</div>"
            f'<pre tabindex="0" aria-label="Printed so far">{escape(more + shown)}</pre>'
        )

    # -- without a front end for widgets --------------------------------------------------------

    def __repr__(self) -> str:
        return str(self.mp.describe())

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        shown = dict(super()._repr_mimebundle_(**kwargs) or {})
        return {**shown, "text/plain": repr(self)}

    def _ipython_display_(self) -> None:
        display(still(f"<p>{STILL}</p>{self.mp.timeline()._repr_html_()}"), raw=True)
        display(self._repr_mimebundle_(), raw=True)


def _button(words: str, icon: str, css_class: str, action: Any) -> widgets.Button:
    button = widgets.Button(description=words, icon=icon, tooltip=words)
    button.layout.width = "auto"
    button.add_class(css_class)
    button.on_click(lambda _: action())
    return button


def _html(css_class: str) -> widgets.HTML:
    part = widgets.HTML()
    part.add_class(css_class)
    return part


def _sources(logs: Iterable[ProcessLog]) -> dict[str, str]:
    """The text of each line of code that an event's `where` names."""
    return {
        log.places[number]: linecache.getline(file, line).strip()
        for log in logs
        for number, (file, line) in log.sources.items()
    }


MESSAGE = f'<rect x="1" y="3" width="16" height="12" rx="4" fill="{INK}"/>'
KEPT = (
    f'<rect x="1" y="3" width="16" height="12" rx="4" fill="{PAPER}" stroke="{INK}" '
    'stroke-dasharray="3 2"/>'
)


def key(film: Film) -> str:
    """The key as a line of HTML: each mark, and a few words."""
    outcomes = {member.outcome for member in film.members}
    states = {State.STARTING: "not there yet, or starting", State.RUNNING: "runs"}
    states |= {State.WAITING: "waits", State.ENDED: "ended well"}
    if outcomes & {FAILED, KILLED, STOPPED}:
        states[State.FAILED] = "failed, killed or stopped"
    marks = [(glyph(state, 9, 9), words) for state, words in states.items()]
    if film.receivers:
        marks.append((MESSAGE, "a message, in the colour of its sender"))
    if film.feeders:
        marks.append((KEPT, "put, and not yet sent"))
    shown = "".join(
        f'<span><svg class="ipc-svg" width="18" height="18" aria-hidden="true">{mark}</svg> '
        f"{escape(words)}</span>"
        for mark, words in marks
    )
    return f'<div class="ipc-key">{shown}</div>'


def replay(mp: Observation) -> Player:
    """A player over everything that happened in the block `mp`; show it as a cell's last line."""
    return Player(mp)
