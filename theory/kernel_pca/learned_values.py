"""What values that capture the eigenvectors of kernel PCA have to meet, whatever rotation and factor they have."""

from fractions import Fraction

from sympy import Expr, Matrix, adjoint, eye, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import evaluate
from ..words import matrix, scalar, vector

c, p, q, s, ratio = symbols("c p q s λN", positive=True)
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

_GRAM = (c * _TURN).T * (c * _TURN)

DEVIATION: Expr = _square(_GRAM - _GRAM.trace() / 2 * eye(2))
"""‖W − (tr W/2) I‖² of W = (cR)ᵀ(AᵀK̃A)(cR) with AᵀK̃A = I: of the directions that cVR projects on."""


def _residual() -> Expr:
    """Return wᵀ(K̃a − a aᵀK̃a/aᵀa) for any w, where K̃a = λN a: both words with K̃ become λN times those without."""
    kernel, a, w = matrix("K̃", symmetric=True), vector("a"), vector("w")
    own, across = scalar(adjoint(a) * a), scalar(adjoint(w) * a)
    eigen = {scalar(adjoint(w) * kernel * a): ratio * across, scalar(adjoint(a) * kernel * a): ratio * own}
    return (scalar(adjoint(w) * kernel * a) - across * scalar(adjoint(a) * kernel * a) / own).subs(eigen)


def derivation() -> Derivation:
    """Derive the conditions for exact values, and that a rotation and a factor change none of them."""
    k1, k2, k3, g = symbols("k₁ k₂ k₃ g")
    kernel = (k1, k2, k3)
    x, y, A, K, G = vector("x"), vector("y"), matrix("A"), matrix("K", symmetric=True), matrix("G", symmetric=True)
    C = matrix("C", symmetric=True)
    values = G * C * A
    attended = sum(k * v for k, v in zip(kernel, _VALUES, strict=True)) / g
    features = [k / (g * own) for k, own in zip(kernel, (g1, g2, g3), strict=True)]
    centre = sum(features) / 3
    return Derivation(
        result="exact values: alignment 1, Σ g_j v_j = 0, Rayleigh residual 0, VᵀKV = I; cVR has the same, VᵀKV = c²I",
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
            exact("Σ_j g_j v_j = 0", WEIGHTED_SUM, 0),
            argument("It stays 0 when V becomes cVR, or VM with any matrix M."),
            exact("wᵀ(K̃a − a aᵀK̃a/aᵀa) = 0 for every w, if K̃a = λN a", _residual(), 0),
            argument(
                "So K̃a less its projection on a is 0. The span of several eigenvectors is invariant as well, and V and "
                "VM, M invertible, have the same span of coefficients G⁻¹V, and the same column space: overlap 1."
            ),
            exact(
                "xᵀVᵀKVy = xᵀAᵀK̃Ay for all x, y, where V = GCA, C = I − 1_N, K̃ = CGKGC",
                scalar(adjoint(x) * adjoint(values) * K * values * y),
                scalar(adjoint(x) * adjoint(A) * (C * G * K * G * C) * A * y),
            ),
            argument("AᵀK̃A = I, as the a_d are orthogonal eigenvectors with a_dᵀK̃a_d = 1: so VᵀKV = I."),
            exact("‖W − (tr W/2) I‖² = 0 for W = (cR)ᵀ(cR), here for two axes", DEVIATION, 0),
            argument("RᵀR = I for any number of axes: W = c²I. VᵀKV off a multiple of I is thus no matter of scale."),
            exact("the alignment of X and cXR is 1, here for two axes", ALIGNMENT, 1),
            argument(
                "For any number of axes: ‖Xᵀ(cXR)‖ = c‖XᵀX‖ and ‖(cXR)ᵀ(cXR)‖ = c²‖XᵀX‖ in the Frobenius norm, which "
                "orthogonal matrices do not change. By Cauchy and Schwarz the alignment of others is at most 1."
            ),
        ),
    )


def alignment(factor: Fraction = Fraction(2), half_tangent: Fraction = Fraction(1, 3)) -> Fraction:
    """Return the alignment of exact values with themselves after a factor and a turn, from ``ALIGNMENT``: 1 always.

    Worked value: at the defaults it is 1.
    """
    return evaluate(ALIGNMENT, {p: Fraction(3), q: Fraction(1), c: factor, s: half_tangent})


def conditions() -> dict[str, Fraction]:
    """Return what exact values have, whatever rotation R and factor c they come with.

    Alignment, Σ g_j v_j and VᵀKV off a multiple of I are the expressions of exact steps, evaluated; that the overlap
    of the column spaces is 1 and the residual of their invariant span 0 are arguments from such steps. Worked value:
    1, 1, 0, 0, 0.
    """
    point = {a1: 3, a2: -1, a3: 5, g1: 2, g2: 7, g3: 4}
    return {
        "alignment": alignment(),
        "overlap": Fraction(1),
        "Σ g v": evaluate(WEIGHTED_SUM, {symbol: Fraction(value) for symbol, value in point.items()}),
        "Rayleigh residual": Fraction(0),
        "VᵀKV off a multiple of I": evaluate(DEVIATION, {c: Fraction(3), s: Fraction(1, 3)}),
    }
