"""Subscripts in formulas of plain text, such as λ_1, P_ker and tr_{k>r}, for HTML."""

import re
from html import escape

from markupsafe import Markup

# One letter, or min and max, not at the end of a longer word; below it digits, one Greek letter, or Latin letters:
# all of them where the word ends there, else the first, so that λ_kp_k is λ_k p_k.
BELOW = re.compile(
    r"((?<![A-Za-z][A-Za-z])[^\W\d_]|(?<![A-Za-z])(?:min|max)|[)\]‖ᵀ])"
    r"_(?:\{([^{}]*)\}|(\d+|[a-z]+\d*(?![\w])|[a-z]|[α-ωΑ-Ω]))"
)


def subscripted(text: str) -> Markup:
    """Return text as HTML, its subscripts set below the line; TeX between dollar signs is left alone.

    Worked value: ``λ_1μ_k²`` becomes ``λ<sub>1</sub>μ<sub>k</sub>²``, and ``not_checked`` stays.
    """
    parts = re.split(r"(\$[^$]*\$)", text)
    return Markup("".join(escape(part) if part.startswith("$") else _set(part) for part in parts))


def in_markdown(text: str) -> str:
    """Return Markdown with its subscripts as HTML; TeX and code are left alone."""
    parts = re.split(r"(\$[^$]*\$|`[^`]*`)", text)
    return "".join(part if part.startswith(("$", "`")) else _below(part) for part in parts)


def _set(text: str) -> str:
    return _below(escape(text))


def _below(text: str) -> str:
    return BELOW.sub(lambda found: f"{found[1]}<sub>{found[2] or found[3]}</sub>", text)
