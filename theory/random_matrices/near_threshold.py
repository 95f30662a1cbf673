r"""How large a sample has to be before an expansion in 1/n says anything about an outlier near the threshold."""

from flint import arb
from sympy import Expr

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .fluctuations import LOCATION_BIAS
from .spiked import LOCATION, g, gamma, outlying, spike, theta

GROWING: Expr = gamma * (1 + theta) ** 2 / (theta * (theta**2 - gamma))
"""The part of the bias of the location, n(E λ − ρ), that grows without bound at the threshold."""


def derivation() -> Derivation:
    """Derive that the first term of the expansion exceeds the distance to the bulk unless n(θ − √γ)³ is large."""
    distance = (LOCATION - (1 + g) ** 2).subs(gamma, g**2)
    return Derivation(
        result="n ≫ n_c = γ(1 + θ)²/((θ² − γ)(θ − √γ)²), of the order (θ − √γ)⁻³, is necessary",
        steps=(
            exact("ρ − (1 + g)² = (θ − g)²/θ with g = √γ", distance, (theta - g) ** 2 / theta),
            exact("n(E λ − ρ) → −(1 + θ)/θ + γ(1 + θ)²/(θ(θ² − γ))", LOCATION_BIAS, GROWING - (1 + theta) / theta),
            exact(
                "the second term is n_c (θ − g)²/θ with n_c = γ(1 + θ)²/((θ² − γ)(θ − g)²), γ = g²",
                GROWING.subs(gamma, g**2),
                g**2 * (1 + theta) ** 2 / ((theta**2 - g**2) * (theta - g) ** 2) * (theta - g) ** 2 / theta,
            ),
            definition(
                "n_c is the size at which this term of the bias is as large as the distance of ρ from the bulk."
            ),
            argument(
                "Eigenvalue and overlap are functions of one g_n, expanded at ρ on the scale of its distance from the "
                "bulk, where g has a branch point: terms of order 1/n say nothing unless they are small against that "
                "distance. No size that is not large against n_c can be extrapolated; that larger ones can is not "
                "claimed."
            ),
        ),
    )


def critical_size(strength: Number, aspect: Number) -> arb:
    """Return n_c = γ(1 + θ)²/((θ² − γ)(θ − √γ)²) of a spike θ > √γ; ``ValueError`` unless there is one.

    Source: derived here. Worked value: θ = 2, γ = 1 gives 3.
    """
    known = spike(strength, aspect)
    if known[0] < 0:
        raise ValueError(f"the threshold approached is √γ, so θ must be above it, not {strength!r}")
    growing = outlying(strength, aspect, GROWING)
    return exactly.enclosed(growing * known[0]) / (exactly.enclosed(known[0]) - exactly.root(known[1])) ** 2
