r"""The part of the objective that grows with the dimension, in the limit d/N → δ."""

from sympy import Expr, Rational, symbols

from ..derivation import Derivation, argument, definition, exact
from ..words import DIMENSION
from .finite_dimension import FINITE, G, planar
from .objective import M_0, M_2, SQUARES, beta, heat, m, ratio, share, theta

N = symbols("N", positive=True)


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
