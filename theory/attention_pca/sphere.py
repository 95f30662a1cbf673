r"""The unit sphere at a fixed inverse temperature: stationary points, the minimiser and its two thresholds.

On the sphere $\lVert\mu\rVert = 1$ the infinite-prompt objective of the head $T(q) = \beta\Sigma\mu\mu^\top q$ is
$R = t + f$, $f = \beta a(\beta b - 2)$; it depends on the weights $p_k = \mu_k^2$, which sum to 1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from sympy import Expr, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..isserlis import expectation
from ..words import matrix, vector
from .objective import INVARIANTS, a, b, invariants, t

beta, top, bottom, eigenvalue = symbols("β λ_1 λ_d λ", positive=True)
_weight = Symbol("p", real=True)

RISK: Expr = t - 2 * beta * a + beta**2 * a * b
r"""The infinite-prompt risk at inverse temperature β."""

SLOPE: Expr = (beta**2 * b - 2 * beta) * eigenvalue**2 + beta**2 * a * eigenvalue
r"""The derivative of R in the weight $p_k$ of an eigenvalue λ, the weights taken as independent."""

WEIGHT: Expr = (2 * (top + bottom) - beta * bottom * (top + 2 * bottom)) / (2 * beta * (top - bottom) * (top + bottom))
r"""The weight of $v_1$, $v_d$ having the rest, at which R is stationary on the chord between them."""

LEADING_BELOW: Expr = 2 * (top + bottom) / (top * (2 * top + bottom))
r"""$\beta_c$: up to here the minimiser is $v_1$."""

LAST_ABOVE: Expr = 2 * (top + bottom) / (bottom * (top + 2 * bottom))
r"""$\beta_{c2}$: from here on the minimiser is $v_d$."""

ON_CHORD: dict[Expr, Expr] = {
    a: _weight * top**2 + (1 - _weight) * bottom**2,
    b: _weight * top + (1 - _weight) * bottom,
}
"""a and b where only v_1 and v_d have weight."""


@dataclass(frozen=True)
class Minimum:
    """The least risk on the sphere, and the weight of the top eigenspace; the bottom eigenspace has the rest."""

    risk: Fraction
    weight: Fraction


def objective_derivation() -> Derivation:
    """Derive the objective at inverse temperature β."""
    Sigma, mu, q = matrix("Σ", symmetric=True), vector("μ"), vector("q")
    error = q - beta * Sigma * mu * adjoint(mu) * q
    return Derivation(
        result="R = t − 2βa + β²ab",
        steps=(
            argument("By A1.1 the output is T(q) = βΣμμᵀq; the infinite-prompt objective is its risk, q ~ N(0, Σ)."),
            exact(
                "E‖q − βΣμμᵀq‖² = t − 2βa + β²ab", expectation(adjoint(error) * error, Sigma, q).subs(INVARIANTS), RISK
            ),
        ),
    )


def derivation() -> Derivation:
    """Derive stationary supports, the global minimiser for every β, and that no local minimum is spurious."""
    first, second, third, moved = symbols("λ κ ω s")
    slope = {value: SLOPE.subs(eigenvalue, value) for value in (first, second, third)}
    turned = {a: (1 - moved) * a + moved * first**2, b: (1 - moved) * b + moved * first}
    on_chord = RISK.subs(ON_CHORD, simultaneous=True)
    curvature = 2 * beta**2 * (top - bottom) ** 2 * (top + bottom)
    return Derivation(
        result="minimiser: weight p on v_1 and 1 − p on v_d, p the stationary weight clipped to [0, 1]; p = 1 iff "
        "β ≤ β_c, p = 0 iff β ≥ β_c2; at most two eigenvalues in a stationary support; no spurious local minimum",
        steps=(
            argument(
                "With p_k = μ_k², a = Σλ_k²p_k and b = Σλ_kp_k, write φ(λ_k) = ∂R/∂p_k = (β²b − 2β)λ_k² + β²aλ_k. A "
                "point of the sphere is stationary iff φ takes one value c on the eigenvalues of its support. Σ ≻ 0 "
                "and λ_1 > λ_d."
            ),
            exact(
                "for three eigenvalues (φ(λ) − φ(κ))/(λ − κ) − (φ(κ) − φ(ω))/(κ − ω) = (β²b − 2β)(λ − ω)",
                (slope[first] - slope[second]) / (first - second) - (slope[second] - slope[third]) / (second - third),
                (beta**2 * b - 2 * beta) * (first - third),
            ),
            argument(
                "Three different eigenvalues in the support would give βb = 2, then φ(λ) = β²aλ with a > 0, which is "
                "injective: a contradiction. So a stationary support has at most two distinct eigenvalues."
            ),
            exact(
                "μ turned by θ to an eigenvector v_j ⟂ μ, s = sin²θ: dR/ds at s = 0 is φ(λ_j) − Σ p_kφ(λ_k)",
                RISK.subs(turned, simultaneous=True).diff(moved).subs(moved, 0),
                slope[first] - ((beta**2 * b - 2 * beta) * a + beta**2 * a * b),
            ),
            argument(
                "At a stationary point that sum is c. So a local minimum has φ(λ_j) ≥ c for every eigenvalue, also "
                "outside the support."
            ),
            exact(
                "(λ_1 − λ)(λ − λ_d) = (λ_1 + λ_d)λ − λ_1λ_d − λ²",
                (top - eigenvalue) * (eigenvalue - bottom),
                (top + bottom) * eigenvalue - top * bottom - eigenvalue**2,
            ),
            argument(
                "It is ≥ 0 on [λ_d, λ_1] and 0 only at the ends, so a ≤ (λ_1 + λ_d)b − λ_1λ_d with equality iff only "
                "λ_1 and λ_d have weight: the chord. Where βb < 2, R falls with a, so at each b the chord is best."
            ),
            exact(
                "on the chord d²R/dp² = 2β²(λ_1 − λ_d)²(λ_1 + λ_d)",
                on_chord.diff(_weight, 2),
                curvature,
            ),
            exact(
                "and dR/dp = d²R/dp² (p − p*) with p* = [2(λ_1 + λ_d) − βλ_d(λ_1 + 2λ_d)]/[2β(λ_1 − λ_d)(λ_1 + λ_d)]",
                on_chord.diff(_weight),
                curvature * (_weight - WEIGHT),
            ),
            argument(
                "So R is strictly convex on the chord, and least at p* clipped to [0, 1]. If βλ_d < 2, then R < t "
                "at v_d, while R ≥ t wherever βb ≥ 2: the global minimum has βb < 2 and is the chord's. If βλ_d ≥ 2, "
                "then βb ≥ 2 everywhere, R grows with a and b, and v_d is the minimiser; there β ≥ β_c2, and the "
                "clipped weight is 0 as well."
            ),
            exact(
                "p* − 1 = λ_1(2λ_1 + λ_d)(β_c − β) / (2β(λ_1 − λ_d)(λ_1 + λ_d))",
                WEIGHT - 1,
                top * (2 * top + bottom) * (LEADING_BELOW - beta) / (2 * beta * (top - bottom) * (top + bottom)),
            ),
            exact(
                "p* = λ_d(λ_1 + 2λ_d)(β_c2 − β) / (2β(λ_1 − λ_d)(λ_1 + λ_d))",
                WEIGHT,
                bottom * (top + 2 * bottom) * (LAST_ABOVE - beta) / (2 * beta * (top - bottom) * (top + bottom)),
            ),
            exact(
                "β_c2 λ_d = 2 − 2λ_d/(λ_1 + 2λ_d) < 2",
                LAST_ABOVE * bottom,
                2 - 2 * bottom / (top + 2 * bottom),
            ),
            exact(
                "β_c λ_1 = 1 + λ_d/(2λ_1 + λ_d), between 1 and 4/3",
                LEADING_BELOW * top,
                1 + bottom / (2 * top + bottom),
            ),
            argument(
                "No spurious minimum. Where βb < 2, φ − c is a concave parabola that vanishes on the support, and a "
                "local minimum needs it ≥ 0 at all eigenvalues, so they lie between its roots. Two eigenvalues in the "
                "support: they are λ_1 and λ_d, the point is on the chord, stationary there, hence the minimum by "
                "convexity. One: it is λ_1 or λ_d, an end of the chord, and φ ≥ c at the other end says that R does "
                "not fall from it along the chord, hence again the minimum. Where βb ≥ 2, φ increases on λ > 0: one "
                "eigenvalue in the support, and it is λ_d; then βλ_d ≥ 2."
            ),
        ),
    )


def risk(spectrum: Iterable[Number], direction: Iterable[Number], inverse_temperature: Number) -> Fraction:
    r"""Return the risk at the unit vector along ``direction``, exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; ``direction``: d coordinates along the eigenvectors, of any length
    but 0; ``inverse_temperature``: β > 0; ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), direction (1, 1), β = 1, where a = 5/2 and b = 3/2, gives 7/4.
    """
    entries = exactly.vector(direction, "direction")
    trace, square, form = invariants(spectrum, entries)
    length = sum((entry**2 for entry in entries), Fraction(0))
    if length == 0:
        raise ValueError("direction must not be 0")
    return exactly.evaluate(
        RISK, {t: trace, a: square / length, b: form / length, beta: _positive(inverse_temperature)}
    )


def thresholds(spectrum: Iterable[Number]) -> tuple[Fraction, Fraction]:
    r"""Return $\beta_c$ and $\beta_{c2}$, exactly.

    ``spectrum``: the d ≥ 2 eigenvalues of Σ, positive, descending, $\lambda_1 > \lambda_d$; ``ValueError`` otherwise.
    Source: arXiv:2605.18315 (reconstruction). Worked value: spectrum (2, 1) gives 3/5 and 3/2.
    """
    ends = _ends(spectrum)
    return exactly.evaluate(LEADING_BELOW, ends), exactly.evaluate(LAST_ABOVE, ends)


def unclipped(spectrum: Iterable[Number], inverse_temperature: Number) -> Fraction:
    r"""Return the weight of $v_1$ at which R is stationary on the chord, exactly; outside [0, 1] it is none.

    Shapes and errors as ``minimum``. Worked value: spectrum (2, 1), β = 1 gives 1/3, β = 1/2 gives 4/3.
    """
    return exactly.evaluate(WEIGHT, {**_ends(spectrum), beta: _positive(inverse_temperature)})


def minimum(spectrum: Iterable[Number], inverse_temperature: Number) -> Minimum:
    r"""Return the least risk on the unit sphere and the weight of the top eigenspace, exactly.

    ``spectrum`` as for ``thresholds``; ``inverse_temperature``: β > 0; ``ValueError`` otherwise.
    Worked value: spectrum (2, 1), β = 1 gives the weight 1/3 and the risk 5/3.
    """
    eigenvalues = exactly.spectrum(spectrum)
    temperature = _positive(inverse_temperature)
    ends = _ends(eigenvalues)
    weight = min(max(unclipped(eigenvalues, temperature), Fraction(0)), Fraction(1))
    trace = sum(eigenvalues, Fraction(0))
    value = exactly.evaluate(
        RISK.subs(ON_CHORD, simultaneous=True), {**ends, beta: temperature, _weight: weight, t: trace}
    )
    return Minimum(value, weight)


def _positive(inverse_temperature: Number) -> Fraction:
    temperature = exactly.rational(inverse_temperature, "inverse_temperature")
    if temperature <= 0:
        raise ValueError(f"inverse_temperature must be positive, not {inverse_temperature}")
    return temperature


def _ends(spectrum: Iterable[Number]) -> dict[Expr, Fraction]:
    eigenvalues = exactly.spectrum(spectrum)
    if not eigenvalues[0] > eigenvalues[-1] > 0:
        raise ValueError("spectrum must be positive with λ_1 > λ_d: otherwise every point of the sphere is alike")
    return {top: eigenvalues[0], bottom: eigenvalues[-1]}
