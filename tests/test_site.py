"""The site and the slides: they open from disk, load nothing from elsewhere, and lead everywhere.

CI builds a part of the site here; `make site`, which the workflow for the pages runs, builds the
whole, and takes a warning for an error.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from urllib.parse import unquote, urlsplit

import make_site
import make_slides
import pytest
import web_assets
from course import NOTEBOOKS, ROOT, lessons, prose, read

import mpscope

try:
    import fcntl
except ImportError:  # Windows: there each worker builds its own
    fcntl = None  # type: ignore[assignment]

SITE = ROOT / "docs" / "site"
PART = (
    "notebooks/02_queue.ipynb notebooks/exercises/exercises_02_queue.ipynb docs/site/glossary.md "
    "docs/site/symptoms.md docs/site/api.md"
)
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("use", "href")}


class Page(HTMLParser):
    """What a page loads, where it leads, and what can be led to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.without_alt = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.anchors |= {found["id"]} if found.get("id") else set()
        self.without_alt += tag == "img" and not found.get("alt")
        for name, value in found.items():
            if (tag, name) in LOADED and not (value or "").startswith(("data:", "#")):
                self.loads.append(value or "")
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))


def outside(addresses: list[str]) -> list[str]:
    return [a for a in addresses if re.match(r"(https?:)?//", a)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the site: a lesson, its exercises, and the pages to look things up in.

    Of several workers that come here at the same time, one builds it for all.
    """
    if importlib.util.find_spec("sphinx") is None and not os.environ.get("CI"):
        pytest.skip("`make site` installs what the site needs")
    if sys.platform != "linux" and importlib.util.find_spec("sphinx") is None:
        pytest.skip("one system is enough: pages are the same everywhere")
    base = tmp_path_factory.getbasetemp()
    is_shared = fcntl is not None and "PYTEST_XDIST_WORKER" in os.environ
    everybodys = base.parent if is_shared else base
    folder, built = everybodys / "site", everybodys / "site-is-built"
    with (everybodys / "site.lock").open("w") as turn:
        if fcntl is not None:
            fcntl.flock(turn, fcntl.LOCK_EX)
        if not built.exists():
            assert make_site.build(folder, strict=False, SITE_PART=PART).returncode == 0
            built.touch()
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    found = {p.relative_to(site).as_posix(): p for p in site.rglob("*.html")}
    assert "notebooks/02_queue.html" in found and "index.html" in found
    return {name: Page(path.read_text(encoding="utf-8")) for name, path in found.items()}


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    assert {name: out for name, page in pages.items() if (out := outside(page.loads))} == {}
    sheets = list((site / "_static").rglob("*.css"))
    assert sheets and not [
        p for p in sheets if re.search(r"(@import|url\()\W*(https?:)?//", p.read_text("utf-8"))
    ]


@pytest.mark.slow
def test_links_and_anchors_lead_somewhere(site: Path, pages: dict[str, Page]) -> None:
    assert broken(site, pages) == []


def broken(site: Path, pages: dict[str, Page]) -> list[str]:
    """Links to no page, no file, and no place in a page; what this part leaves out is no page."""
    found = []
    for name, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            place = Path(os.path.normpath(Path(name).parent / unquote(parts.path))).as_posix()
            target = place if parts.path else name
            left_out = (ROOT / target).suffix == ".ipynb" and (ROOT / target).exists()
            anchors = pages[target].anchors if target in pages else {unquote(parts.fragment)}
            if not (target in pages or left_out or (site / target).exists()):
                found.append(f"{name}: {link}")
            elif parts.fragment and unquote(parts.fragment) not in anchors:
                found.append(f"{name}: {link}")
    return found


@pytest.mark.slow
def test_a_lesson_has_its_outputs_pictures_diagrams_and_first_terms(
    site: Path, pages: dict[str, Page]
) -> None:
    text = (site / "notebooks" / "02_queue.html").read_text(encoding="utf-8")
    assert "[1, 2, 3]" in text and "Lab: producers and consumers" in text
    assert text.count('<pre class="mermaid">') == 2 and "accDescr" in text
    assert text.count("<figure") >= 3 and pages["notebooks/02_queue.html"].without_alt == 0
    terms = [a for a in pages["notebooks/02_queue.html"].links if "glossary.html#term-" in a]
    assert len(terms) == len(set(terms)) > 8, "each term once"


@pytest.mark.slow
def test_pages_can_be_read_by_everybody_in_both_themes(site: Path) -> None:
    import browser
    import install_browser

    chromium = install_browser.find()
    if chromium is None:
        pytest.fail("no browser") if os.environ.get("CI") else pytest.skip("no browser here")
    axe = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    found: list[str] = []
    with browser.browsing(chromium) as chrome:
        for theme in ("light", "dark"):
            page = chrome.new_page(color_scheme=theme)
            page.add_init_script(MERMAID)
            page.on("pageerror", lambda error, found=found: found.append(str(error)))
            for name in ("index", "notebooks/02_queue", "docs/site/symptoms"):
                page.goto((site / f"{name}.html").as_uri())
                page.evaluate(axe)
                found += [f"{theme} {name}: {line}" for line in page.evaluate(AXE)]
                drawn = page.locator("pre.mermaid svg").count()
                assert drawn == page.locator("pre.mermaid").count()
                for width in (1160, 1280, 1366, 1480):
                    page.set_viewport_size({"width": width, "height": 800})
                    found += [f"{width} {name}: {line}" for line in page.evaluate(CUT_OFF)]
                page.set_viewport_size({"width": 680, "height": 1000})
                page.emulate_media(media="print")
                found += [f"paper, {name}: {line}" for line in page.evaluate(CUT_OFF)]
                found += [f"paper, {name}: {line}" for line in page.evaluate(FOLDED)]
                page.emulate_media(media="screen")
                found += [f"{name}: {line}" for line in page.evaluate(CRAMPED)]
    assert found == []


# Where nothing has been fetched; the real one, if it is there, comes after it.
MERMAID = """window.mermaid = {initialize() {}, render: async (id, text) =>
    ({svg: `<svg id="${id}" role="img" aria-label="${text.match(/accTitle: (.*)/)[1]}"></svg>`})}"""
CUT_OFF = """() => [document.documentElement, ...document.querySelectorAll('figure > div')]
    .filter(it => it.scrollWidth > it.clientWidth + 1)
    .map(it => `${it.scrollWidth} of ${it.clientWidth} pixels`)"""
FOLDED = """() => [...document.querySelectorAll('article details:not([open])')]
    .filter(it => it.offsetHeight < 2 * it.querySelector('summary').offsetHeight)
    .map(it => `folded: ${it.innerText.slice(0, 60)}`)"""
# What is folded open has air below its head, code has it on both sides; nothing is told twice.
CRAMPED = """() => {
    const told = (what, boxes) => boxes.map(box => `${what}: ${box.innerText.slice(0, 60)}`);
    const article = document.querySelector('article');
    const all = (which) => [...article.querySelectorAll(which)];
    all('details').forEach(it => it.open = true);
    const below = (box) => box.nextElementSibling?.getBoundingClientRect().top
        - box.getBoundingClientRect().bottom;
    const code = 'div.cell, p + div[class^=highlight-]';
    const beside = all(`${code}, :has(+ :is(${code}))`).filter(it => it.localName !== 'span');
    const air = (it) => parseFloat(getComputedStyle(it).marginBottom);
    const still = '.cell_output > :has(.mp-still) + .output.text_plain';
    return [...told('no air below', all('summary').filter(it => air(it) < 6)),
            ...told('no air beside code', beside.filter(it => below(it) < 14)),
            ...told('told twice', all(still).filter(it => it.offsetHeight))];
}"""
AXE = """async () => (await axe.run(document, {preload: false, resultTypes: ['violations']}))
    .violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .flatMap(v => v.nodes.map(n => `${v.id}: ${n.html.slice(0, 120)}`))"""


def test_diagrams_have_the_colours_of_the_pictures() -> None:
    drawn = re.findall("#[0-9a-f]{6}", (SITE / "_static" / "diagrams.js").read_text("utf-8"))
    shades = [mpscope.PALETTE[name] for name in ("paper", "ink", "grey", "hair", "c1")]
    assert drawn == [shade.dark for shade in shades] + [shade.light for shade in shades]


def test_the_contents_follow_the_courses_order(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("docutils", reason="`make site` installs what the site needs")
    monkeypatch.syspath_prepend(SITE)
    lines = importlib.import_module("course_site").entries("notebooks/exercises").splitlines()
    assert len(lines) == len(list((NOTEBOOKS / "exercises").glob("*.ipynb")))
    at = lines.index("Checkpoint I <notebooks/exercises/checkpoint_1>")
    assert lines[at - 1].startswith("05 ") and lines[at + 1].startswith("06 ")


# ---- the pages around the lessons ---------------------------------------------------------------


def glossary() -> list[str]:
    text = (SITE / "glossary.md").read_text(encoding="utf-8")
    return re.findall(r"^(\w.*)\n  \w", text, flags=re.MULTILINE)


def test_the_glossary_has_what_lessons_use_and_a_sentence_for_each() -> None:
    plain = [re.sub(r"```.*?```|`[^`]*`", "", prose(read(p)), flags=re.DOTALL) for p in lessons()]
    text = "\n".join(plain).lower()
    terms = glossary()
    assert terms == sorted(terms, key=str.lower) and len(terms) > 40
    assert [t for t in terms if not re.search(rf"\b{re.escape(t.lower())}s?\b", text)] == []
    lines = re.findall(r"^  (\w.*)$", (SITE / "glossary.md").read_text("utf-8"), re.MULTILINE)
    assert len(lines) == len(terms) and all(re.fullmatch(r"[^.]+(\.\w[^.]*)*\.", x) for x in lines)


def test_the_reference_has_all_that_a_program_can_import() -> None:
    text = (SITE / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"^\.\. (?:auto\w+|data):: (\w+)$", text, flags=re.MULTILINE)
    assert sorted(named) == sorted(mpscope.__all__)


def test_symptoms_lead_to_a_lesson_and_an_exercise_each() -> None:
    text = (SITE / "symptoms.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!you see|--)(.*) \|$", text, flags=re.MULTILINE)
    for row in rows:
        symptom, name, lesson, exercise = row.split(" | ")
        assert symptom and name and "notebooks/" in lesson and "exercises/" in exercise
    for words in ("child.join()", "EOFError", "Can't pickle", "leaked semaphore"):
        assert words in text
    assert len(rows) > 30


def test_each_name_that_the_engine_gives_to_a_hang_is_a_symptom() -> None:
    text = (SITE / "symptoms.md").read_text(encoding="utf-8")
    names = set()
    for path in (ROOT / "engine/src/mpscope").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Pattern":
                named = [n for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
                names |= {constant.value for constant in named}  # two, if it is this or that
    assert len(names) > 25 and [name for name in names if name not in text] == []


# ---- slides --------------------------------------------------------------------------------------


def test_slides_load_only_what_lies_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_assets, "fetched", lambda name: as_fetched(tmp_path / name, name))
    make_slides.write_assets(tmp_path / "assets")
    text = make_slides.as_slides(NOTEBOOKS / "02_queue.ipynb")
    page = Page(text)
    assert page.loads and all(load.startswith("assets/") for load in page.loads)
    assert [load for load in page.loads if not (tmp_path / load).exists()] == []
    assert not re.search(r"import .* from ['\"]http", text) and page.without_alt == 0
    marks = [
        cell.metadata.get("slideshow", {}) for cell in read(NOTEBOOKS / "02_queue.ipynb").cells
    ]
    wanted = sum(mark.get("slide_type") in ("slide", "subslide") for mark in marks)
    stacks = sum(mark.get("slide_type") == "slide" for mark in marks)
    assert len(re.findall(r"<section\b", text)) == wanted + stacks
    assert "Lab: producers and consumers" in text and 'class="fragment"' in text


def as_fetched(folder: Path, name: str) -> Path:
    """A folder as npm's archive leaves it: the names are right, the files are empty."""
    folder.mkdir()
    for used in web_assets.ASSETS[name].used:
        (folder / Path(used).name).touch()
    return folder
