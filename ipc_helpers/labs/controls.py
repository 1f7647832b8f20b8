"""The controls of a lab: what may be entered, in the panel and from code.

A bounded field cannot hold what is out of bounds; from code, the same bounds refuse with a
sentence (`WrongUse`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import ipywidgets as widgets

from mpscope.errors import WrongUse

_WHOLE = {"description_width": "initial"}  # labels are not cut off


class Number(NamedTuple):
    """A whole number between bounds."""

    name: str
    label: str
    value: int
    low: int
    high: int

    def check(self, value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongUse(f"{self.name} must be a whole number, not {value!r}.")
        if not self.low <= value <= self.high:
            raise WrongUse(f"{self.name} must be from {self.low} to {self.high}, not {value}.")

    def widget(self) -> Any:
        return widgets.BoundedIntText(
            self.value,
            min=self.low,
            max=self.high,
            description=f"{self.label} ({self.low}–{self.high:,})",
            style=_WHOLE,
        )


class Choice(NamedTuple):
    """One of a few."""

    name: str
    label: str
    value: str
    options: tuple[str, ...]

    def check(self, value: object) -> None:
        if value not in self.options:
            raise WrongUse(f"{self.name} must be one of {', '.join(self.options)}; not {value!r}.")

    def widget(self) -> Any:
        return widgets.Dropdown(
            options=self.options, value=self.value, description=self.label, style=_WHOLE
        )


class YesNo(NamedTuple):
    """A check box."""

    name: str
    label: str
    value: bool

    def check(self, value: object) -> None:
        if not isinstance(value, bool):
            raise WrongUse(f"{self.name} must be True or False, not {value!r}.")

    def widget(self) -> Any:
        return widgets.Checkbox(self.value, description=self.label, indent=False)


Control = Number | Choice | YesNo


def built(control: Control) -> Any:
    """The control's widget, wide enough for its label, and with a class to find it by."""
    widget = control.widget()
    widget.layout.width = "auto"
    widget.layout.min_width = "0"
    widget.add_class(f"ipc-set-{control.name.replace('_', '-')}")
    return widget
