"""What shows itself when it is made: a verdict stays, whatever the last line of its cell is."""

from __future__ import annotations

import sys
from typing import Any


def _shell() -> Any:
    """The notebook's IPython; None in a plain program."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


class ShowsItself:
    """Shown at once, in a notebook; as the last line of the same cell it is not shown again."""

    _cell: object = None  # in which it has been shown

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self)}

    def show(self) -> None:
        shell = _shell()
        if shell is not None:
            self._display()
            self._cell = shell.execution_count

    @property
    def is_here(self) -> bool:
        """Whether it has been shown in the cell that runs."""
        shell = _shell()
        return shell is not None and self._cell == shell.execution_count

    def _ipython_display_(self) -> None:
        if not self.is_here:
            self._display()

    def _display(self) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
