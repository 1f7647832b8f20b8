"""A lesson as a learner sees it: JupyterLab, and a real browser that looks at it.

    my_course/, made  ──> jupyter lab <──http──  chromium ──> Visit: run all, then ask and act
    as for a learner      │ token, 127.0.0.1,     │
                          │ private folders       └──> build/screenshots/NOTEBOOK-WHAT-THEME.png
                          └ all its processes carry a mark, so that `outside` can count them

JupyterLab paints all cells at once here (windowing mode "none"): what is not painted cannot be
looked at. For the rest it is as it comes.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import copies
import lab
import nbval_run
import psutil
from course import ROOT
from outside import Processes, marked
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeout

SCREENSHOTS = ROOT / "build" / "screenshots"
KEEPS_PICTURES = bool(os.environ.get("IPC_SCREENSHOTS"))  # to draw them takes half of the time
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
WIDTH, HEIGHT = 1200, 1400
TALLEST = 30000
START_S = 60
CELLS_S = 120
# Chromium shall talk to our server only. Root may not use its sandbox.
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}
SERVER = (
    *(sys.executable, "-m", "jupyterlab", "--no-browser"),
    *("--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True"),
    # Else, at each page that is opened, node looks whether JupyterLab should be built anew.
    "--ServerApp.tornado_settings={'page_config_data': {'buildCheck': False}}",
)

# ---- what is asked inside the page -------------------------------------------------------------

# The page shows a traceback like any line on stderr; JupyterLab's model of the notebook knows.
CELLS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .filter(cell => cell.type === 'code')
    .map(cell => ({id: cell.id, count: cell.executionCount, error: cell.outputs.toJSON()
        .filter(output => output.output_type === 'error')
        .map(output => `${output.ename}: ${output.evalue}`).join('; ')}))"""
SETTLED = f"""() => {{ const cells = ({CELLS})();
    return cells.every(cell => cell.count) || cells.some(cell => cell.error); }}"""
# On the page, a kernel that is still being connected counts as idle.
IDLE = """() => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'; }"""
AS_OPENED = """() => { const model = window.jupyterapp.shell.currentWidget.content.model;
    return {unsaved: model.dirty, outputs: [...model.cells].map(cell =>
        cell.type === 'code' ? cell.outputs.length : 0).reduce((a, b) => a + b)}; }"""
# Ours is what the lessons' authors wrote and what the cells put out. JupyterLab's own are the
# editors, prompts and toolbars around it.
OURS = (".jp-MarkdownOutput", ".jp-OutputArea-output")
EDITORS = ".jp-CodeCell .cm-scroller"
IMAGES = """selectors => [...document.querySelectorAll(selectors.join(','))]
    .flatMap(ours => [...ours.querySelectorAll('img, svg')])
    .filter(image => !image.parentElement.closest('svg') && !image.closest('[aria-hidden=true]'))
    .map(image => ({
        text: (image.getAttribute('alt') || image.getAttribute('aria-label')
            || image.querySelector(':scope > title')?.textContent || '')
            .trim().replace(/^Image$/, ''),  // what JupyterLab says of an image without words
        broken: image.tagName == 'IMG' && !(image.complete && image.naturalWidth),
        html: image.outerHTML.slice(0, 120)}))"""
DEAD_LINKS = """() => [...document.querySelectorAll('.jp-MarkdownOutput a')]
    .map(link => link.getAttribute('href') || '')
    .filter(href => href.startsWith('#') && href.length > 1)
    .filter(href => { const id = decodeURIComponent(href.slice(1));
        return !document.getElementById(id)
            && !document.querySelector(`[data-jupyter-id="${CSS.escape(id)}"]`); })"""
TOO_WIDE = """selectors => [...document.querySelectorAll(selectors
        .flatMap(ours => [ours, `${ours} :not(.jp-sr-only, svg *)`]).join(','))]
    .filter(it => it.clientWidth && it.scrollWidth > it.clientWidth + 1)
    .filter(it => getComputedStyle(it).overflowX !== 'visible')
    .map(it => `${it.scrollWidth} of ${it.clientWidth} pixels: ${it.textContent.slice(0, 80)}`)"""
# Text that is hard to read: below 11 pixels, as it is shown, in whatever has been shrunk with it.
TOO_SMALL = """selectors => [...document.querySelectorAll(
        selectors.map(ours => `${ours} :is(text, :not(svg, svg *, style))`).join(','))]
    .filter(it => it.getClientRects().length)
    .filter(it => [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(it => { const svg = it.closest('svg');
        const scale = svg ? svg.clientWidth / svg.viewBox.baseVal.width : 1;
        return [parseFloat(getComputedStyle(it).fontSize) * scale, it.textContent]; })
    .filter(([size, text]) => size < 10.9)
    .map(([size, text]) => `${size.toFixed(1)} pixels: ${text.slice(0, 80)}`)"""
CUT_LISTS = """() => [...document.querySelectorAll('.ipc-lab select')].flatMap(list => {
    const pen = document.createElement('canvas').getContext('2d');
    const {font, paddingLeft, paddingRight} = getComputedStyle(list);
    pen.font = font;
    const room = list.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return [...list.options].filter(option => pen.measureText(option.label).width > room)
        .map(option => `cut off in a list: ${option.label}`); })"""
WIDGETS = ".ipc-lab, .ipc-replay"
AXE = "([include, exclude, options]) => axe.run({include, exclude}, options)"


@dataclass(frozen=True)
class Server:
    """A running JupyterLab, started as `make lab` does it; its root holds the copies."""

    url: str
    token: str
    place: Path
    mark: str
    pid: int = 0

    @property
    def copies(self) -> Path:
        return self.place / copies.MINE.name

    def kernels(self) -> set[int]:
        return {child.pid for child in psutil.Process(self.pid).children()}

    def processes(self) -> Processes:
        """The server, its kernels and whatever they have started."""
        return marked(self.mark)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    with nbval_run.private_folder() as place:
        copies.bring(target=place / copies.MINE.name)
        lab.make_workspace(place / "workspaces")
        server = Server(
            f"http://127.0.0.1:{free_port()}", secrets.token_hex(8), place, uuid.uuid4().hex
        )
        with (place / "server.log").open("wb") as log:
            process = subprocess.Popen(
                [
                    *SERVER,
                    *lab.options(place / "workspaces", root=place),
                    f"--port={server.url.rpartition(':')[2]}",
                    f"--IdentityProvider.token={server.token}",
                ],
                cwd=place,
                env=environment(server),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for_port(server, process)
            yield replace(server, pid=process.pid)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            nbval_run.end_all(lambda: server.processes().values())


def environment(server: Server) -> dict[str, str]:
    """The user's own environment, but nobody else's settings."""
    folders = {
        "JUPYTERLAB_SETTINGS_DIR": server.place / "settings",
        "JUPYTER_CONFIG_DIR": server.place / "config",
        "JUPYTER_DATA_DIR": server.place / "data",
    }
    for name, value in SETTINGS.items():
        path = folders["JUPYTERLAB_SETTINGS_DIR"] / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), encoding="utf-8")
    own = nbval_run.environment(server.place, "spawn", server.mark)
    return {**own, **{name: str(path) for name, path in folders.items()}}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(server: Server, process: subprocess.Popen[bytes]) -> None:
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            return
        time.sleep(0.1)
    log = (server.place / "server.log").read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"JupyterLab did not start:\n{log[-3000:]}")


@contextlib.contextmanager
def browsing(executable: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One notebook, open in JupyterLab and run from top to bottom."""

    server: Server
    page: Page
    name: str  # of the notebook: its path without the ending
    console: list[str] = field(default_factory=list)  # errors that the page reported
    strangers: list[str] = field(default_factory=list)  # addresses other than our server's
    as_opened: dict[str, Any] = field(default_factory=dict)  # see AS_OPENED

    def command(self, name: str, **arguments: Any) -> None:
        """A command of JupyterLab's palette."""
        call = "([name, arguments]) => window.jupyterapp.commands.execute(name, arguments)"
        self.page.evaluate(f"async given => {{ await ({call})(given) }}", [name, arguments])

    def open(self) -> None:
        """Open the notebook by itself, as a link to it does, with a kernel that is ready."""
        self.choose_theme("light")
        place = f"{copies.MINE.name}/{self.name}.ipynb"
        self.page.goto(f"{self.server.url}/doc/tree/{place}?token={self.server.token}&reset")
        self.wait_until_open()
        self.as_opened = self.page.evaluate(AS_OPENED)

    def wait_until_open(self) -> None:
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=START_S * 1000)
        self.wait_until_idle()

    def change_theme(self, theme: str) -> None:
        """On the open page, as *Settings → Theme* does."""
        self.command("apputils:change-theme", theme=THEMES[theme])
        self.wait_for_theme(theme)

    def wait_for_theme(self, theme: str) -> None:
        shown = "name => document.body.dataset.jpThemeName === name"
        self.page.wait_for_function(shown, arg=THEMES[theme])

    def choose_theme(self, theme: str) -> None:
        """Before a page is opened."""
        answer = self.page.request.put(
            f"{self.server.url}/lab/api/settings/@jupyterlab/apputils-extension:themes",
            headers={"Authorization": f"token {self.server.token}"},
            data={"raw": json.dumps({"theme": THEMES[theme]})},
        )
        assert answer.ok, answer.text()

    def run_all(self) -> None:
        """*Run → Run All Cells*, by hand."""
        self.page.locator(".jp-Notebook .jp-Cell").first.click()
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with contextlib.suppress(BrowserTimeout):  # cells() tells which have not run
            self.page.wait_for_function(SETTLED, timeout=CELLS_S * 1000)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(IDLE, timeout=START_S * 1000)

    def count(self, selector: str) -> int:
        return self.page.locator(selector).count()

    def cells(self) -> list[dict[str, Any]]:
        return self.page.evaluate(CELLS)

    def images(self) -> list[dict[str, Any]]:
        return self.page.evaluate(IMAGES, list(OURS))

    def too_wide(self, width: int, parts: Sequence[str] = (*OURS, EDITORS)) -> list[str]:
        """What is cut off at the right, has a scroll bar there, or shrinks, in such a window."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.wait_for_timeout(300)
        found = self.page.evaluate(TOO_WIDE, list(parts))
        found += self.page.evaluate(TOO_SMALL, list(parts)) + self.page.evaluate(CUT_LISTS)
        self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        return found

    def dead_links(self) -> list[str]:
        """Links to a heading of this page that is not there."""
        return self.page.evaluate(DEAD_LINKS)

    def reopen(self, theme: str, kernel_lives: bool = True) -> None:
        """Save, and load the page again in a theme, as a learner does who comes back.

        The kernel goes on, and the widgets come back from it; else, from what was saved.
        """
        widgets = self.count(WIDGETS)
        self.command("docmanager:save")
        if not kernel_lives:
            self.end_kernels()
        self.choose_theme(theme)
        self.page.reload()
        self.wait_until_open()
        self.wait_for_theme(theme)
        if widgets:
            self.page.locator(WIDGETS).nth(widgets - 1).wait_for()
        self.page.wait_for_timeout(500)  # diagrams are drawn last

    def save_and_reload(self) -> None:
        self.command("docmanager:save")
        self.page.reload()
        self.wait_until_open()

    def restart_kernel(self) -> None:
        self.page.evaluate(
            "async () => await window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
        )
        self.wait_until_idle()

    def violations(
        self,
        impacts: Collection[str],
        rules: Collection[str],
        parts: Collection[str],
        only: Collection[str] = (),
    ) -> list[str]:
        """What axe finds in what is ours, a line each, without some rules and some parts.

        `only` names the rules to ask; none of them stands for all.
        """
        if not self.page.evaluate("() => 'axe' in window"):
            script = resources.files("axe_playwright_python") / "axe.min.js"
            self.page.evaluate(script.read_text(encoding="utf-8"))
        left_out = {rule: {"enabled": False} for rule in rules}
        asked = {"runOnly": list(only)} if only else {"rules": left_out}
        options = {"resultTypes": ["violations"], **asked}
        include = [[selector] for selector in OURS if self.count(selector)]
        exclude = [[selector] for selector in parts]
        found = self.page.evaluate(AXE, [include, exclude, options])["violations"]
        return [
            f"{rule['impact']}: {rule['id']}: {node['target']} {node['html'][:200]}: "
            + " ".join(node["failureSummary"].split())
            for rule in found
            if rule["impact"] in impacts
            for node in rule["nodes"]
        ]

    def picture(self, what: str, theme: str) -> Path:
        return SCREENSHOTS / f"{self.name.replace('/', '-')}-{what}-{theme}.png"

    def forget_pictures(self) -> None:
        """Those of an earlier run, which may have shown more."""
        for old in SCREENSHOTS.glob(self.picture("*", "*").name):
            old.unlink()

    def photograph(self, what: Locator, name: str, theme: str) -> None:
        if KEEPS_PICTURES:
            what.screenshot(path=self.picture(name, theme))

    def photograph_narrow(self, what: Locator, name: str, theme: str) -> None:
        """The first of these as it is in a narrow window."""
        if KEEPS_PICTURES and what.count():
            self.page.set_viewport_size({"width": 700, "height": HEIGHT})
            self.page.wait_for_timeout(200)
            self.photograph(what.first, name, theme)

    def paper(self, picture: Locator) -> tuple[int, int, int]:
        """The colour of a picture's upper left corner, as the page shows it."""
        with Image.open(io.BytesIO(picture.screenshot())) as shot:
            red, green, blue = shot.convert("RGB").getpixel((3, 3))
        return red, green, blue

    def areas(self, picture: Locator) -> set[tuple[int, int, int]]:
        """The colours that fill areas of a picture, as the page shows it."""
        with Image.open(io.BytesIO(picture.screenshot())) as shot:
            counted = shot.convert("RGB").getcolors(shot.width * shot.height)
        return {color for pixels, color in counted if pixels > 400}

    def photograph_page(self, theme: str) -> None:
        """The whole notebook in one picture, if it is unrolled."""
        if KEEPS_PICTURES:
            self.page.screenshot(path=self.picture("page", theme))

    @contextlib.contextmanager
    def unrolled(self) -> Iterator[None]:
        """A window as high as the notebook: axe takes what is scrolled out of sight for clipped.

        For the same reason it must not see that the body, whose parts are positioned and therefore
        give it no height, hides what flows over.
        """
        inside = "() => document.querySelector('.jp-WindowedPanel-outer').scrollHeight"
        tall = min(self.page.evaluate(inside) + 200, TALLEST)
        self.page.set_viewport_size({"width": WIDTH, "height": tall})
        self.page.evaluate(
            """() => { document.body.style.overflow = 'visible';
                document.querySelector('.jp-WindowedPanel-outer').scrollTop = 0; }"""
        )
        self.page.wait_for_timeout(200)
        try:
            yield
        finally:
            self.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    def end_kernels(self) -> None:
        headers = {"Authorization": f"token {self.server.token}"}
        listed = self.page.request.get(f"{self.server.url}/api/kernels", headers=headers).json()
        for kernel in listed:
            address = f"{self.server.url}/api/kernels/{kernel['id']}"
            self.page.request.delete(address, headers=headers)


@contextlib.contextmanager
def visiting(server: Server, browser: Browser, name: str) -> Iterator[Visit]:
    """A context of its own, so that no notebook sees what another has left in the browser."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    visit = Visit(server, context.new_page(), name)
    visit.forget_pictures()
    listen(context, visit)
    try:
        visit.open()
        visit.run_all()
        yield visit
    finally:
        visit.end_kernels()
        context.close()


@contextlib.contextmanager
def at_the_front_door(server: Server, browser: Browser) -> Iterator[Visit]:
    """The address that `make lab` prints, in a browser that has never been there."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    visit = Visit(server, context.new_page(), "00_start_here")
    try:
        visit.choose_theme("light")
        visit.page.goto(f"{server.url}/?token={server.token}")
        visit.wait_until_open()
        visit.as_opened = visit.page.evaluate(AS_OPENED)
        yield visit
    finally:
        visit.end_kernels()
        context.close()


def listen(context: BrowserContext, visit: Visit) -> None:
    page = visit.page
    page.on(
        "console", lambda m: m.type == "error" and visit.console.append(f"{m.text} {m.location}")
    )
    page.on("pageerror", lambda error: visit.console.append(str(error)))
    context.on("request", lambda request: note_stranger(visit, request.url))


def note_stranger(visit: Visit, url: str) -> None:
    if re.match(r"https?:|wss?:", url) and not url.startswith(
        visit.server.url.replace("http", url.split(":")[0])
    ):
        visit.strangers.append(url)
