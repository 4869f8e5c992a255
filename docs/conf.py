# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How Sphinx makes the site of these pages; `.ci/site` calls it, docs/development.md says more."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import fourfold

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

project = "Fourfold"
author = "The Fourfold developers"
project_copyright = "2026, The Fourfold developers"
version = release = fourfold.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "sphinx_design",
    "sphinx_copybutton",
    "command_line",
    "names_in_text",
    "repository_links",
]
exclude_patterns = [
    "_*",
    "gallery/GALLERY_HEADER.rst",
    "gallery/[!b]*/GALLERY_HEADER.rst",
    "gallery/b[!u]*/GALLERY_HEADER.rst",
    "tutorials/GALLERY_HEADER.rst",
    "**/sg_execution_times.rst",
    "sg_execution_times.rst",
]
templates_path = ["_templates"]
default_role = "name"
smartquotes = False  # --strict is an option, not a dash
nitpicky = True
#: Names of other projects, in what the documentation inherits from them.
nitpick_ignore_regex = [
    ("py:.*", r"(?!fourfold\b).*\b(numpy|scipy|sklearn|torch|matplotlib)\b.*")
]

# -- pages: the same Markdown that the forge shows --------------------------------------

myst_enable_extensions = ["deflist", "strikethrough"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

#: Where files are that are no pages of the site, and which of those outside docs/ are.
repository_url = "https://github.com/fourfold-pid/fourfold"
repository_pages = {
    "CHANGELOG.md": "changelog",
    "benchmarks/README.md": "benchmarking",
    "examples/README.md": "studies",
}

# -- the reference ----------------------------------------------------------------------

autosummary_generate = True
autosummary_ignore_module_all = False
#: Two names that differ in case only are one file where file systems do not tell them apart.
autosummary_filename_map = {
    "fourfold.PID": "fourfold.PID-class",
    "fourfold.gates.COPY": "fourfold.gates.COPY-gate",
    "fourfold.torch.Capture": "fourfold.torch.Capture-class",
}
autodoc_typehints = "none"  # docstrings say them, with shapes
autodoc_member_order = "groupwise"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

#: Types of other projects lead to their pages where that is asked for: it needs the network.
if os.environ.get("FOURFOLD_DOCS_INTERSPHINX"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "scipy": ("https://docs.scipy.org/doc/scipy", None),
        "sklearn": ("https://scikit-learn.org/stable", None),
        "matplotlib": ("https://matplotlib.org/stable", None),
    }

# -- the galleries ----------------------------------------------------------------------

#: A process that has grown by 300 MB ends between two scripts, and joblib starts another: no loss,
#: but an error with `python -W error` raised where it would leave the build without an end.
warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)

sphinx_gallery_conf = {
    "examples_dirs": ["gallery", "tutorials"],
    "gallery_dirs": ["gallery/built", "tutorials/built"],
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__|/built/",
    "subsection_order": "gallery_order.sections",
    "within_subsection_order": "gallery_order.OfExamples",
    "copyfile_regex": "",
    "remove_config_comments": True,
    "min_reported_time": 10,
    "show_memory": False,
    "show_signature": False,
    "reset_modules": ("matplotlib", "gallery_warnings.as_errors"),
    "reset_modules_order": "both",
    "matplotlib_animations": False,
    "image_scrapers": ("matplotlib",),
    "doc_module": ("fourfold",),
    "backreferences_dir": "reference/generated/examples",
    "thumbnail_size": (400, 280),
    "download_all_examples": False,
    "parallel": True,
    "plot_gallery": os.environ.get("FOURFOLD_DOCS_GALLERY", "1") == "1",
}

# -- what it looks like -----------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = f"Fourfold {release}"
html_static_path = ["_static"]
html_css_files = ["fourfold.css"]
html_favicon = "_static/fourfold.svg"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {
        "image_light": "_static/fourfold.svg",
        "image_dark": "_static/fourfold.svg",
        "text": "Fourfold",
        "alt_text": "Fourfold",
    },
    "icon_links": [
        {"name": "Source", "url": repository_url, "icon": "fa-brands fa-github"},
    ],
    "header_links_before_dropdown": 8,
    "navbar_persistent": ["search-button"],
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "navigation_depth": 3,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "tango",
    "pygments_dark_style": "github-dark-colorblind",
}
copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
