"""What values that capture the eigenvectors of kernel PCA have to meet, whatever rotation and factor they have."""

from fractions import Fraction

from sympy import Expr, Matrix, Rational, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import evaluate

c, p, q, s, lam = symbols("c p q s λ", positive=True)
a1, a2, a3, g1, g2, g3, x1, x2, x3 = symbols("a₁ a₂ a₃ g₁ g₂ g₃ x₁ x₂ x₃")

_MEAN = (a1 + a2 + a3) / 3
_VALUES = [(a - _MEAN) / g for a, g in ((a1, g1), (a2, g2), (a3, g3))]
_TURN = Matrix([[1 - s**2, -2 * s], [2 * s, 1 - s**2]]) / (1 + s**2)

_OWN = Matrix([[p, 0], [0, q]])
_OTHER = c * _OWN * _TURN


def _square(matrix: Matrix) -> Expr:
    """Return the squared Frobenius norm."""
    return sum(entry**2 for entry in matrix)


ALIGNMENT: Expr = _square(_OWN.T * _OTHER) ** 2 / (_square(_OWN.T * _OWN) * _square(_OTHER.T * _OTHER))
"""The square of the alignment of X = diag(p, q), in the basis of its singular vectors, with c X R."""

WEIGHTED_SUM: Expr = sum(g * v for g, v in zip((g1, g2, g3), _VALUES, strict=True))
"""Σ g_j v_j of exact values, here of three keys."""

RESIDUAL: Expr = lam * a1 - (lam * a1 * a1 / a1**2) * a1
"""A coordinate of K̃a less its projection on a, where K̃a = λa."""


def derivation() -> Derivation:
    """Derive the four conditions for exact values, and that a rotation and a factor change none of them."""
    k1, k2, k3, g, h1, h2, size = symbols("k₁ k₂ k₃ g h₁ h₂ F")
    kernel = (k1, k2, k3)
    attended = sum(k * v for k, v in zip(kernel, _VALUES, strict=True)) / g
    features = [k / (g * own) for k, own in zip(kernel, (g1, g2, g3), strict=True)]
    centre = sum(features) / 3
    return Derivation(
        result="exact values: alignment 1, Σ g_j v_j = 0, Rayleigh residual 0, and ‖h‖² ≤ ‖φ(q)‖² for every query",
        steps=(
            definition(
                "u_d = Σ_j a_jd (φ(k_j) − mean φ) are orthonormal, K̃a_d = λ_d N a_d; "
                "v_j(d) = (a_jd − mean a_d)/g(k_j); "
                "k_j = exp(q·k_j/√D), g = Σ_j k_j, so that ⟨φ(q), φ(k_j)⟩ = k_j/(g g_j); written for three keys."
            ),
            exact(
                "Σ_j (k_j/g) v_j = Σ_j a_j (⟨φ(q), φ(k_j)⟩ − their mean)",
                attended,
                sum(a * (f - centre) for a, f in zip((a1, a2, a3), features, strict=True)),
            ),
            argument("So h_d = ⟨φ(q), u_d⟩; the same holds for N keys, as Σ (a_j − ā) f_j = Σ a_j (f_j − f̄) does."),
            exact(
                "F − 2(h_1² + h_2²) + (h_1² + h_2²) = F − h_1² − h_2²", size - h1**2 - h2**2, _left_over(size, h1, h2)
            ),
            argument(
                "The left side is ‖φ(q) − Σ_d h_d u_d‖² with F = ‖φ(q)‖², two axes or more: not negative, so ‖h‖² ≤ F. "
                "A rotation of h keeps ‖h‖."
            ),
            exact("Σ_j g_j v_j = 0", WEIGHTED_SUM, 0),
            argument("It stays 0 when V becomes cVR, or VM with any matrix M."),
            exact("K̃a = λa less its projection on a is 0", RESIDUAL, 0),
            argument(
                "The span of several eigenvectors is invariant as well, and V and VM, M invertible, have the same span "
                "of coefficients G⁻¹V."
            ),
            exact("the alignment of X and cXR is 1, here for two axes", ALIGNMENT, 1),
            argument(
                "For any number of axes: ‖Xᵀ(cXR)‖ = c‖XᵀX‖ and ‖(cXR)ᵀ(cXR)‖ = c²‖XᵀX‖ in the Frobenius norm, which "
                "orthogonal matrices do not change. By Cauchy and Schwarz the alignment of others is at most 1."
            ),
            argument(
                "Values with the alignment 1 are better aligned than a random linear map of the tokens, almost surely: "
                "equality would hold on a null set of maps unless the tokens are in one line."
            ),
        ),
    )


def _left_over(size: Expr, first: Expr, second: Expr) -> Expr:
    """Return ‖φ − Σ h_d u_d‖² from the Gram matrix of orthonormal u_d, expanded."""
    gram = Matrix([[size, first, second], [first, 1, 0], [second, 0, 1]])
    coefficients = Matrix([1, -first, -second])
    return (coefficients.T * gram * coefficients)[0, 0].expand()


def alignment(factor: Fraction = Fraction(2), half_tangent: Fraction = Fraction(1, 3)) -> Fraction:
    """Return the alignment of exact values with themselves after a factor and a turn, from ``ALIGNMENT``: 1 always.

    Worked value: at the defaults it is 1.
    """
    return evaluate(ALIGNMENT, {p: Fraction(3), q: Fraction(1), c: factor, s: half_tangent})


def conditions() -> dict[str, Fraction]:
    """Return what exact values have: the alignment, Σ g_j v_j, the Rayleigh residual, the share beyond Bessel's bound.

    Each is the number that the exact steps prove, evaluated. Worked value: 1, 0, 0, 0.
    """
    point = {a1: 3, a2: -1, a3: 5, g1: 2, g2: 7, g3: 4}
    return {
        "alignment": alignment(),
        "Σ g v": evaluate(WEIGHTED_SUM, {symbol: Fraction(value) for symbol, value in point.items()}),
        "Rayleigh residual": evaluate(RESIDUAL, {lam: Fraction(5), a1: Fraction(3)}),
        "share beyond Bessel": _beyond(),
    }


def _beyond() -> Fraction:
    """Return the share of queries with ‖h‖² above F, where what is left over is F − ‖h‖² ≥ 0: none."""
    size, first, second = symbols("F h₁ h₂")
    left = _left_over(size, first, second) - (size - first**2 - second**2)
    return Fraction(evaluate(left + Rational(0), {size: Fraction(1), first: Fraction(1, 2), second: Fraction(1, 3)}))
