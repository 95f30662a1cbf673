r"""The objective of a finite prompt is affine in the dimension: exact for every N and every query.

The dimension enters $J_{N,d}(q) = E\lVert o(q)\rVert^2$ through $(d - 2)\,E\sum_i w_i^2$ alone.
"""

from sympy import Expr, Symbol, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..words import DIMENSION, scalar, vector
from .objective import m, theta

planar, G, S = symbols("J_2 G S", positive=True)
"""J_{N,2} of two-dimensional tokens, E Σ w², and E(Σ w_i s_i)² over the informative tokens."""

FINITE: Expr = planar + (DIMENSION - 2) * G
"""J_{N,d} for every N ≥ 1 and d ≥ 2."""


def derivation() -> Derivation:
    r"""Derive $J_{N,d} = J_{N,2} + (d - 2) E\sum_i w_i^2$, for every N ≥ 1, d ≥ 2 and law of the latent sign."""
    q, u, v, y, o = map(vector, "quvyo")
    on_the_sphere = {scalar(adjoint(e) * e): 1 for e in (q, u, v)} | {
        scalar(adjoint(q) * u): m,
        scalar(adjoint(q) * v): 0,
    }
    along = Symbol("E(o·q)²", positive=True)

    def value(word: Expr) -> Expr:
        return scalar(word).subs(on_the_sphere)

    rest = 1 - q * adjoint(q) - v * adjoint(v)
    across = u - m * q
    return Derivation(
        result="J_{N,d}(q) = J_{N,2}(m) + (d − 2) E Σ w_i², for every N ≥ 1 and d ≥ 2; ‖rest of o‖²/Σ w_i² ~ χ²_{d−2}",
        steps=(
            definition(
                "d ≥ 2, q·q = u·u = 1, q·u = m; v a unit vector with q·v = 0 along u − mq (any if that vanishes, "
                "|m| = 1); P = I − qqᵀ − vvᵀ. w_i = softmax(βq·x_i), o = Σ w_i x_i, G = E Σ w_i²."
            ),
            exact("(u − mq)·q = 0", value(adjoint(across) * q), 0),
            exact("‖u − mq‖² = 1 − m²", value(adjoint(across) * across), 1 - m**2),
            argument("So u = mq + √(1 − m²) v lies in the plane of q and v: Pu = 0 and Px_i = Pz_i for every token."),
            exact("y·Pq = 0 for every y", value(adjoint(y) * rest * q), 0),
            exact("y·Pv = 0 for every y", value(adjoint(y) * rest * v), 0),
            exact("tr P = d − 2", value(rest), DIMENSION - 2),
            argument(
                "E z zᵀ = I, so Pz_i is uncorrelated with q·z_i and v·z_i, hence independent of them and of s_i: given "
                "all scores, hence the weights, Po = Σ w_i Pz_i is N(0, (Σ w_i²)P) and ‖Po‖²/Σ w_i² is χ² with tr P = "
                "d − 2 degrees of freedom, independent of the weights. E‖Po‖² = (d − 2)G."
            ),
            exact(
                "‖o‖² = (q·o)² + (v·o)² + o·Po",
                scalar(adjoint(o) * o),
                scalar(adjoint(q) * o) ** 2 + scalar(adjoint(v) * o) ** 2 + scalar(adjoint(o) * rest * o),
            ),
            argument(
                "(q·x_i, v·x_i) = θs_i(m, √(1 − m²)) + (q·z_i, v·z_i) is a token in two dimensions whatever d is, and "
                "has the score of x_i: E[(q·o)² + (v·o)²] = J_{N,2}, a function of m, β, θ, M, K. So is G."
            ),
            argument(
                "v·z_i is independent of the scores too: E(v·o)² = θ²(1 − m²)S + G with S = E(Σ w_i s_i)² over the "
                "informative tokens. All of J_{N,d} is then an expectation over (s_i, q·z_i)."
            ),
            exact(
                "E(o·q)² + θ²(1 − m²)S + G + (d − 2)G = E(o·q)² + θ²(1 − m²)S + (d − 1)G",
                FINITE.subs(planar, along + theta**2 * (1 - m**2) * S + G),
                along + theta**2 * (1 - m**2) * S + (DIMENSION - 1) * G,
            ),
        ),
    )
