"""A lab and a replay, driven as a learner drives them: buttons, lists, numbers, the keyboard.

What makes a panel is the classes of its parts, which `ipc_helpers.labs` and `player.replay`
list; which lesson it stands in does not matter. Each state that a lab passes through is noted in
the page, since a run may be over before this process has looked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as BrowserTimeout

RUN_S = 30
FINAL = ("done", "hung", "stopped", "refused", "failed")
BEYOND = ("-1", "1000000", "2.5")  # no lab may take these, nor make another number of them
NOTE_STATES = """status => {
    const state = () => status.querySelector('[data-state]')?.dataset.state;
    status.states = [];
    status.observer?.disconnect();
    status.observer = new MutationObserver(() => {
        if (state() !== status.states.at(-1)) status.states.push(state()); });
    status.observer.observe(status, {childList: true, subtree: true, attributes: true});
}"""
STOP_WHEN_RUNNING = """box => {
    const state = () => box.querySelector('.ipc-status [data-state]')?.dataset.state;
    let pressed = 0;
    new MutationObserver((_, observer) => {
        if (!pressed && state() === 'running') {
            pressed = performance.now();
            box.querySelector('button.ipc-stop').click();
        } else if (pressed && state() !== 'running') {
            box.stopped_ms = performance.now() - pressed;
            observer.disconnect();
        }
    }).observe(box.querySelector('.ipc-status'), {childList: true, subtree: true});
}"""
REACHED = "([status, states]) => status.states.find(state => states.includes(state))"


def labs(page: Page) -> list[Lab]:
    return [Lab(box) for box in page.locator(".ipc-lab").all()]


def replays(page: Page) -> list[Replay]:
    return [Replay(box) for box in page.locator(".ipc-replay").all()]


@dataclass
class Lab:
    """A lab on the page."""

    box: Locator

    @property
    def name(self) -> str:
        """The name in its class ipc-lab-NAME."""
        return self.box.evaluate(
            "box => [...box.classList].find(name => name.startsWith('ipc-lab-')).slice(8)"
        )

    # ---- buttons -------------------------------------------------------------------------------

    def press(self, name: str) -> None:
        """`run`, `stop` or `reset`."""
        self.box.locator(f"button.ipc-{name}").click()

    @property
    def status(self) -> str:
        return self.box.locator(".ipc-status").inner_text().strip()

    @property
    def seen(self) -> str:
        return self.box.locator(".ipc-seen").inner_text().strip()

    def start(self) -> None:
        """Press Run; return when it has had an effect. The focus is then at Stop."""
        self.box.locator(".ipc-status").evaluate(NOTE_STATES)
        self.press("run")
        self.wait_for("running", *FINAL, timeout_s=5)

    @property
    def focused(self) -> bool:
        """Whether the keyboard's focus is at Run or Stop."""
        return bool(self.box.evaluate("box => box.contains(document.activeElement)"))

    def wait_for(self, *states: str, timeout_s: float = RUN_S) -> str:
        """The first of these states that the lab has been in since Run was pressed."""
        status = self.box.locator(".ipc-status").element_handle()
        reached = self.box.page.wait_for_function(
            REACHED, arg=[status, list(states)], timeout=timeout_s * 1000, polling=20
        )
        return reached.json_value()

    def run(self) -> str:
        """Run to the end; the state reached."""
        self.start()
        state = self.wait_for(*FINAL)
        expect(self.box.locator("button.ipc-run")).to_be_enabled(timeout=2000)
        return state

    def run_and_stop(self) -> tuple[str, float]:
        """Run, and stop as soon as it runs; the state reached, and the seconds from Stop to there.

        The page itself presses Stop: some runs are shorter than this process needs for a click.
        """
        self.box.evaluate(STOP_WHEN_RUNNING)
        self.start()
        state = self.wait_for(*FINAL)
        return state, self.box.evaluate("box => box.stopped_ms") / 1000

    @property
    def after_restart(self) -> dict[str, Any]:
        """What a panel shows whose kernel is gone."""
        return self.box.evaluate(
            """box => ({said: getComputedStyle(box, '::before').content,
                controls: [...box.querySelectorAll('button, input, select')]
                    .filter(it => it.offsetParent).length,
                chains: [...box.querySelectorAll('.jupyter-widgets-disconnected')]
                    .filter(it => getComputedStyle(it, '::before').content !== 'none').length,
                pictures: [...box.querySelectorAll('svg')].filter(it => it.clientWidth).length})"""
        )

    # ---- controls ------------------------------------------------------------------------------

    def controls(self) -> list[Locator]:
        return self.box.locator("[class*=ipc-set-] :is(select, input)").all()

    def settings(self) -> list[Any]:
        """What every control shows."""
        read = "it => it.type === 'checkbox' ? it.checked : it.value"
        return [control.evaluate(read) for control in self.controls()]

    def set(self, name: str, value: str) -> None:
        control = self.box.locator(f".ipc-set-{name} :is(select, input)")
        kind = control.evaluate("it => it.type")
        if kind == "select-one":
            control.select_option(label=value)
        elif kind == "checkbox":
            control.set_checked(value == "yes")
        else:
            enter(control, value)

    def set_all(self, settings: Mapping[str, str]) -> None:
        for name, value in settings.items():
            self.set(name, value)

    def change_each(self) -> int:
        """Set every control, but the start method, to another value; how many have changed."""
        before = self.settings()
        others = "[class*=ipc-set-]:not(.ipc-set-method) :is(select, input)"
        for control in self.box.locator(others).all():
            kind = control.evaluate("it => it.type")
            if kind == "select-one":
                last = control.evaluate("it => it.selectedIndex === it.length - 1")
                control.press("Home" if last else "End")
            elif kind == "checkbox":
                control.press("Space")
            else:
                value = int(control.input_value())
                enter(control, str(value - 1 if value > 2 else value + 1))
        return sum(old != new for old, new in zip(before, self.settings(), strict=True))

    def unrefused(self) -> list[str]:
        """Type numbers that no lab may take; what is not refused at once, a line each."""
        taken = []
        for field in self.box.locator("[class*=ipc-set-] input:not([type=checkbox])").all():
            before = field.input_value()
            for wrong in BEYOND:
                enter(field, wrong)
                refused = self.box.locator(".ipc-status [data-state=refused]", has_text=wrong)
                try:
                    refused.wait_for(timeout=2000)
                except BrowserTimeout:
                    taken.append(f"{field.evaluate('it => it.labels[0].textContent')}: {wrong}")
                if field.input_value() != wrong:
                    taken.append(f"{wrong} became {field.input_value()}")
            enter(field, before)
        return taken


def enter(field: Locator, text: str) -> None:
    """Type into a field, and leave it."""
    field.fill(text)
    field.press("Tab")


@dataclass
class Replay:
    """A player on the page."""

    box: Locator

    def press(self, name: str) -> None:
        """`back`, `play` or `forward`."""
        self.box.locator(f"button.ipc-{name}").click()

    @property
    def said(self) -> str:
        return self.box.locator(".ipc-said").inner_text().strip()

    @property
    def slider(self) -> Locator:
        return self.box.locator(".ipc-step [role=slider]")

    @property
    def step(self) -> int:
        return int(float(self.slider.get_attribute("aria-valuenow") or "-1"))

    @property
    def steps(self) -> int:
        return int(float(self.slider.get_attribute("aria-valuemax") or "-1"))

    def wait_for_step(self, number: int) -> str:
        """What is said when it has got to a step."""
        expect(self.slider).to_have_attribute("aria-valuenow", f"{number}.0", timeout=5000)
        expect(self.box.locator(".ipc-said")).to_contain_text(f"Step {number} of", timeout=5000)
        return self.said
