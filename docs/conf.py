"""How the pages are built: `sphinx-build -n -W --keep-going -b html docs OUT`, without network."""

from __future__ import annotations

import sys
from pathlib import Path

import session_lifecycle

sys.path.insert(0, str(Path(__file__).parent / "reference"))

project = "session-lifecycle"
version = release = session_lifecycle.__version__
show_authors = False

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "public_names",  # docs/reference/public_names.py
]
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [
    # The standard library's own pages are on the network, and the build is not.
    ("py:class", r"(collections(\.abc)?|datetime|enum|types|uuid)\.[A-Z_a-z]+|datetime"),
    # Nor are SQLAlchemy's, cattrs' and Hypothesis'.
    ("py:class", r"sqlalchemy\..*|TypeDecorator|TypeEngine|cattrs\..*"),
    ("py:class", r"hypothesis\..*|SearchStrategy|settings"),
    ("py:exc", r"InvalidArgument"),
    # Type variables are written in signatures, and have no entry.
    ("py:class", r"(session_lifecycle\.[\w.]+\.)?_[A-Z]"),
]

# Pages are read on the code host as well: plain Markdown, and no more of MyST than is needed.
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3

autoclass_content = "both"
autodoc_class_signature = "mixed"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 120
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"session-lifecycle {version}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = True
html_last_updated_fmt = None
pygments_style = "default"
pygments_dark_style = "github-dark"
html_theme_options = {
    # Only what the reader's own machine has: no font, icon or script comes from elsewhere.
    "light_css_variables": {
        "color-brand-primary": "#2456a6",
        "color-brand-content": "#2456a6",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8ab6f5",
        "color-brand-content": "#8ab6f5",
    },
}
