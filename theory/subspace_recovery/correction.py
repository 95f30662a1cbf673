r"""The part of the objective that grows with the dimension: exact for every N, and its limit d/N → δ.

The dimension enters $J_{N,d}(q) = E\lVert o(q)\rVert^2$ through $(d - 2)\,E\sum_i w_i^2$ alone.
"""

from sympy import Expr, Rational, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..words import DIMENSION, scalar, vector
from .objective import M_0, M_2, SQUARES, beta, heat, m, ratio, share, theta

N = symbols("N", positive=True)
planar, G, S = symbols("J_2 G S", positive=True)
"""J_{N,2} of two-dimensional tokens, E Σ w², and E(Σ w_i s_i)² over the informative tokens."""

FINITE: Expr = planar + (DIMENSION - 2) * G
"""J_{N,d} for every N ≥ 1 and d ≥ 2."""


def finite_derivation() -> Derivation:
    r"""Derive $J_{N,d} = J_{N,2} + (d - 2) E\sum_i w_i^2$, for every N ≥ 1, d ≥ 2 and law of the latent sign."""
    q, u, v, y, o = map(vector, "quvyo")
    on_the_sphere = {scalar(adjoint(e) * e): 1 for e in (q, u, v)} | {
        scalar(adjoint(q) * u): m,
        scalar(adjoint(q) * v): 0,
    }
    along = symbols("E(o·q)²", positive=True)

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


def weights_derivation() -> Derivation:
    r"""Derive $N\sum_i w_i^2 \to e^{\beta^2}(1 - \pi + \pi M(2x))/(1 - \pi + \pi M(x))^2$, also in the mean."""
    square = share * heat**4 * M_2 + (1 - share) * heat**4
    return Derivation(
        result="N Σ w_i² → e^{β²} (1 − π + πM(2x))/(1 − π + πM(x))², x = βθm, almost surely and in the mean",
        steps=(
            definition("M_0 = M(x), M_2 = M(2x), g = e^{β²/2}; N → ∞ with M/N → π."),
            argument("N Σ w_i² = [(1/N) Σ e^{2 score}]/[(1/N) Σ e^{score}]²; twice a score is the score at 2β."),
            exact("½(2β)² is four times ½β²", Rational(1, 2) * (2 * beta) ** 2, 4 * (Rational(1, 2) * beta**2)),
            exact("2β·θm = 2x at x = βθm", (2 * beta) * theta * m, 2 * (beta * theta * m)),
            argument(
                "So E e^{2 score} is g⁴M(2x) of an informative token and g⁴ of a nuisance token (C1 at 2β), and by the "
                "law of large numbers numerator and root of the denominator tend almost surely to their means."
            ),
            exact(
                "[πg⁴M_2 + (1 − π)g⁴]/[πgM_0 + (1 − π)g]² = g²(1 − π + πM_2)/(1 − π + πM_0)²",
                square / (share * heat * M_0 + (1 - share) * heat) ** 2,
                SQUARES,
            ),
            argument(
                "It is bounded in every L^p, uniformly in N (Cauchy–Schwarz; y^{2p} and y^{−4p} are convex, and scores "
                "have all exponential moments), so its mean converges too. g² = e^{β²}."
            ),
        ),
    )


def derivation() -> Derivation:
    r"""Derive $J_{N,d} \to J_\infty + \delta \lim N \sum w_i^2$ as d/N → δ."""
    return Derivation(
        result="J_{N,d} → J_∞ + δ e^{β²} (1 − π + πM(2x))/(1 − π + πM(x))² as d/N → δ",
        steps=(
            definition("N → ∞ with M/N → π and d/N → δ; G = E Σ w_i²."),
            exact("J_{N,2} + (d − 2)G at d = δN is J_{N,2} − 2G + δ·NG", _at_ratio(), planar - 2 * G + ratio * (N * G)),
            argument(
                "J_{N,2} → J_∞ by C1.limit, G → 0 and NG → e^{β²}(1 − π + πM(2x))/(1 − π + πM(x))² by C2.weights; for "
                "d/N → δ the same, as (d − 2)G = (d/N − 2/N)·NG."
            ),
            argument(
                "If M = πN and d = δN exactly, J_{N,2} and NG are expectations of rational functions of means over the "
                "tokens (of e^{score}, e^{2 score} and both coordinates of x e^{score}) as in C1.limit, so J_{N,d} is "
                "J + c_1/N + c_2/N² + O(N^{−3})."
            ),
        ),
    )


def _at_ratio() -> Expr:
    return FINITE.subs(DIMENSION, ratio * N)
