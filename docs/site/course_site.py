"""What the site adds to Sphinx: the front page, diagrams, and links into the glossary."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COURSE = ROOT / "notebooks" / "exercises" / "catalogue" / "course.toml"
CONTENTS = """

:::{{toctree}}
:hidden:
:caption: Lessons
{lessons}
:::

:::{{toctree}}
:hidden:
:caption: Exercises
{exercises}
:::

:::{{toctree}}
:hidden:
:caption: To look up
docs/start
docs/site/symptoms
docs/site/glossary
docs/interleavings
docs/ring
docs/site/api
engine/README
:::

:::{{toctree}}
:hidden:
:caption: For instructors
:glob:
docs/instructors/*
:::

:::{{toctree}}
:hidden:
:caption: The house
CONTRIBUTING
CHANGELOG
engine/CHANGELOG
SECURITY
LICENSE-prose
:::
"""


def slug(title: str) -> str:
    """JupyterLab's way, which the lessons' own links follow."""
    return title.strip().replace(" ", "-")


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    if name == app.config.root_doc:
        lessons, exercises = entries("notebooks"), entries("notebooks/exercises")
        source[0] += CONTENTS.format(lessons=lessons, exercises=exercises)


def entries(folder: str) -> str:
    """The notebooks of a folder in the contents, as the course orders and calls them."""
    files = (ROOT / folder).glob("*.ipynb")
    found = {path.stem.removeprefix("exercises_"): path.stem for path in files}
    parts = tomllib.loads(COURSE.read_text(encoding="utf-8"))["part"]
    return "\n".join(
        f"{number(name)}{title} <{folder}/{found[name]}>"
        for part in parts
        for name, title in part["lessons"].items()
        if name in found
    )


def number(name: str) -> str:
    """'02 ' for 02_queue; a checkpoint has none."""
    return f"{name[:2]} " if name[0].isdigit() else ""


class Mermaid(Directive):
    """A diagram. The text stays in the page for who has no JavaScript."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        box = nodes.container(classes=["diagram"])
        safe = text.replace("&", "&amp;").replace("<", "&lt;")
        box += nodes.raw("", f'<pre class="mermaid">{safe}</pre>', format="html")
        return [box]


def add_diagrams(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """What draws diagrams is large: only pages that have one load it."""
    if tree is not None and any("diagram" in n["classes"] for n in tree.findall(nodes.container)):
        app.add_js_file("mermaid.min.js", loading_method="defer")
        app.add_js_file("diagrams.js", loading_method="defer")


def give_captions_a_level(app: Sphinx, name: str, template: str, context: Any, tree: Any) -> None:
    """The captions of the contents are headings, and Sphinx does not say of which level."""
    contents = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = contents.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


class LinkTerms(SphinxTransform):
    """Link the first use of each term of the glossary, in each lesson."""

    default_priority = 400
    NOT_IN = (
        nodes.literal,
        nodes.literal_block,
        nodes.reference,
        nodes.title,
        nodes.raw,
        nodes.caption,
    )
    NOT_IN += (addnodes.pending_xref, nodes.container)

    def apply(self) -> None:
        if not self.env.docname.startswith("notebooks/"):
            return
        wanted = dict(TERMS)
        for text in list(self.document.findall(nodes.Text)):
            if wanted and not self.is_inside(text):
                self.link(text, wanted)

    def is_inside(self, node: nodes.Node) -> bool:
        while node := node.parent:
            if isinstance(node, self.NOT_IN) and "cell" not in node.get("classes", ()):
                return True
        return False

    def link(self, text: nodes.Text, wanted: dict[str, str]) -> None:
        pattern = r"\b(" + "|".join(sorted(map(re.escape, wanted), key=len, reverse=True)) + r")\b"
        found = re.search(pattern, text, re.IGNORECASE)
        if not found:
            return
        term = wanted[found[1].lower()]
        for form in [form for form, of in wanted.items() if of == term]:
            del wanted[form]
        link = addnodes.pending_xref(
            "", nodes.inline("", found[1]), refdomain="std", reftype="term", reftarget=term,
            refexplicit=True, refwarn=True, refdoc=self.env.docname, classes=["term"],
        )  # fmt: skip
        before, after = nodes.Text(text[: found.start()]), nodes.Text(text[found.end() :])
        text.parent.replace(text, [before, link, after])
        if wanted:
            self.link(after, wanted)


def read_terms() -> dict[str, str]:
    """Each form of each term of the glossary, and the term that explains it."""
    text = (HERE / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^(\w.*)\n  \w", text, flags=re.MULTILINE)
    if not terms:
        raise ValueError("no terms in the glossary")
    return {form: term for term in terms for form in (term.lower(), term.lower() + "s")}


TERMS = read_terms()


def finish(app: Sphinx, error: Exception | None) -> None:
    """The front page under the name that a server looks for."""
    if error is None and app.builder.format == "html":
        out = Path(app.outdir)
        shutil.copy(out / "README.html", out / "index.html")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("mermaid", Mermaid)
    app.add_transform(LinkTerms)
    app.connect("source-read", add_contents)
    app.connect("html-page-context", add_diagrams)
    app.connect("html-page-context", give_captions_a_level, priority=900)  # after the theme's own
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
