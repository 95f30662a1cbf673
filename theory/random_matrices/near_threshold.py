r"""The size $n_c$ below which nothing of the kind $1/n$ can be expected of an outlier near the threshold."""

from flint import arb
from sympy import Expr

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .fluctuations import LOCATION_BIAS
from .spiked import LOCATION, g, gamma, spike, theta

GROWING: Expr = gamma * (1 + theta) ** 2 / (theta * (theta**2 - gamma))
"""The part of the bias of the location, n(E λ − ρ), that grows without bound at the threshold."""

DISTANCE: Expr = (theta - g) ** 2 / theta
"""ρ less the upper edge of the bulk, g = √γ."""

ABOVE: Expr = g**2 * (1 + theta) ** 2
SUM, GAP = theta + g, theta - g
BELOW: Expr = SUM * GAP**3
"""n_c = ABOVE/BELOW."""


def derivation() -> Derivation:
    """Derive the size at which the growing part of the bias is as large as the distance of the outlier to the bulk."""
    return Derivation(
        result="at n_c = γ(1 + θ)²/((θ + √γ)(θ − √γ)³) the growing part of E λ − ρ is the distance of ρ from the bulk",
        steps=(
            exact("ρ − (1 + g)² = (θ − g)²/θ, γ = g²", (LOCATION - (1 + g) ** 2).subs(gamma, g**2), DISTANCE),
            exact(
                "the limit of n(E λ − ρ), by D2.4.bias, is γ(1 + θ)²/(θ(θ² − γ)) − (1 + θ)/θ",
                LOCATION_BIAS,
                GROWING - (1 + theta) / theta,
            ),
            argument(
                "Its second part is at most 1 + 1/√γ; the first grows without bound as θ falls to √γ: the growing part."
            ),
            exact(
                "γ(1 + θ)²/(θ(θ² − γ)) = n_c (θ − g)²/θ, γ = g², with n_c = g²(1 + θ)²/((θ + g)(θ − g)³)",
                GROWING.subs(gamma, g**2),
                ABOVE / BELOW * DISTANCE,
            ),
            definition("So at n = n_c the growing part of the bias, over n, is that distance; n_c is called critical."),
        ),
    )


def critical_size(strength: Number, aspect: Number) -> arb:
    """Return n_c = γ(1 + θ)²/((θ + √γ)(θ − √γ)³) of a spike θ > √γ; ``ValueError`` unless it is above the threshold.

    Source: derived here. Worked value: θ = 2, γ = 1 gives 3.
    """
    known = spike(strength, aspect)
    if known[0] <= 0 or known[0] ** 2 <= known[1]:
        raise ValueError(f"θ must be above the threshold √γ, not {strength!r} at γ = {aspect!r}")
    point = {theta: exactly.enclosed(known[0]), g: exactly.root(known[1])}
    return exactly.enclose(ABOVE, point) / (exactly.enclose(SUM, point) * exactly.enclose(GAP, point) ** 3)
