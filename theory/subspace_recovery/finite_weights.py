r"""The 1/N term of the sum of squared softmax weights: $N E\sum_i w_i^2 = Q(1 + c/N + O(N^{-2}))$."""

from sympy import Expr, exp, symbols

from ..derivation import Derivation, argument, definition, exact
from .objective import M_0, M_2, beta, generating_at, heat, share

M_3 = symbols("M_3", positive=True)
"""M(3x)."""

_FIRST, _SECOND, _THIRD = (1 - share + share * value for value in (M_0, M_2, M_3))

VARIANCE: Expr = heat**2 * _SECOND / _FIRST**2 - (share * M_0**2 + 1 - share) / _FIRST**2
r"""V: N times the variance of the mean of $e^{score}$, over its squared expectation."""

COVARIANCE: Expr = heat**4 * _THIRD / (_FIRST * _SECOND) - (share * M_0 * M_2 + 1 - share) / (_FIRST * _SECOND)
r"""C: N times the covariance of the means of $e^{score}$ and $e^{2 score}$, over their expectations."""


def derivation() -> Derivation:
    """Derive c = 3V − 2C, for every law of the latent sign."""
    g = heat
    A, B, v, c, s_aa = symbols("A B v c a", positive=True)
    quotient = A / B**2
    expanded = quotient + (quotient.diff(A, 2) * s_aa + 2 * quotient.diff(A, B) * c + quotient.diff(B, 2) * v) / 2
    one, two, three = (share * g**power * M + (1 - share) * g**power for power, M in ((1, M_0), (4, M_2), (9, M_3)))
    squared = share * (g * M_0) ** 2 + (1 - share) * g**2
    crossed = share * (g * M_0) * (g**4 * M_2) + (1 - share) * g * g**4
    return Derivation(
        result="N E Σ w_i² = Q (1 + (3V − 2C)/N + O(N⁻²)) for M = πN, Q its limit",
        steps=(
            definition(
                "M = πN exactly; A and B the means of e^{2 score} and e^{score} over the N tokens; M_k = M(kx), M_0 = "
                "M(x), g = e^{β²/2}; a, c, v the variance of A, its covariance with B and the variance of B."
            ),
            exact("½(3β)² is nine times ½β²", (3 * beta) ** 2 / 2, 9 * (beta**2 / 2)),
            argument(
                "E e^{k score} is g^{k²}M(kx) of an informative and g^{k²} of a nuisance token (C1 at kβ). The tokens "
                "are independent and the numbers of both classes are fixed, so N times a covariance of means is the "
                "average of the covariances within the classes: Nv = E e^{2 score} − (average of squared means)."
            ),
            exact("Nv/B² = V", (two - squared) / one**2, VARIANCE),
            exact("Nc/(AB) = C", (three - crossed) / (one * two), COVARIANCE),
            exact(
                "A/B² with its second differential: (A/B²)(1 + 3v/B² − 2c/(AB)); a drops out, as A enters linearly",
                expanded,
                quotient * (1 + 3 * v / B**2 - 2 * c / (A * B)),
            ),
            argument(
                "N Σ w_i² = A/B². Third central moments of the means are O(N⁻²), fourth ones too, and all moments of "
                "1/B are bounded: the rest of Taylor's formula is O(N⁻²)."
            ),
        ),
    )


def variance(latent: str) -> Expr:
    """Return V as a function of β, θ, π and m; ``ValueError`` for an unknown latent sign."""
    return _of_latent(VARIANCE, latent)


def covariance(latent: str) -> Expr:
    """Return C as a function of β, θ, π and m; ``ValueError`` for an unknown latent sign."""
    return _of_latent(COVARIANCE, latent)


def coefficient(latent: str) -> Expr:
    """Return c = 3V − 2C. Worked value: π = 0, β = 1: 3e − 2e² − 1 = −7.623…."""
    return 3 * variance(latent) - 2 * covariance(latent)


def _of_latent(expression: Expr, latent: str) -> Expr:
    values = {symbol: generating_at(latent, k) for symbol, k in ((M_0, 1), (M_2, 2), (M_3, 3))}
    return expression.subs({heat: exp(beta**2 / 2), **values})
