"""How Sphinx builds the pages: `make docs`. Warnings are errors there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

from ganzoo.version import VERSION

project = "ganzoo"
author = "The ganzoo developers"
copyright = "The ganzoo developers, Apache License 2.0"
version = release = VERSION

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "sphinx_copybutton",
    "docstrings",
    "registry_tables",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"ganzoo {VERSION}"
html_static_path = ["_static"]
html_css_files = ["width.css"]
html_copy_source = False
html_show_sourcelink = False

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 88
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = [("Class attributes", "params_style")]
# Docstrings write code between single backquotes, as Markdown does.
default_role = "code"

# Quotes and dots, but no dashes: "--plugin" is an option.
smartquotes_action = "qe"

copybutton_exclude = ".linenos, .gp, .go"
