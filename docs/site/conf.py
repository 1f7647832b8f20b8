"""The site: the lessons as they are stored, and the pages around them. `make site` builds it.

    README.md ──────────▶ index.html          (the front page: one text for both)
    notebooks/*.ipynb ──▶ their stored outputs, with nothing run again
    docs/ engine/ ──────▶ glossary, symptoms, for instructors, the engine's reference

No page loads anything from elsewhere. Links in the text lead to Python's documentation and to
sources; nobody needs them to read on.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "engine" / "src"), str(ROOT)]

project = "When two processes have to talk"
author = "the course's authors"
html_title = project
root_doc = "README"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "course_site"]
nb_execution_mode = "off"
nb_merge_streams = True
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
myst_heading_slug_func = "course_site.slug"
myst_fence_as_directive = ["mermaid"]
autodoc_member_order = "bysource"
autodoc_typehints = "description"
# Pages of the site. A part of it, for a quick test: SITE_PART="notebooks/02* docs/site"
PAGES = ["README.md", "notebooks/**.ipynb", "notebooks/exercises/*.ipynb", "docs/**.md"]
PAGES += ["engine/README.md", "engine/CHANGELOG.md", "CHANGELOG.md", "CONTRIBUTING.md"]
PAGES += ["SECURITY.md", "LICENSE-prose.md"]
include_patterns = PAGES
if part := os.environ.get("SITE_PART"):
    include_patterns = ["README.md", *part.split()]
exclude_patterns = [".*", "build", "dist", "**/.ipynb_checkpoints", "**/my_workers", "my_course"]

html_theme = "furo"
html_static_path = ["_static", *map(str, ROOT.glob("build/web/mermaid-*"))]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00558c", "color-brand-content": "#00558c"},
    "dark_css_variables": {"color-brand-primary": "#7cc4ee", "color-brand-content": "#7cc4ee"},
}
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
suppress_warnings = ["misc.highlighting_failure", "mystnb.mime_priority"]
