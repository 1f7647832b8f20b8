"""What shows itself when it is made: a verdict stays, whatever the last line of its cell is."""

from __future__ import annotations

from typing import Self

from ipc_helpers.lesson import shell


class ShowsItself:
    """Shown at once, in a notebook; as the last line of the same cell it is not shown again."""

    _cell: object = None  # in which it has been shown

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self)}

    def show(self) -> Self:
        if (notebook := shell()) is not None:
            self._display()
            self._cell = notebook.execution_count
        return self

    @property
    def is_here(self) -> bool:
        """Whether it has been shown in the cell that runs."""
        return (notebook := shell()) is not None and self._cell == notebook.execution_count

    def _ipython_display_(self) -> None:
        if not self.is_here:
            self._display()

    def _display(self) -> None:
        from IPython.display import display

        display(self._repr_mimebundle_(), raw=True)
