"""Sphinx configuration: MyST pages, no simulation, no network."""

project = "Proof companion of “attention performs PCA”"
author = copyright = "The proof companion's maintainers"
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project
html_extra_path = ["verdicts.schema.json"]
