"""Text for LaTeX: nothing in it is a command, and Unicode becomes what pdflatex can set."""

import re
import unicodedata

from .subscripts import BELOW

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "§": r"\S{}",
}

_VARIANTS = {
    "ε": "varepsilon",
    "φ": "varphi",
    "ς": "varsigma",
    "ϵ": "epsilon",
    "ϑ": "vartheta",
    "ϕ": "phi",
    "λ": "lambda",
}
_VARIANTS["Λ"] = "Lambda"  # Unicode spells it LAMDA
_GREEK = {
    letter: _VARIANTS.get(letter) or unicodedata.name(letter).split()[-1].capitalize() for letter in "ΓΔΘΛΞΠΣΥΦΨΩ"
} | {
    letter: _VARIANTS.get(letter) or unicodedata.name(letter).split()[-1].lower()
    for letter in "αβγδεζηθικλμνξπρςστυφχψωϵϑϕ"
}

_MATH = {
    **{letter: f"\\{name}" for letter, name in _GREEK.items()},
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏ", [f"^{{{c}}}" for c in "0123456789+-()nik"], strict=True)),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑᵢⱼₖₗₘₙₚᵣₛₜₓ", [f"_{{{c}}}" for c in "0123456789+-()aeijklmnprstx"], strict=True)),
    "ᵀ": r"^{\mathsf{T}}",
    "ᵗ": "^{t}",
    "½": r"\tfrac12",
    "¼": r"\tfrac14",
    "¾": r"\tfrac34",
    "⅓": r"\tfrac13",
    "√": r"\surd",
    "·": r"\cdot",
    "×": r"\times",
    "÷": r"\div",
    "±": r"\pm",
    "∓": r"\mp",
    "−": "-",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "≡": r"\equiv",
    "∼": r"\sim",
    "≃": r"\simeq",
    "∝": r"\propto",
    "≪": r"\ll",
    "≫": r"\gg",
    "≺": r"\prec",
    "≻": r"\succ",
    "⪯": r"\preceq",
    "⪰": r"\succeq",
    "∞": r"\infty",
    "→": r"\to",
    "←": r"\leftarrow",
    "↔": r"\leftrightarrow",
    "⇒": r"\Rightarrow",
    "⇔": r"\Leftrightarrow",
    "↦": r"\mapsto",
    "∈": r"\in",
    "∉": r"\notin",
    "⊂": r"\subset",
    "⊆": r"\subseteq",
    "∪": r"\cup",
    "∩": r"\cap",
    "∅": r"\emptyset",
    "∖": r"\setminus",
    "∀": r"\forall",
    "∃": r"\exists",
    "¬": r"\neg",
    "∧": r"\wedge",
    "∨": r"\vee",
    "∂": r"\partial",
    "∇": r"\nabla",
    "∫": r"\int",
    "∑": r"\sum",
    "∏": r"\prod",
    "‖": r"\|",
    "∥": r"\|",
    "⟂": r"\perp",
    "⊥": r"\perp",
    "⊤": r"\top",
    "⊗": r"\otimes",
    "⊕": r"\oplus",
    "⊙": r"\odot",
    "∘": r"\circ",
    "°": r"^{\circ}",
    "†": r"\dagger",
    "′": "'",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "ℓ": r"\ell",
    "ℝ": r"\mathbb{R}",
    "ℕ": r"\mathbb{N}",
    "ℤ": r"\mathbb{Z}",
    "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}",
}

_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "\u0308": "ddot"}


def escape(text: str) -> str:
    """Return LaTeX that sets ``text``, with subscripts; line breaks become spaces, unknown signs "[U+1F600]"."""
    flat, done, at = unicodedata.normalize("NFC", " ".join(text.split())), "", 0
    for found in BELOW.finditer(flat):
        done += _signs(flat[at : found.end(1)]) + rf"\textsubscript{{{_signs(found[2] or found[3])}}}"
        at = found.end()
    return done + _signs(flat[at:])


def _signs(text: str) -> str:
    done: list[str] = []
    for character in text:
        if character in _ACCENTS and done:
            base = re.sub(r"^\\ensuremath\{(.*)\}$", r"\1", done.pop())
            done.append(rf"\ensuremath{{\{_ACCENTS[character]}{{{base}}}}}")
        else:
            done.append(_sign(character))
    return "".join(done)


def prose(text: str) -> str:
    """Return LaTeX for text with formulas between dollar signs; where they do not make formulas, all is text."""
    parts = re.split(r"(\$[^$]+\$)", text)
    formulas = parts[1::2]
    if "$" in "".join(parts[::2]) or not all(map(_is_formula, formulas)):
        return escape(text)
    return "".join(_formula(part) if k % 2 else _spaced(part) for k, part in enumerate(parts))


def _is_formula(text: str) -> bool:
    plain = re.sub(r"\\.", "", text)
    return plain.count("{") == plain.count("}") and not text.endswith("\\$") and not re.search("[%#&~]", plain)


def _formula(text: str) -> str:
    return "".join(c if c.isascii() else _MATH.get(c) or rf"\text{{{_sign(c)}}}" for c in text)


def number(text: str) -> str:
    """Return LaTeX for a number as ``digits`` writes it: "-1.20(3)e-07" has a minus sign and a power of ten."""
    mantissa, _, power = text.partition("e")
    scale = rf" \times 10^{{{int(power)}}}" if power.lstrip("+-").isdigit() else ""
    return f"${mantissa}{scale}$"


def _spaced(text: str) -> str:
    inner = escape(text)
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if text[-1:].isspace() and inner else ''}"


def _sign(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _MATH:
        return rf"\ensuremath{{{_MATH[character]}}}"
    if character.isascii() or (character.isalpha() and ord(character) < 0x180):
        return character
    plain = unicodedata.normalize("NFKD", character)
    if plain != character:
        return escape(plain)
    return f"[U+{ord(character):04X}]"
