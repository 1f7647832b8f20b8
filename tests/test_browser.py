"""Each notebook works in JupyterLab, in a real browser, in both themes; nothing else would show it.

For each notebook, in this order: open it, run all cells, look for errors, at images and links;
drive each lab and each replay; look at it in the light and the dark theme, with axe and with a
camera; take the output of a running lab away; at the end, read the console. What the camera sees is
kept in build/screenshots/, for people to look at.

axe looks at what is ours: rendered Markdown and outputs, in both themes. JupyterLab's own parts are
left out: editors, prompts, toolbars, menus, and what NOT_OUR_RULES and NOT_OUR_PARTS name.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import browser
import install_browser
import nbformat
import pytest
from browser import THEMES, Server, Visit
from course import NOTEBOOKS, code_cells, lessons, read
from machine import Patience
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from outside import Watch
from panels import Lab, labs, replays
from playwright.sync_api import Browser, expect

from mpscope import PALETTE

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Floor:
    """What a notebook has at least, so that nothing passes because there is nothing to test."""

    diagrams: int = 0  # mermaid
    pictures: int = 0  # <figure>, such as a timeline
    labs: int = 0
    replays: int = 0
    verdicts: int = 0


LESSONS = [path.stem for path in lessons()]
# One script writes them all, and each is run elsewhere: a browser need not open every one.
EXERCISES = [
    "exercises/exercises_00_start_here",
    "exercises/exercises_02_queue",
    "exercises/checkpoint_1",
]
FLOOR = {
    "00_start_here": Floor(diagrams=1, pictures=3, replays=1),
    "01_two_memories": Floor(diagrams=1, pictures=3, labs=1),
    "02_queue": Floor(diagrams=2, pictures=2, labs=1, replays=1),
    "03_pipe": Floor(diagrams=2, pictures=3, labs=1),
    "04_manager": Floor(diagrams=2, pictures=3, labs=1, replays=1),
    "05_manager_gallery": Floor(pictures=3),
    "06_how_a_process_is_born": Floor(diagrams=1, pictures=1, labs=1),
    "07_inside_a_queue": Floor(diagrams=1, pictures=1, labs=1),
    "08_two_hands_on_one_end": Floor(diagrams=3, pictures=1, labs=1),
    "09_races_one_step_at_a_time": Floor(diagrams=1, labs=1),
    "10_shared_memory": Floor(pictures=2, labs=1),
    "11_when_processes_die": Floor(pictures=1),
    "12_pools_and_futures": Floor(),
    "13_threads_interpreters_processes": Floor(diagrams=0, pictures=1),
    "14_what_a_channel_costs": Floor(diagrams=1, pictures=7),
    "15_beyond_one_machine": Floor(diagrams=1),
    "16_capstone": Floor(diagrams=1, pictures=1, labs=1),
    # a starter that runs and fails is drawn; in 00, it is not even begun
    "exercises/exercises_00_start_here": Floor(verdicts=1),
    "exercises/exercises_02_queue": Floor(pictures=3, verdicts=4),
    "exercises/checkpoint_1": Floor(pictures=3, verdicts=2),
}
# Every kind of picture, diagram, lab, replay and verdict; all the others, if pictures are kept.
IN_THE_DARK = {"02_queue", "10_shared_memory", "14_what_a_channel_costs", EXERCISES[1]}
# Settings under which a run of a lab lasts long enough to be stopped.
LONG = {
    "two-memories": {"what": "a Manager's list"},
    "queue": {"pause-ms": "500", "messages": "10"},
    "pipe": {"bob-closes": "no"},
    "manager": {"children": "6", "times": "100"},
    "birth": {"children": "5", "memory-mb": "390"},
    "torn": {"lock": "yes", "method": "spawn"},
    "player": {"method": "spawn"},
    "index": {"fault": "slow with every document", "documents": "12"},
    "anatomy": {"leave": "os._exit()", "messages": "39"},
    "segment": {"children": "6"},
}
STOP_S = 1.0  # what is promised
SLACK_S = 0.5  # the page and the kernel talk to each other, on a busy machine
NARROW = 1000  # pixels: a laptop's window with the list of files beside the lesson
SMALL = (850, 700, 480)
WIDEST_DIAGRAM = 820  # pixels: in a window of 700 it shrinks, and its letters of 16 to 11
NATURAL_WIDTHS = "images => images.map(image => Number(image.getAttribute('width')))"
WIDGETS = (".ipc-lab", ".ipc-replay")
PAPERS = {"light": (255, 255, 255), "dark": (17, 17, 17)}  # JupyterLab's, and our pictures'
BAD = ("serious", "critical")  # axe's words
# What of JupyterLab's own shows inside of what is ours: rules of axe, and parts of the page.
NOT_OUR_RULES = {"link-in-text-block": "its style sheet takes the underline from links"}
NOT_OUR_PARTS = {"pre > code": "its theme colours program text, as it does in the editors"}
PHOTOGRAPHED = {
    "lab": ".ipc-lab",
    "replay": ".ipc-replay",
    "verdict": ".ipc-verdict",
    "picture": ".jp-OutputArea-output figure:visible",
    "diagram": ".jp-RenderedMermaid",
}


WORD_BREAKS = "parts => [...new Set(parts.map(part => getComputedStyle(part).wordBreak))]"
LEFT_EDGES = """box => ['button.ipc-run', 'select, input[type=text]'].map(parts => Math.min(
    ...[...box.querySelectorAll(parts)].map(it => Math.round(it.getBoundingClientRect().left))))"""
TICKS_OFF = """box => {
    const middle = it => { const {top, bottom} = it.getBoundingClientRect(); return top + bottom; };
    const fields = [...box.querySelectorAll('.ipc-controls :is(select, input[type=text])')];
    return [...box.querySelectorAll('.ipc-controls input[type=checkbox]')].map(middle)
        .map(tick => Math.min(...fields.map(field => Math.abs(middle(field) - tick) / 2)))
        .filter(pixels => 1.5 < pixels && pixels < 20); }"""  # farther off is a row of ticks alone
# ipywidgets lets a check box grow, and a box that is drawn in its middle is far from its words.
TICKS_FAR = """box => [...box.querySelectorAll('.ipc-controls input[type=checkbox]')]
    .map(tick => tick.getBoundingClientRect().width).filter(pixels => pixels > 24)"""
# Names that are broken at the end of a line, as hint("queue-1") after its hyphen, in any width.
BROKEN_NAMES = """parts => parts.flatMap(part => {
    const found = new Set(), range = document.createRange();
    for (let width = 320; width < 900; width += 7) {
        part.style.width = `${width}px`;
        const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
        for (let text; text = walker.nextNode();)
            for (const name of text.data.matchAll(/\\w+-\\d+/g)) {
            range.setStart(text, name.index);
            range.setEnd(text, name.index + name[0].length);
            const lines = new Set([...range.getClientRects()].map(it => Math.round(it.top)));
            if (lines.size > 1) found.add(name[0]); }
    }
    part.style.width = '';
    return [...found]; })"""
having = partial(pytest.mark.parametrize, "visit", indirect=True, scope="module")

# ---- the server, the browser, a lesson ---------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Path:
    """A browser; without one there is nothing to do here, and a CI must have one."""
    try:
        return install_browser.find() or install_browser.install()
    except install_browser.NoBrowser as error:
        reason = f"NO LESSON WAS TESTED IN A BROWSER. {error}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def server(chromium: Path) -> Iterator[Server]:
    with browser.serving() as server:
        yield server


@pytest.fixture(scope="module")
def chrome(chromium: Path) -> Iterator[Browser]:
    with browser.browsing(chromium) as chrome:
        yield chrome


@pytest.fixture(scope="module", params=FLOOR)
def visit(chrome: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Visit]:
    watch = Watch(server.processes)
    with browser.visiting(server, chrome, request.param) as visit:
        yield visit
    left = watch.left(patience_s=10) + [str(path) for path in server.place.glob("tmp/ipc-*-*")]
    assert not left, "after its kernel had been shut down, the lesson left:\n" + "\n".join(left)


@pytest.fixture(autouse=True)
def nothing_left_behind(server: Server) -> Iterator[None]:
    """As for all tests, but asked of the kernels: the browser starts processes as it likes."""
    watch = Watch(server.processes)
    yield
    left = watch.left(patience_s=5, expected=server.kernels)
    assert not left, "the test left behind:\n" + "\n".join(left)


# ---- the front door ----------------------------------------------------------------------------


def test_the_printed_address_opens_lesson_00_and_its_contents(
    chrome: Browser, server: Server
) -> None:
    with browser.at_the_front_door(server, chrome) as visit:
        page = visit.page
        tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current")
        assert tab.inner_text() == "00_start_here.ipynb"
        assert page.locator("#jp-left-stack .jp-TableOfContents-tree:visible").count() == 1
        assert visit.as_opened == {"unsaved": False, "outputs": 0}
        page.wait_for_timeout(1500)  # questions come late
        assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
        page.screenshot(path=visit.picture("front-door", "light"))


# ---- the cells, and what they show -------------------------------------------------------------


def test_the_floor_names_each_notebook() -> None:
    assert list(FLOOR) == [*LESSONS, *EXERCISES]


def test_a_copy_opens_without_outputs_and_unchanged(visit: Visit) -> None:
    assert visit.as_opened == {"unsaved": False, "outputs": 0}


def test_all_cells_run_and_none_fails(visit: Visit) -> None:
    cells = visit.cells()
    assert len(cells) == len(code_cells(read_notebook(visit))) > 0
    assert {cell["id"]: cell["error"] for cell in cells if cell["error"]} == {}
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))


def read_notebook(visit: Visit) -> nbformat.NotebookNode:
    return read(visit.server.copies / f"{visit.name}.ipynb")


def test_each_image_is_shown_and_told(visit: Visit) -> None:
    images = visit.images()
    assert [image["html"] for image in images if image["broken"]] == []
    assert [image["html"] for image in images if not image["text"]] == [], "no alternative text"
    fences = sum(cell.source.count("```mermaid") for cell in read_notebook(visit).cells)
    assert visit.count(".jp-RenderedMermaid img") == fences >= FLOOR[visit.name].diagrams
    widths = visit.page.locator(".jp-RenderedMermaid img").evaluate_all(NATURAL_WIDTHS)
    assert [width for width in widths if width > WIDEST_DIAGRAM] == []
    assert visit.count(".jp-OutputArea-output figure img") >= FLOOR[visit.name].pictures


def test_verdicts_show_themselves_once_and_break_no_word(visit: Visit) -> None:
    checks = sum(cell.source.startswith("check(") for cell in read_notebook(visit).cells)
    assert visit.count(".ipc-verdict") == checks >= FLOOR[visit.name].verdicts
    broken = visit.page.locator(".ipc-verdict, .ipc-verdict *").evaluate_all(WORD_BREAKS)
    assert broken == (["normal"] if checks else [])
    assert visit.page.locator(".ipc-verdict").evaluate_all(BROKEN_NAMES) == []


@having(["00_start_here", "01_two_memories"])
def test_a_source_that_is_shown_breaks_no_word(visit: Visit) -> None:
    source = visit.page.locator(".jp-OutputArea-output.jp-RenderedMarkdown pre")
    assert source.evaluate_all(WORD_BREAKS) == ["normal"]


def test_links_lead_to_headings_that_are_there(visit: Visit) -> None:
    assert visit.dead_links() == []


def test_nothing_has_to_be_scrolled_sideways(visit: Visit) -> None:
    assert visit.too_wide(NARROW) == []
    for width in SMALL:
        assert visit.too_wide(width, WIDGETS) == [], "labs and replays are drawn for each width"


# ---- labs and replays --------------------------------------------------------------------------


@having([name for name, floor in FLOOR.items() if floor.labs])
def test_labs_run_stop_reset_and_refuse(visit: Visit, subtests: pytest.Subtests) -> None:
    found = labs(visit.page)
    assert len(found) >= FLOOR[visit.name].labs
    for lab in found:
        with subtests.test(lab.name):
            button, field = lab.box.evaluate(LEFT_EDGES)
            assert button == field, "they begin at one line"
            assert lab.box.evaluate(TICKS_OFF) == [], "a check box stands beside its row's fields"
            assert lab.box.evaluate(TICKS_FAR) == [], "a check box stands beside its words"
            reset(lab)  # the lesson has run it from code, with settings of its own
            at_first = lab.settings()
            assert stopped_in_time(lab), lab.status
            lab.press("reset")
            assert lab.change_each() == len(at_first) - 1
            assert lab.run() in ("done", "hung", "refused"), lab.status
            assert lab.unrefused() == []
            reset(lab)
            assert lab.settings() == at_first
            assert lab.run() == "done", lab.status
            assert lab.seen and lab.focused


def stopped_in_time(lab: Lab) -> bool:
    """Stop a run; the quickest may be over before the button is pressed, so try some times."""
    lab.set_all(LONG[lab.name])
    for _ in range(5):
        patience = Patience()
        state, seconds = lab.run_and_stop()
        if state == "stopped":
            return seconds <= patience.with_promise(STOP_S) + SLACK_S
    return False


def reset(lab: Lab) -> None:
    """The kernel does it: what the fields show comes a moment later."""
    lab.press("reset")
    lab.box.page.wait_for_timeout(500)


@having([name for name, floor in FLOOR.items() if floor.replays])
def test_replays_can_be_stepped(visit: Visit, subtests: pytest.Subtests) -> None:
    found = replays(visit.page)
    assert len(found) >= FLOOR[visit.name].replays
    for number, player in enumerate(found, start=1):
        with subtests.test(f"replay {number}"):
            assert player.steps > 3
            said = [player.wait_for_step(0)]
            for step in (1, 2):
                player.press("forward")
                said.append(player.wait_for_step(step))
            player.slider.press("End")  # the keyboard moves it, too
            said.append(player.wait_for_step(player.steps))
            assert len(set(said)) == 4, said
            words = re.compile(f"Step {player.steps} of {player.steps}, .*[a-z]")
            expect(player.slider).to_have_attribute("aria-valuetext", words)
            player.press("back")
            player.wait_for_step(player.steps - 1)
            player.slider.press("Home")
            player.wait_for_step(0)
            player.press("play")
            player.wait_for_step(1)
            player.press("back")


# ---- looks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read(visit: Visit, theme: str) -> None:
    if theme != "light":  # as it was opened
        if visit.name not in IN_THE_DARK and not browser.KEEPS_PICTURES:
            pytest.skip(
                "its kinds of pictures are looked at elsewhere; IPC_SCREENSHOTS=1 looks here"
            )
        visit.reopen(theme)
    with visit.unrolled():
        visit.photograph_page(theme)
        for name, selector in PHOTOGRAPHED.items() if browser.KEEPS_PICTURES else ():
            for number, thing in enumerate(visit.page.locator(selector).all(), start=1):
                visit.photograph(thing, f"{name}-{number}", theme)
        pictures = visit.page.locator(f'{PHOTOGRAPHED["picture"]} img[src*="svg+xml"]').all()
        papers = {visit.paper(picture) for picture in pictures[:1] + pictures[-1:]}
        only = () if theme == "light" else ("color-contrast",)  # all else does not hang on colours
        violations = visit.violations(BAD, NOT_OUR_RULES, NOT_OUR_PARTS, only)
        for name in ("lab", "replay", "verdict"):
            visit.photograph_narrow(visit.page.locator(PHOTOGRAPHED[name]), f"{name}-700", theme)
    assert violations == []
    assert len(pictures) >= FLOOR[visit.name].pictures
    assert papers <= {PAPERS[theme]}, "a picture follows the theme"


@having(["00_start_here", "02_queue"])
def test_diagrams_follow_a_change_of_theme(visit: Visit) -> None:
    """Of each of our two kinds; JupyterLab does not draw them anew."""
    for theme in "dark", "light":
        visit.change_theme(theme)
        for diagram in visit.page.locator(f"{PHOTOGRAPHED['diagram']} img").all():
            wanted = {rgb(getattr(PALETTE[name], theme)) for name in ("paper", "hair")}
            until = time.monotonic() + 10  # an image is painted anew a moment after the page
            while not wanted <= (drawn := visit.areas(diagram)) and time.monotonic() < until:
                time.sleep(0.2)
            assert wanted <= drawn


def rgb(color: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


@having(["02_queue"])
def test_a_running_lab_whose_output_is_cleared_ends(visit: Visit) -> None:
    """All panels are one class: one of them shows it, with the longest run."""
    [panel] = labs(visit.page)
    panel.set_all(LONG[panel.name])
    panel.start()
    assert "Running" in panel.status
    visit.command("notebook:clear-all-cell-outputs")
    # nothing_left_behind looks, long before the run would have ended


@having(["02_queue"])
def test_panels_without_a_kernel_say_so_and_keep_their_picture(visit: Visit) -> None:
    """In a saved page that is opened when the kernel is gone; after a restart; and then saved."""
    for theme in "dark", "light":
        visit.page.locator(".jp-Notebook .jp-CodeCell", has_text="queue_lab()").first.click()
        visit.command("notebook:run-cell")
        [panel] = labs(visit.page)
        if theme == "dark":
            assert panel.run() == "done"
            visit.reopen(theme, kernel_lives=False)
            [panel] = labs(visit.page)
        else:
            panel.set_all(LONG[panel.name])
            panel.start()
            panel.box.locator(".ipc-picture svg:visible").first.wait_for()
            visit.change_theme(theme)
            visit.restart_kernel()
            expect(
                panel.box.locator(":is([data-state=running], .ipc-clock):visible")
            ).to_have_count(0)
        shown = panel.after_restart
        assert "run the cell again" in shown["said"]
        assert (shown["controls"], shown["chains"]) == (0, 0) and shown["pictures"], shown
        visit.photograph(panel.box, "without-kernel", theme)
    reported = len(visit.console)
    visit.save_and_reload()
    still = visit.page.locator(".mp-still:visible").last  # JupyterLab has forgotten the panel
    expect(still).to_contain_text("run the cell in JupyterLab")
    expect(visit.page.get_by_text("model not found").locator("visible=true")).to_have_count(0)
    assert [line for line in visit.console[reported:] if "model not found" not in line] == []
    del visit.console[reported:]  # what JupyterLab says of each
    visit.page.locator(".jp-Notebook .jp-CodeCell").first.click()
    visit.command("notebook:run-cell")  # an import of mpscope sweeps up what was killed


def test_the_page_has_reported_no_error(visit: Visit) -> None:
    """The last one, so that it covers all that the others did."""
    assert visit.console == []
    assert visit.strangers == [], "the course works without a network"


# ---- elsewhere: on a page where nothing runs, and in Notebook 7 --------------------------------

ELSEWHERE = NOTEBOOKS / "02_queue.ipynb"  # with a lab and a replay, which are made as in all


def test_a_page_of_nbconverts_has_a_picture_and_a_sentence_for_each(
    chrome: Browser, tmp_path: Path
) -> None:
    page_file = tmp_path / "lesson.html"
    page_file.write_text(HTMLExporter().from_filename(ELSEWHERE)[0], encoding="utf-8")
    page = chrome.new_page()
    page.route(re.compile("^https?:"), lambda route: route.abort())  # read on a train
    page.goto(page_file.as_uri(), wait_until="domcontentloaded")
    stills = page.locator(".mp-still:visible")
    said = [re.search("A replay: run|then press Run", it) for it in stills.all_inner_texts()]
    assert len(said) == 2 and all(said)
    pictures = page.locator("figure img")
    shown = pictures.evaluate_all("all => all.map(it => it.complete && it.naturalWidth && it.alt)")
    assert len(shown) >= 3 and all(shown), "of the replay, of the lab's run below it, and others"
    assert page.locator(".jupyter-widgets-disconnected").count() == 0
    assert page.get_by_text("model not found").locator("visible=true").count() == 0
    page.close()


def test_notebook_7_runs_a_lab_and_steps_through_a_replay(chrome: Browser, server: Server) -> None:
    wanted = re.compile(r"^from ipc_helpers|^replay\(|_lab\(\)", re.MULTILINE)
    cells = [cell for cell in code_cells(read(ELSEWHERE)) if wanted.search(cell.source)]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, server.copies / "98_elsewhere.ipynb")
    page = chrome.new_page()
    place = f"notebooks/{server.copies.name}/98_elsewhere.ipynb"
    try:
        page.goto(f"{server.url}/{place}?token={server.token}")
        page.locator(".jp-Notebook .jp-Cell").first.click(timeout=30_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.locator(".ipc-lab").wait_for(timeout=30_000)
        [player], [lab] = replays(page), labs(page)
        player.press("forward")
        assert "parent starts" in player.wait_for_step(1)
        assert lab.run() == "done" and lab.seen
        expect(lab.box.locator(".ipc-picture svg:visible")).to_have_count(1)
        assert page.locator(".jupyter-widgets-disconnected").count() == 0
    finally:
        Visit(server, page, "").end_kernels()
        page.close()


# ---- proof that the proof works ----------------------------------------------------------------

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STRANGER = "http://127.0.0.2:9/pixel.png"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAIBTAA7"
SLEEP = "[sys.executable, '-c', 'import time; time.sleep(60)']"
FAULTS = (
    "![](missing.png) [nowhere](#No-such-heading)",
    f"![a picture from elsewhere]({STRANGER})",
    f"HTML('<img src=\"{PIXEL}\">')",
    "HTML('<p style=\"color:#ddd;background:#fff\">pale</p><button></button>')",
    'HTML(\'<div style="overflow:auto"><p style="width:3000px">wide</p></div>\')',
    "Javascript('console.error(\"loud\")')",
    f"import subprocess, sys; subprocess.Popen({SLEEP})",
    "1 / 0",
    "'never run'",
)


def test_faults_of_a_notebook_are_seen(chrome: Browser, server: Server) -> None:
    cells = [new_markdown_cell(text) for text in FAULTS[:2]]
    cells += [new_code_cell("from IPython.display import HTML, Javascript")]
    cells += [new_code_cell(source) for source in FAULTS[2:]]
    notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, server.copies / "99_faults.ipynb")
    watch = Watch(server.processes)
    with browser.visiting(server, chrome, "99_faults") as visit:
        errors = [cell["error"] for cell in visit.cells() if cell["error"]]
        assert len(errors) == 1 and "ZeroDivisionError" in errors[0]
        assert visit.cells()[-1]["count"] is None
        images = visit.images()
        assert [image["broken"] for image in images] == [True, True, False]
        assert [bool(image["text"]) for image in images] == [False, True, False]
        assert visit.dead_links() == ["#No-such-heading"]
        assert [line.split()[-1] for line in visit.too_wide(NARROW)] == ["wide"]
        with visit.unrolled():
            rules = {
                line.split(": ")[1] for line in visit.violations(BAD, NOT_OUR_RULES, NOT_OUR_PARTS)
            }
        assert rules == {"color-contrast", "button-name"}
        assert any("loud" in line for line in visit.console)
        assert set(visit.strangers) == {STRANGER}
        left = watch.left(patience_s=0, expected=server.kernels)
        assert "time.sleep(60)" in "\n".join(left)
