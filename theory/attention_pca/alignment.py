r"""Along the gradient flow: energy, and where the alignment $c = (v_1\cdot\mu)^2/\lVert\mu\rVert^2$ grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr, Rational, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..words import scalar
from .gradient import Sigma, eigenvalue, gradient, gradient_word, mu
from .gradient_flow import GROWTH
from .objective import INVARIANTS, a, b, invariants

top, bottom, square, cube, fourth = symbols("λ_1 λ_d s m_3 m_4", positive=True)

MOMENTS: dict[Expr, Expr] = {
    **INVARIANTS,
    scalar(adjoint(mu) * mu): square,
    scalar(adjoint(mu) * Sigma**3 * mu): cube,
    scalar(adjoint(mu) * Sigma**4 * mu): fourth,
}
r"""The chains by their names: s = ‖μ‖², $m_3 = \mu^\top\Sigma^3\mu$, $m_4 = \mu^\top\Sigma^4\mu$."""

ALIGNMENT_RATE: Expr = 4 * ((2 - b) * (top**2 * square - a) - a * (top * square - b)) / square
r"""The rate $c'/c$ of the alignment."""

MARGIN: Expr = top * (2 - b) - a
r"""$h$: alignment is monotone where it is not negative."""

FORM_RATE: Expr = 4 * (2 - b) * cube - 4 * a**2
r"""The derivative $b'$ along the flow."""

NORM_RATE: Expr = 8 * a * (1 - b)
r"""The derivative of ‖μ‖² along the flow."""


@dataclass(frozen=True)
class Rates:
    r"""Derivatives along the flow: of R, of log c, of b, of ‖μ‖²; and the margin h."""

    risk: Fraction
    alignment: Fraction
    form: Fraction
    squared_norm: Fraction
    margin: Fraction


def _rate(form: Expr) -> Expr:
    """Return the derivative along the flow of μᵀ·form·μ, in the names of ``MOMENTS``."""
    return scalar(-2 * adjoint(mu) * form * gradient_word()).subs(MOMENTS)


def derivation() -> Derivation:
    """Derive the energy identity and the rate of alignment."""
    return Derivation(
        result="dR/dt = −‖∇R‖²; c'/c = 4[(2 − b)(λ_1²s − a) − a(λ_1s − b)]/s",
        steps=(
            argument("dR/dt = ∇R·μ' = −‖∇R‖², by the chain rule."),
            exact("by A1.3, d‖μ‖²/dt = 8a(1 − b)", scalar(-2 * adjoint(mu) * gradient_word()).subs(MOMENTS), NORM_RATE),
            exact("b' = 4(2 − b)m_3 − 4a²", _rate(Sigma), FORM_RATE),
            exact(
                "c'/c = 2μ_1'/μ_1 − (‖μ‖²)'/‖μ‖² = 4[(2 − b)(λ_1²s − a) − a(λ_1s − b)]/s where μ_1 ≠ 0",
                2 * GROWTH.subs(eigenvalue, top) - NORM_RATE / square,
                ALIGNMENT_RATE,
            ),
        ),
    )


def region() -> Derivation:
    """Derive that {h ≥ 0} is forward-invariant and that alignment does not fall in it."""
    return Derivation(
        result="{a ≤ λ_1(2 − b)}, which contains {b ≤ 1}, is forward-invariant, and alignment does not fall in it",
        steps=(
            exact(
                "with h = λ_1(2 − b) − a, by A2.2: λ_1 s/4 times c'/c is h(λ_1²s − a) + a(λ_1b − a)",
                top * square * ALIGNMENT_RATE / 4,
                MARGIN * (top**2 * square - a) + a * (top * b - a),
            ),
            argument(
                "λ_1²s ≥ a and λ_1b ≥ a, so alignment does not fall where h ≥ 0; if μ_1 = 0 it stays 0, as μ_1 does."
            ),
            exact(
                "h' = −λ_1b' − a' = −4(h/λ_1)(λ_1m_3 + m_4) + 4(a/λ_1)(λ_1²a − m_4)",
                -top * FORM_RATE - _rate(Sigma * Sigma),
                -4 * MARGIN / top * (top * cube + fourth) + 4 * a / top * (top**2 * a - fourth),
            ),
            argument(
                "λ_1²a ≥ m_4, so h' ≥ −4(m_3 + m_4/λ_1) h, and h ≥ 0 stays so (Grönwall); where h < 0, h' ≥ 0. If "
                "b ≤ 1, then a ≤ λ_1b ≤ λ_1 ≤ λ_1(2 − b): the region holds {b ≤ 1}, hence every small start. As a > 0 "
                "outside ker Σ, b < 2 in it."
            ),
        ),
    )


def infima() -> Derivation:
    """Derive the infima of h and b along a flow, and the limit of the alignment."""
    return Derivation(
        result="inf h = min(h(0), 0), inf b = min(b(0), 1), alignment → (v_1·μ(0))²/‖P_1μ(0)‖², where v_1·μ(0) ≠ 0",
        steps=(
            exact(
                "(b − 1)' = 4(bm_3 − a²) − 8m_3(b − 1), by A2.2", FORM_RATE, 4 * (b * cube - a**2) - 8 * cube * (b - 1)
            ),
            argument(
                "bm_3 ≥ a² by Cauchy and Schwarz, so b ≥ 1 stays so (Grönwall), and where b < 1, b' ≥ 0; by "
                "A2.2.region the same holds of h and 0."
            ),
            argument(
                "By A2.1 a flow with v_1·μ(0) ≠ 0 tends to P_1μ(0)/(√λ_1 ‖P_1μ(0)‖), where b = 1, a = λ_1 and h = 0: "
                "so the infima are min(h(0), 0) and min(b(0), 1), and the alignment tends to that of P_1μ(0)."
            ),
        ),
    )


def counterexample() -> Derivation:
    """Derive that alignment is not monotone for every start, not even for every start with b < 2."""
    inside = (Fraction(1, 2), Fraction(1))
    return Derivation(
        result="Σ = diag(2, 1): c'/c = −16 at μ = (1, 1), where b = 3, and −8/5 at μ = (1/2, 1), where b = 3/2",
        steps=(
            exact("Σ = diag(2, 1), μ = (1, 1): c'/c, by A2.2", _rational(rates((2, 1), (1, 1)).alignment), -16),
            exact("Σ = diag(2, 1), μ = (1/2, 1): b", _rational(invariants((2, 1), inside)[2]), Rational(3, 2)),
            exact("c'/c there, by A2.2", _rational(rates((2, 1), inside).alignment), Rational(-8, 5)),
            exact("and h there", _rational(rates((2, 1), inside).margin), -1),
        ),
    )


def overshoot() -> Derivation:
    """Derive for d = 2 that b stays below 3/2 on every flow that starts with b ≤ 1."""
    x, y = symbols("x y", positive=True)
    plane = {a: top * x + bottom * y, b: x + y}
    return Derivation(
        result="d = 2: b < 3/2 along every flow from b(0) ≤ 1",
        steps=(
            argument(
                "Write x = λ_1μ_1², y = λ_2μ_2², so b = x + y and a = λ_1x + λ_2y; here λ_d = λ_2. By A2.2.region "
                "h ≥ 0 holds from b(0) ≤ 1 on."
            ),
            exact(
                "y'/y = −8λ_2²(y − 1) − 4λ_2(λ_1 + λ_2)x",
                (2 * GROWTH).subs(eigenvalue, bottom).subs(plane, simultaneous=True),
                -8 * bottom**2 * (y - 1) - 4 * bottom * (top + bottom) * x,
            ),
            argument(
                "So (y − 1)' ≤ −8λ_2²y(y − 1), and y ≤ 1, which b(0) ≤ 1 implies at the start, stays so (Grönwall)."
            ),
            exact(
                "λ_1(3/2 − b) = h/2 + λ_1(1 − y)/2 + λ_2y/2",
                (top * (Rational(3, 2) - b)).subs(plane, simultaneous=True),
                (MARGIN.subs(plane, simultaneous=True) + top * (1 - y) + bottom * y) / 2,
            ),
            argument("All terms are ≥ 0 and the last two do not vanish together, so b < 3/2."),
        ),
    )


def rates(spectrum: Iterable[Number], parameter: Iterable[Number]) -> Rates:
    r"""Return the rates along the flow at μ, exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ ≠ 0 along the eigenvectors;
    the alignment is that with the first. ``ValueError`` for a spectrum that is not one, another length, or μ = 0.
    Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1): R' = −928, (log c)' = −16, b' = −136, (‖μ‖²)' = −80 and h = −7.
    """
    eigenvalues = exactly.spectrum(spectrum)
    point = exactly.vector(parameter, "parameter", length=len(eigenvalues))
    if not any(point):
        raise ValueError("parameter must not be 0: alignment is that of a direction")
    _, second, form = invariants(eigenvalues, point)
    pairs = list(zip(eigenvalues, point, strict=True))
    values = {
        a: second,
        b: form,
        square: sum((entry**2 for entry in point), Fraction(0)),
        cube: sum((value**3 * entry**2 for value, entry in pairs), Fraction(0)),
        top: eigenvalues[0],
    }
    return Rates(
        risk=-sum((entry**2 for entry in gradient(eigenvalues, point)), Fraction(0)),
        alignment=exactly.evaluate(ALIGNMENT_RATE, values),
        form=exactly.evaluate(FORM_RATE, values),
        squared_norm=exactly.evaluate(NORM_RATE, values),
        margin=exactly.evaluate(MARGIN, values),
    )


def _rational(number: Fraction) -> Rational:
    return Rational(number.numerator, number.denominator)
