r"""How fast the flow leaves 0 and reaches the minimum, and which steps of gradient descent are stable there."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, Symbol, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from .gradient import FORCE, coordinate, eigenvalue
from .gradient_flow import GROWTH
from .hessian import ACROSS, ALONG, AT_ZERO, curvature, curvature_at_zero, other
from .objective import a, b

LARGEST_STEP: Expr = 2 / ALONG
r"""The largest linearly stable step of gradient descent."""

ESCAPE: Expr = -1 / AT_ZERO
r"""What multiplies $\log(1/\varepsilon)$ in the time that a start of the size ε takes to leave 0."""


def derivation() -> Derivation:
    """Derive the exponents at both ends of the flow."""
    top = Symbol("λ_1", positive=True)
    return Derivation(
        result="slowest exponent at the minimum min_j 2λ_j(λ_1 − λ_j) ≤ λ_1²/2; growth 4λ_k² at 0",
        steps=(
            argument(
                "Linearised at a stationary point the flow is exponential with the curvatures of A1.5 as exponents: "
                "8λ_1² along v_1 and 2λ_j(λ_1 − λ_j) along v_j at the minimum v_1/√λ_1. λ_1 is simple and Σ ≻ 0."
            ),
            exact(
                "λ_1²/2 − 2λ_j(λ_1 − λ_j) = 2(λ_j − λ_1/2)²",
                top**2 / 2 - ACROSS.subs(eigenvalue, top),
                2 * (other - top / 2) ** 2,
            ),
            argument("So for d ≥ 2 the slowest exponent is one of the 2λ_j(λ_1 − λ_j), never 8λ_1²."),
            exact("at 0, μ_k'/μ_k = 4λ²", GROWTH.subs({a: 0, b: 0}), -AT_ZERO.subs(other, eigenvalue)),
        ),
    )


def escape_derivation() -> Derivation:
    """Derive the time that a small start takes to leave 0."""
    return Derivation(
        result="escape time log(1/ε)/(4λ_1²) (1 + o(1))",
        steps=(
            exact(
                "the growth rate of μ_1 at 0 is 4λ²: 1/(4λ²) is its inverse",
                ESCAPE * GROWTH.subs({a: 0, b: 0, eigenvalue: other}),
                1,
            ),
            argument(
                "From a start εu with u_1 ≠ 0: as long as b is small, |μ_k| = ε|u_k|e^{4λ_k²τ} up to a factor "
                "1 + O(b), so b reaches a fixed small level after the time log(1/ε)/(4λ_1²) + O(1). At that moment "
                "|μ_k|/|μ_1| → 0 as ε → 0 where λ_k < λ_1, so by continuity the flow follows the one on the v_1-axis "
                "and takes O(1) more to b = 1/2, or to any neighbourhood of the minimum."
            ),
        ),
    )


def descent() -> Derivation:
    """Derive which steps of gradient descent are stable at the minimum, the limiting one included."""
    top, step, offset = symbols("λ_1 η e", positive=True)
    alone = {eigenvalue: top, a: top**2 * coordinate**2, b: top * coordinate**2}
    multiplier = 1 - step * ALONG.subs(eigenvalue, top)

    def reduced(x: Expr) -> Expr:  # at the limiting step
        return 2 * x - x**3

    twice = reduced(reduced(1 + offset)).expand()
    return Derivation(
        result="gradient descent is linearly stable at v_1/√λ_1 iff the step is below 1/(4λ_1²); at that step it is "
        "asymptotically stable still",
        steps=(
            argument(
                "The multipliers of μ − η∇R at the minimum are 1 − ηh for the curvatures h of A1.5, all positive as "
                "λ_1 is simple and Σ ≻ 0; all lie inside (−1, 1) iff η < 2/h for the largest. By A2.3 that is 8λ_1², "
                "since 2λ_j(λ_1 − λ_j) ≤ λ_1²/2."
            ),
            exact("2/(8λ_1²) = 1/(4λ_1²)", LARGEST_STEP.subs(eigenvalue, top), 1 / (4 * top**2)),
            exact(
                "where μ = x v_1/√λ_1 the step η = 1/(4λ_1²) takes x to 2x − x³",
                (coordinate - FORCE.subs(alone) / (4 * top**2)),
                coordinate * (2 - top * coordinate**2),
            ),
            exact("its multiplier along v_1 is −1", multiplier.subs(step, 1 / (4 * top**2)), -1),
            exact(
                "two steps take 1 + e to 1 + e − 16e³ + e⁴(…)",
                sum(twice.coeff(offset, k) * offset**k for k in range(4)),
                1 + offset - 16 * offset**3,
            ),
            argument(
                "The other multipliers lie in (−1, 1), and the v_1-axis is invariant, so it is a centre manifold, "
                "which decides on stability (J. Carr, Applications of Centre Manifold Theory, 1981); on "
                "it every second step shrinks a small offset e by 16e³: the minimum is asymptotically stable, and the "
                "offset after n steps is about 1/√(16 n) instead of a power of a multiplier. For η > 1/(4λ_1²) the "
                "multiplier along v_1 is below −1."
            ),
        ),
    )


def exponent(spectrum: Iterable[Number], k: int) -> Fraction:
    r"""Return the rate at which an offset along $v_k$ decays at the minimum $v_1/\sqrt{\lambda_1}$, exactly.

    ``spectrum``: the d eigenvalues of Σ, positive, $\lambda_1$ simple; k from 1 to d; ``ValueError`` otherwise. Source:
    arXiv:2605.18315 (reconstruction). Worked value: spectrum (2, 1) gives 32 for k = 1, 2 for k = 2.
    """
    return curvature(_simple(spectrum), 1, k)


def growth(spectrum: Iterable[Number], k: int) -> Fraction:
    r"""Return the rate $4\lambda_k^2$ at which the coordinate k grows near 0, exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; k from 1 to d; ``ValueError`` otherwise.
    Worked value: spectrum (2, 1), k = 1 gives 16.
    """
    return -curvature_at_zero(spectrum, k)


def escape(spectrum: Iterable[Number]) -> Fraction:
    r"""Return the limit of the escape time over $\log(1/\varepsilon)$, $1/(4\lambda_1^2)$, exactly.

    Shapes and errors as ``exponent``. Worked value: spectrum (2, 1) gives 1/16.
    """
    return exactly.evaluate(ESCAPE, {other: _simple(spectrum)[0]})


def largest_step(spectrum: Iterable[Number]) -> Fraction:
    r"""Return the step $1/(4\lambda_1^2)$ below which gradient descent is linearly stable at the minimum, exactly.

    Shapes and errors as ``exponent``. Worked value: spectrum (2, 1) gives 1/16.
    """
    return exactly.evaluate(LARGEST_STEP, {eigenvalue: _simple(spectrum)[0]})


def _simple(spectrum: Iterable[Number]) -> list[Fraction]:
    eigenvalues = exactly.spectrum(spectrum)
    if eigenvalues[-1] == 0 or eigenvalues[0] in eigenvalues[1:]:
        raise ValueError("spectrum must be positive with a simple largest eigenvalue: else the minimum is not isolated")
    return eigenvalues
