"""The controls of a lab: what may be entered, in the panel and from code.

What is out of bounds is refused with the same words in both: a field keeps what was typed, so that
nobody gets a run with a number that they have not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets

_WHOLE = {"description_width": "initial"}  # labels are not cut off
LONG = 33  # letters that fit into the narrowest list


class Number(NamedTuple):
    """A whole number between bounds."""

    name: str
    label: str
    value: int
    low: int
    high: int

    def refusal(self, value: object) -> str:
        """What is wrong with a value, or nothing."""
        if isinstance(value, bool) or not isinstance(value, int):
            return f"must be a whole number, not {value!r}."
        if not self.low <= value <= self.high:
            return f"must be from {self.low} to {self.high}, not {value}."
        return ""

    def widget(self) -> Any:
        return widgets.Text(
            str(self.value),
            continuous_update=False,
            description=f"{self.label} ({self.low}–{self.high:,})",
            style=_WHOLE,
        )


class Choice(NamedTuple):
    """One of a few."""

    name: str
    label: str
    value: str
    options: tuple[str, ...]

    def refusal(self, value: object) -> str:
        """What is wrong with a value, or nothing."""
        if value in self.options:
            return ""
        return f"must be one of {', '.join(self.options)}; not {value!r}."

    def widget(self) -> Any:
        return widgets.Dropdown(
            options=self.options, value=self.value, description=self.label, style=_WHOLE
        )


class YesNo(NamedTuple):
    """A check box."""

    name: str
    label: str
    value: bool

    def refusal(self, value: object) -> str:
        """What is wrong with a value, or nothing."""
        return "" if isinstance(value, bool) else f"must be True or False, not {value!r}."

    def widget(self) -> Any:
        return widgets.Checkbox(self.value, description=self.label, indent=False)


Control = Number | Choice | YesNo


def read(typed: str) -> int | str:
    """The number that was typed; other text stays text, for `refusal` to name."""
    text = typed.strip()
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,15}", text) else text


class Fields:
    """The controls of one panel: their widgets, what they hold, and what is wrong with it."""

    def __init__(self, controls: Sequence[Control]) -> None:
        self.specs: dict[str, Control] = {control.name: control for control in controls}
        self.widgets = {name: built(spec) for name, spec in self.specs.items()}

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
                return f"no setting {name!r}; there are {', '.join(self.specs)}."
            if wrong := self.specs[name].refusal(value):
                return f"{name} {wrong}"
        return ""

    def wrong(self) -> str:
        """What is wrong with what the fields hold, by their labels; each of those is marked."""
        told = []
        for name, value in self.settings().items():
            wrong = self.specs[name].refusal(value)
            has_class(self.widgets[name], "ipc-wrong", bool(wrong))
            told += [f"“{self.specs[name].label}” {wrong}"] if wrong else []
        return told[0] if told else ""

    def are_long(self) -> bool:
        """Whether a list has words that need a wide one: what is cut off cannot be chosen."""
        choices = [spec for spec in self.specs.values() if isinstance(spec, Choice)]
        return any(len(option) > LONG for choice in choices for option in choice.options)

    def rest(self, resting: bool) -> None:
        for field in self.widgets.values():
            field.disabled = resting


def has_class(widget: Any, css_class: str, has: bool) -> None:
    (widget.add_class if has else widget.remove_class)(css_class)


def built(control: Control) -> Any:
    """The control's widget, wide enough for its label, and with a class to find it by."""
    widget = control.widget()
    widget.layout.width = "auto"
    widget.layout.min_width = "0"
    widget.add_class(f"ipc-set-{control.name.replace('_', '-')}")
    return widget
