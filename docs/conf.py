"""Sphinx configuration: MyST pages, no simulation, no network; formulas are MathML, which browsers set."""

import sys
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
from claim_pages import write_pages  # noqa: E402 - found by the line above
from pursuit_figures import draw as draw_pursuit  # noqa: E402
from recovery_figures import draw as draw_recovery  # noqa: E402
from training_figures import draw as draw_training  # noqa: E402
from transition_figures import draw as draw_transition  # noqa: E402

project = "Proof companion of “attention performs PCA”"
author = copyright = "The proof companion's maintainers"
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project
html_extra_path = ["verdicts.schema.json"]
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["wide.css"]


RELATIONS = {"&#x0007E;": "&#x0223C;", "&#x02AB0;": "&#x02AB0;", "&#x0227B;": "&#x0227B;"}
"""∼, ⪰, ≻, which the converter takes for letters, so that they would be set without space."""


def mathml(formula: str, display: str) -> str:
    """Return a formula as MathML."""
    text = convert(formula, display=display).replace("<mo>&#x02016;</mo>", '<mo stretchy="false">&#x02016;</mo>')
    for letter, relation in RELATIONS.items():
        text = text.replace(f"<mi>{letter}</mi>", f"<mo>{relation}</mo>")
    return text


def _inline(writer: nodes.NodeVisitor, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _display(writer: nodes.NodeVisitor, node: nodes.math_block) -> None:
    writer.body.append(mathml(node.astext(), "block"))
    raise nodes.SkipNode


def _make(figures: Path) -> None:
    write_pages()
    draw_transition(figures)
    draw_training(figures)
    draw_recovery(figures)
    draw_pursuit(figures)


def setup(app: Sphinx) -> None:
    """Register the renderer of formulas, and make pages of claims and figures before pages are looked for."""
    app.connect("config-inited", lambda app, config: _make(Path(__file__).parent / "figures"))
    app.add_html_math_renderer("mathml", (_inline, None), (_display, None))
