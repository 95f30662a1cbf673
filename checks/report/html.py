"""index.html: everything in one file that a browser opens from the file system, without a network."""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import sentences, tables, words
from .coverage import coverage
from .digits import short
from .graph import drawing
from .subscripts import subscripted
from .svg import Glyphs
from .values import file_names

_HERE = Path(__file__).parent
_KATEX = _HERE / "vendor/katex"

MARKS = {
    **{"supported": "●", "refuted": "✕", "inconclusive": "◐", "not_checked": "○"},
    **{"proved": "■", "certified": "▣", "heuristic": "◇", "none": "–"},
    **{"mutant_refuted": "✓", "mutant_unresolved": "◌", "mutant_standing": "▲"},
}
"""A shape for each verdict, beside its word."""


def page(verdicts: dict[str, Any], figures: Mapping[str, str]) -> str:
    """Return the page; ``figures`` are the SVGs of the claims that have one, by label."""
    claims = verdicts["claims"]
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(short=short, mark=MARKS.__getitem__, id=anchor, case=words.case, below=subscripted)
    environment.globals.update(words=words, sentences=sentences, tables=tables)
    glyphs = Glyphs()
    inlined = {
        claim["label"]: Markup(glyphs.inline(figures[claim["label"]], f"f{number}", _title(claim)))
        for number, claim in enumerate(claims)
        if claim["label"] in figures
    }
    drawn = drawing(claims)
    return environment.get_template("index.html").render(
        head=words.head(verdicts),
        claims=claims,
        checked=[claim for claim in claims if words.checked(claim)],
        verdict_of={claim["label"]: claim["observation"]["verdict"] for claim in claims},
        used_by=_used_by(claims),
        counts=sentences.counts(claims),
        recorded=sum(bool(c["refutation"]) and c["observation"]["verdict"] == "refuted" for c in claims),
        command=tables.run_command(verdicts),
        files=file_names(claims),
        figures=inlined,
        glyphs=Markup(glyphs.definitions()),
        graph=drawn,
        alone=[c["label"] for c in claims if words.checked(c) and c["label"] not in {n.label for n in drawn.nodes}],
        coverage=coverage(claims),
        katex=_katex(),
    )


def anchor(label: str) -> str:
    """Return the id of a claim's section."""
    return "claim-" + re.sub(r"[^\w.-]", "_", label)


def _title(claim: words.Values) -> str:
    return html.escape(f"{claim['label']}: theory and simulation, and their difference in units of D")


def _used_by(claims: Sequence[words.Values]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = {}
    for claim in claims:
        for used in claim["uses"]:
            users.setdefault(used, []).append(claim["label"])
    return users


@cache
def _katex() -> dict[str, Markup]:
    """Return style (its fonts within it) and scripts of KaTeX."""

    def font(found: re.Match[str]) -> str:
        data = base64.b64encode((_KATEX / found[1]).read_bytes()).decode("ascii")
        return f'src:url(data:font/woff2;base64,{data}) format("woff2")'

    style = (_KATEX / "katex.min.css").read_text("utf-8")
    scripts = [(_KATEX / name).read_text("utf-8") for name in ("katex.min.js", "auto-render.min.js")]
    # All from this repository: neither is anything that a claim says.
    return {
        "style": Markup(re.sub(r"src:url\((fonts/[\w-]+\.woff2)\)[^;}]*", font, style)),
        "script": Markup("\n".join(scripts)),
    }
