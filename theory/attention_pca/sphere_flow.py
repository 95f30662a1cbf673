r"""Gradient flow on the unit sphere at a fixed inverse temperature: where it ends."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from .objective import a, b
from .sphere import LEADING_BELOW, RISK, SLOPE, beta, bottom, minimum, top


def derivation() -> Derivation:
    """Derive where the flow on the sphere ends."""
    coordinate, mean, lower = symbols("μ_k c κ", positive=True)
    # On the sphere μ_k' = −(∂R/∂μ_k − (μ·∇R) μ_k), with ∂R/∂μ_k = 2μ_kφ(λ_k) and μ·∇R = 2c.
    velocity = -(2 * coordinate * SLOPE - 2 * mean * coordinate)
    value = (beta**2 * b - 2 * beta) * a + beta**2 * a * b
    return Derivation(
        result="from every start the flow ends at the minimiser of R over the unit vectors of the span of the "
        "eigenspaces in which the start has a part, with the start's direction in each eigenspace: of A1.8 if the "
        "start has parts for λ_1 and λ_d, and ±v_1 for β ≤ β_c if it has one for λ_1",
        steps=(
            exact("Σ p_kφ(λ_k) = 2(β²ab − βa) = c", value, 2 * (beta**2 * a * b - beta * a)),
            exact("and R's derivative under μ → (1 + s)μ is 2c", _radial(), 2 * value),
            exact(
                "so μ_k' = −2(φ(λ_k) − c) μ_k, with φ of A1.8",
                velocity,
                -2 * (SLOPE - mean) * coordinate,
            ),
            argument(
                "Coordinates keep their signs, or stay 0, and the part of μ in one eigenspace keeps its direction. So "
                "the flow stays in the span of the eigenspaces in which the start has a part; replace Σ by its part "
                "there. If that has one eigenvalue, nothing moves."
            ),
            argument(
                "The flow is that of the analytic function R(μ/‖μ‖) on ℝᵈ∖{0}, which keeps ‖μ‖, and the sphere is "
                "compact, so by Łojasiewicz's gradient inequality (doi:10.1137/040605266) it converges to one point, "
                "which is stationary. There log|μ_k| grows at "
                "the rate −2(φ(λ_k) − c) at last, and μ_k ≠ 0 all along for some k of every eigenvalue: φ(λ) < c for "
                "an eigenvalue outside the support would contradict μ_k → 0."
            ),
            argument(
                "So φ ≥ c at every eigenvalue: the condition from which A1.8 concludes that a stationary point is "
                "the global minimiser."
            ),
            exact(
                "the threshold of a start without a part for λ_d, with κ > λ_d its smallest eigenvalue, is higher: "
                "the difference is 2(κ − λ_d)/((2λ_1 + κ)(2λ_1 + λ_d))",
                LEADING_BELOW.subs(bottom, lower) - LEADING_BELOW,
                2 * (lower - bottom) / ((2 * top + lower) * (2 * top + bottom)),
            ),
            argument("So for β ≤ β_c the limit is the unit vector of the start's part for λ_1, whatever else it has."),
        ),
    )


def _radial() -> Expr:
    """Return the derivative of R at s = 0 where a and b are multiplied by (1 + s)²."""
    stretch = symbols("s")
    stretched = {a: (1 + stretch) ** 2 * a, b: (1 + stretch) ** 2 * b}
    return RISK.subs(stretched, simultaneous=True).diff(stretch).subs(stretch, 0)


def limit(spectrum: Iterable[Number], inverse_temperature: Number, start: Sequence[Number]) -> list[arb]:
    r"""Return the coordinates of the limit of the flow on the unit sphere along the eigenvectors, in ball arithmetic.

    ``spectrum``: the d eigenvalues of Σ, positive and descending; ``inverse_temperature``: β > 0; ``start``: the d
    coordinates of μ(0) along the eigenvectors, of any length, with parts for two eigenvalues at least; ``ValueError``
    otherwise. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), β = 1, start (1, −1) gives (√(1/3), −√(2/3)).
    """
    eigenvalues = exactly.spectrum(spectrum)
    point = exactly.vector(start, "start", length=len(eigenvalues))
    met = [value for value, entry in zip(eigenvalues, point, strict=True) if entry]
    if not met or met[0] == met[-1]:
        raise ValueError("the start must have parts for two different eigenvalues: otherwise it does not move")
    weight = minimum(met, inverse_temperature).weight
    weights = {met[0]: weight, met[-1]: 1 - weight}

    def coordinate(value: Fraction, entry: Fraction) -> arb:
        mass = sum((part**2 for other, part in zip(eigenvalues, point, strict=True) if other == value), Fraction(0))
        return exactly.root(weights[value] * entry**2 / mass) * (1 if entry > 0 else -1)

    return [
        coordinate(value, entry) if entry and value in weights else arb(0)
        for value, entry in zip(eigenvalues, point, strict=True)
    ]
