"""The controls of a lab: what may be entered, in the panel and from code.

What is out of bounds is refused with the same words in both: a field keeps what was typed, so that
nobody gets a run with a number that they have not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets

from ipc_helpers.words import said

_WHOLE = {"description_width": "initial"}  # labels are not cut off
LONG = 33  # letters that fit into the narrowest list


class Number(NamedTuple):
    """A whole number between bounds."""

    name: str
    value: int
    low: int
    high: int

    def refusal(self, value: object, name: str) -> str:
        """What is wrong with a value, or nothing."""
        if isinstance(value, bool) or not isinstance(value, int):
            return said("lab.not_whole", name=name, value=repr(value))
        if not self.low <= value <= self.high:
            return said("lab.not_between", name=name, low=self.low, high=self.high, value=value)
        return ""

    def widget(self, label: str, says: Says) -> Any:
        told = said("lab.number", label=label, low=self.low, high=self.high)
        value = str(self.value)
        return widgets.Text(value, continuous_update=False, description=told, style=_WHOLE)


class Choice(NamedTuple):
    """One of a few, by its name in code."""

    name: str
    value: str
    options: tuple[str, ...]
    in_words: bool = True
    """Whether the catalogue has words for the options; else they are shown as they are."""

    def refusal(self, value: object, name: str) -> str:
        """What is wrong with a value, or nothing."""
        if value in self.options:
            return ""
        return said("lab.not_one_of", name=name, options=", ".join(self.options), value=repr(value))

    def widget(self, label: str, says: Says) -> Any:
        told = [says(f"{self.name}.{it}") if self.in_words else it for it in self.options]
        options = list(zip(told, self.options, strict=True))
        return widgets.Dropdown(options=options, value=self.value, description=label, style=_WHOLE)


class YesNo(NamedTuple):
    """A check box."""

    name: str
    value: bool

    def refusal(self, value: object, name: str) -> str:
        """What is wrong with a value, or nothing."""
        wrong = not isinstance(value, bool)
        return said("lab.not_true", name=name, value=repr(value)) if wrong else ""

    def widget(self, label: str, says: Says) -> Any:
        return widgets.Checkbox(self.value, description=label, indent=False)


Control = Number | Choice | YesNo
Says = Callable[..., str]  # says("set.children") is a text of the lab's own in the catalogue


def read(typed: str) -> int | str:
    """The number that was typed; other text stays text, for `refusal` to name."""
    text = typed.strip()
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else text


class Fields:
    """The controls of one panel: their widgets, what they hold, and what is wrong with it."""

    def __init__(self, controls: Sequence[Control], says: Says) -> None:
        self.specs: dict[str, Control] = {control.name: control for control in controls}
        self.labels = {name: says(f"set.{name}") for name in self.specs}
        made = {name: spec.widget(self.labels[name], says) for name, spec in self.specs.items()}
        self.widgets = {name: findable(widget, name) for name, widget in made.items()}

    def settings(self) -> dict[str, Any]:
        """What the controls hold now; what was typed, where that is no number."""
        values = {name: field.value for name, field in self.widgets.items()}
        numbers = {name for name, spec in self.specs.items() if isinstance(spec, Number)}
        return {name: read(it) if name in numbers else it for name, it in values.items()}

    def fill(self, settings: Mapping[str, Any]) -> None:
        for name, value in settings.items():
            number = isinstance(self.specs[name], Number)
            self.widgets[name].value = str(value) if number else value

    def reset(self) -> None:
        self.fill({name: spec.value for name, spec in self.specs.items()})

    def refusal(self, settings: Mapping[str, Any]) -> str:
        """What is wrong with settings that were given by name; nothing if they are right."""
        for name, value in settings.items():
            if name not in self.specs:
                return said("lab.no_setting", name=repr(name), names=", ".join(self.specs))
            if wrong := self.specs[name].refusal(value, name):
                return wrong
        return ""

    def wrong(self) -> str:
        """What is wrong with what the fields hold, by their labels; each of those is marked."""
        told = []
        for name, value in self.settings().items():
            label = said("lab.quoted", label=self.labels[name])
            told.append(self.specs[name].refusal(value, label))
            has_class(self.widgets[name], "ipc-wrong", bool(told[-1]))
        return next(filter(None, told), "")

    def are_long(self) -> bool:
        """Whether a list has words that need a wide one: what is cut off cannot be chosen."""
        lists = [it for it in self.widgets.values() if isinstance(it, widgets.Dropdown)]
        return any(len(words) > LONG for one in lists for words, _ in one.options)

    def rest(self, resting: bool) -> None:
        for field in self.widgets.values():
            field.disabled = resting


def has_class(widget: Any, css_class: str, has: bool) -> None:
    (widget.add_class if has else widget.remove_class)(css_class)


def findable(widget: Any, name: str) -> Any:
    """A control's widget, wide enough for its label, and with a class to find it by."""
    widget.layout.width = "auto"
    widget.layout.min_width = "0"
    return widget.add_class(f"ipc-set-{name.replace('_', '-')}")
