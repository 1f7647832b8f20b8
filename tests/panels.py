"""A lab and a replay, driven as a learner drives them: buttons, lists, numbers, the keyboard.

What makes a panel is the classes on its parts, not which lesson it belongs to:

    .ipc-lab     .ipc-run  .ipc-stop  .ipc-reset  .ipc-status  and any controls
    .ipc-replay  buttons and a slider
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

RUN_S = 30
STOP_S = 1.0  # what is promised
SLACK_S = 1.0  # the page, the browser and this test take their time, too
BEYOND = ("-1", "1000000")  # no lab may take these
TROUBLE = re.compile(r"\b[A-Z]\w*(Error|Exception|Warning)\b|Traceback")


def labs(page: Locator) -> list[Panel]:
    return [Panel(box) for box in page.locator(".ipc-lab").all()]


@dataclass
class Panel:
    """A lab on the page."""

    box: Locator

    def button(self, name: str) -> Locator:
        """`run`, `stop` or `reset`."""
        return self.box.locator(f"button.ipc-{name}")

    @property
    def status(self) -> str:
        return self.box.locator(".ipc-status").inner_text().strip()

    def is_running(self) -> bool:
        return self.button("run").is_disabled()

    def start(self) -> None:
        self.button("run").click()
        expect(self.button("run")).to_be_disabled(timeout=5000)

    def wait_for_end(self, timeout_s: float = RUN_S) -> None:
        expect(self.button("run")).to_be_enabled(timeout=timeout_s * 1000)

    def run(self) -> str:
        """Run to the end; what the panel then says."""
        self.start()
        self.wait_for_end()
        return self.status

    def stop(self) -> float:
        """Stop a run; how many seconds that took."""
        self.button("stop").click()
        began = time.monotonic()
        self.wait_for_end(timeout_s=10)
        return time.monotonic() - began

    def reset(self) -> None:
        self.button("reset").click()

    # ---- controls ------------------------------------------------------------------------------

    def lists(self) -> list[Locator]:
        return self.box.locator("select").all()

    def numbers(self) -> list[Locator]:
        return self.box.locator("input[type=number]").all()

    def sliders(self) -> list[Locator]:
        return self.box.locator(".noUi-handle").all()

    def settings(self) -> list[str]:
        """What every control shows."""
        fields = [control.input_value() for control in self.lists() + self.numbers()]
        return fields + [slider.get_attribute("aria-valuetext") or "" for slider in self.sliders()]

    def choices(self) -> Iterator[str]:
        """Set the first list to each of its other choices, one after the other."""
        for first in self.lists()[:1]:
            values = first.locator("option").all_inner_texts()
            before = first.locator("option:checked").inner_text()
            for value in values:
                if value != before:
                    first.select_option(label=value)
                    yield value
            first.select_option(label=before)

    def refusals(self) -> list[str]:
        """Type numbers that no lab may take; a complaint for each that is taken without a word."""
        complaints = []
        for field in self.numbers():
            for wrong in BEYOND:
                before = field.input_value()
                field.fill(wrong)
                field.press("Tab")
                if not self.refuses(field, wrong):
                    label = field.get_attribute("aria-label") or field.evaluate(
                        "field => field.labels?.[0]?.textContent"
                    )
                    complaints.append(f"{label}: {wrong} was taken, status {self.status!r}")
                field.fill(before)
                field.press("Tab")
        return complaints

    def refuses(self, field: Locator, wrong: str) -> bool:
        """The field goes back to what is allowed, or Run answers with a sentence and runs nothing."""
        until = time.monotonic() + 2
        while time.monotonic() < until:
            if field.input_value() != wrong:
                return True
            time.sleep(0.05)
        before = self.status
        self.button("run").click()
        self.box.page.wait_for_timeout(1000)
        refused = not self.is_running() and self.status != before and len(self.status.split()) > 3
        self.wait_for_end()
        return refused
