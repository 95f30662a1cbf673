"""Text for LaTeX."""

import pytest

from checks.report.latex import escape, number, prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & the_b 100 % #", r"a \& the\_b 100 \% \#"),
        ("{x} $5 ~ ^", r"\{x\} \$5 \textasciitilde{} \textasciicircum{}"),
        ("\\", r"\textbackslash{}"),
        ("a|b<c", r"a\textbar{}b\textless{}c"),
        ("μ²", r"\ensuremath{\mu}\ensuremath{^{2}}"),
        ("Σ ⪰ 0", r"\ensuremath{\Sigma} \ensuremath{\succeq} 0"),
        ("Σ̂", r"\ensuremath{\hat{\Sigma}}"),
        ("two\n lines", "two lines"),
        ("“naïve”", "``naïve''"),
        ("ﬁ", "fi"),
        ("😀", "[U+1F600]"),
    ],
)
def test_text_is_set_as_it_is(text: str, expected: str) -> None:
    assert escape(text) == expected


def test_formulas_in_prose_are_left_alone() -> None:
    assert prose(r"if $a_1 < b$ & c") == r"if $a_1 < b$ \& c"
    assert prose("$Σ ≤ ñ$") == r"$\Sigma \le \text{ñ}$"


@pytest.mark.parametrize("text", ["5 $ each", "$x_{1$", "$5 % of 3$", "$a$ and $", "$a & b$"])
def test_dollars_that_make_no_formula_are_text(text: str) -> None:
    assert prose(text) == escape(text)


def test_numbers_have_signs_and_powers() -> None:
    assert number("-1.20(3)e-07") == r"$-1.20(3) \times 10^{-7}$"
    assert number("0.2731(12)") == "$0.2731(12)$"


def test_subscripts_are_set_below_the_line() -> None:
    assert escape("v_1/2λ_d, not_checked") == (
        r"v\textsubscript{1}/2\ensuremath{\lambda}\textsubscript{d}, not\_checked"
    )
