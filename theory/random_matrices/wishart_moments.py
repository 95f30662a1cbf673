r"""Moments of the sample covariance $S = XX^\top/n$, exact for every $d$ and $n$, and those of Marchenko–Pastur.

$X$ is $d \times n$ with i.i.d. columns $N(0, \Gamma)$; the formulas are derived by ``theory.isserlis.wishart``.
"""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, Integer, Symbol, adjoint, binomial, expand, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from ..isserlis import wishart
from ..words import DIMENSION, Scalar, matrix, scalar, vector

d = DIMENSION
n = symbols("n", positive=True, integer=True)
gamma, z, w, epsilon = symbols("γ z w ε", positive=True)

_S, _Gamma, _u = matrix("S", symmetric=True), matrix("Γ", symmetric=True), vector("u")


t1, t2, a1, a2, a3 = symbols("t_1 t_2 a_1 a_2 a_3", nonnegative=True)


def _form(matrix: Expr) -> Expr:
    """Return u' (matrix) u as a scalar."""
    return scalar(adjoint(_u) * matrix * _u)


INVARIANTS: dict[Expr, Expr] = {
    scalar(_Gamma): t1,
    scalar(_Gamma**2): t2,
    _form(_Gamma): a1,
    _form(_Gamma**2): a2,
    _form(_Gamma**3): a3,
}
r"""Scalars by their names: $t_k = \mathrm{tr}\,\Gamma^k$ and $a_k = u^\top\Gamma^ku$."""

_MOMENTS: dict[str, tuple[Expr, Expr]] = {
    "uᵀSu": (_form(_S), a1),
    "uᵀS²u": (_form(_S**2), (1 + 1 / n) * a2 + t1 * a1 / n),
    "uᵀS³u": (
        _form(_S**3),
        (1 + 3 / n + 4 / n**2) * a3 + 2 * (1 + 1 / n) * t1 * a2 / n + (t1**2 / n + (1 + 1 / n) * t2) * a1 / n,
    ),
    "uᵀS²u · uᵀSu": (_form(_S**2) * _form(_S), ((n + 2) * (n + 3) * a1 * a2 + (n + 2) * t1 * a1**2) / n**2),
    "tr S · uᵀS²u": (
        scalar(_S) * _form(_S**2),
        (1 + 1 / n + 2 / n**2) * t1 * a2 + (t1**2 + 2 * t2 / n) * a1 / n + 4 * (1 + 1 / n) * a3 / n,
    ),
    "tr S · (uᵀSu)²": (scalar(_S) * _form(_S) ** 2, (n + 2) * (n * t1 * a1**2 + 4 * a1 * a2) / n**2),
}
"""By name: a polynomial in scalars of S, and its expectation."""

TRACE_MOMENTS: dict[int, Expr] = {
    1: Integer(1),
    2: (n + d + 1) / n,
    3: (n**2 + 3 * n * (d + 1) + d**2 + 3 * d + 4) / n**2,
    4: (n**3 + 6 * n**2 * (d + 1) + n * (6 * d**2 + 17 * d + 21) + d**3 + 6 * d**2 + 21 * d + 20) / n**3,
}
r"""$E\,\mathrm{tr}\,S^k/d$ for Γ = I, by k."""


def narayana(k: int) -> Expr:
    r"""Return $m_k = \sum_{r=0}^{k-1} \frac{\gamma^r}{r+1} \binom kr \binom{k-1}r$ for k ≥ 1, and $m_0 = 1$.

    ``ValueError`` for k < 0. Worked value: $m_3 = 1 + 3\gamma + \gamma^2$.
    """
    if not isinstance(k, int) or k < 0:
        raise ValueError(f"the order k must be an integer of at least 0, not {k!r}")
    terms = (gamma**r * binomial(k, r) * binomial(k - 1, r) / (r + 1) for r in range(k))
    return sum(terms, Integer(0)) if k else Integer(1)


def derivation() -> Derivation:
    r"""Derive the moments of S up to the third order for symbolic d and n."""
    return Derivation(
        result="E S = Γ, E S² = (1 + 1/n)Γ² + (tr Γ)Γ/n, and moments of the third order, for every d, n ≥ 1 and Γ ⪰ 0",
        steps=(
            definition(
                "S = XXᵀ/n = (1/n) Σ_a x_a x_aᵀ with columns x_1, …, x_n i.i.d. N(0, Γ); u is any vector; "
                "t_k = tr Γᵏ, a_k = uᵀΓᵏu."
            ),
            argument(
                "Isserlis: one S is written (1/n) Σ_a x_a x_aᵀ, and its first x_a is paired with every other Gaussian "
                "vector. With the second x_a of the same S it gives Γ. With one of the two vectors of another S, "
                "Σ_b x_b x_bᵀ/n, it gives Γ and b = a; the two vectors that are left make x_a x_aᵀ/n², of which the "
                "sum over a is S/n. Each time there is one S less. None of it needs Γ to be regular."
            ),
            *(
                exact(f"E[{name}] = {right}", wishart(left, _S, _Gamma, n).subs(INVARIANTS), right)
                for name, (left, right) in _MOMENTS.items()
            ),
            argument("A symmetric matrix is known by its quadratic form u ↦ uᵀMu, so these are E S, E S² and E S³."),
        ),
    )


def invariants(spectrum: Iterable[Number], u: Iterable[Number]) -> dict[Symbol, Fraction]:
    r"""Return $t_1, t_2, a_1, a_2, a_3$ exactly, by their symbols; arguments and errors as ``moments``.

    Worked value: spectrum (2, 1), u = (1, 1) gives 3, 5, 3, 5, 9.
    """
    eigenvalues = exactly.spectrum(spectrum)
    weights = [entry**2 for entry in exactly.vector(u, "u", length=len(eigenvalues))]

    def summed(power: int, counted: list[Fraction]) -> Fraction:
        return sum((value**power * count for value, count in zip(eigenvalues, counted, strict=True)), Fraction(0))

    ones = [Fraction(1)] * len(eigenvalues)
    return {
        **{symbol: summed(k, ones) for k, symbol in enumerate((t1, t2), start=1)},
        **{symbol: summed(k, weights) for k, symbol in enumerate((a1, a2, a3), start=1)},
    }


def moments(spectrum: Iterable[Number], u: Iterable[Number], size: int) -> dict[str, Fraction]:
    r"""Return the expectations of first to third order, by name, exactly, by evaluating the formulas derived.

    ``spectrum``: the d eigenvalues of Γ, descending; ``u``: d coordinates along the eigenvectors; ``size``: n ≥ 1.
    ``ValueError`` otherwise. Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134.
    Worked value: Γ = 1, u = 1, n = 1 gives E[uᵀS³u] = E z⁶ = 15.
    """
    known: dict[Symbol, Fraction | int] = {**invariants(spectrum, u), n: exactly.count(size, "sample size n")}
    return {name: exactly.evaluate(formula, known) for name, (_, formula) in _MOMENTS.items()}


def trace_moment_derivation() -> Derivation:
    """Derive the trace moments for Γ = I and symbolic d and n."""
    return Derivation(result="E tr Sᵏ/d for k ≤ 4, Γ = I, exactly at every d and n", steps=_trace_moment_steps())


def limit_derivation() -> Derivation:
    """Derive the trace moments for Γ = I, their limit, and that it has the moments of Marchenko–Pastur."""
    return Derivation(
        result="E tr Sᵏ/d exactly for k ≤ 4; their limits are the moments N_k of Marchenko–Pastur",
        steps=(
            *_trace_moment_steps(),
            definition("N_k = Σ_{r < k} γʳ C(k, r) C(k − 1, r)/(r + 1)."),
            *map(_limit_step, TRACE_MOMENTS),
            *_marchenko_pastur_steps(),
        ),
    )


def _trace_moment_steps() -> tuple[Step, ...]:
    return (
        definition("S = XXᵀ/n with the columns of X i.i.d. N(0, I), d × n; its moments by pairings as in D4.5."),
        *(exact(f"E tr S^{k}/d = {right}", _white(k), right) for k, right in TRACE_MOMENTS.items()),
    )


def _white(k: int) -> Expr:
    """Derive E tr S^k/d at Γ = I, where every trace is d."""
    mean = wishart(scalar(_S**k), _S, _Gamma, n)
    return expand(mean.subs({symbol: d for symbol in mean.free_symbols if isinstance(symbol, Scalar)}) / d)


def _limit_step(k: int) -> Step:
    limit = expand(TRACE_MOMENTS[k].subs(d, gamma * n).subs(n, 1 / epsilon)).subs(epsilon, 0)
    return exact(f"E tr S^{k}/d at d = γn and 1/n = 0 is N_{k} = {narayana(k)}", limit, narayana(k))


def _marchenko_pastur_steps() -> tuple[Step, ...]:
    """Show that the moments of the law with the transform of Marchenko and Pastur are the Narayana sums, for all k."""
    G = symbols("G")
    m = -(1 + G) / z
    return (
        argument(
            "Marchenko and Pastur: their law has bounded support, and its transform m(z) = ∫ dF(x)/(x − z) solves "
            "γzm² + (z + γ − 1)m + 1 = 0. For large z it is m = −(1 + G)/z, where G = Σ_{k ≥ 1} m_k wᵏ, w = 1/z."
        ),
        exact(
            "γzm² + (z + γ − 1)m + 1 at m = −(1 + G)/z, z = 1/w, is w(1 + G)(1 + γG) − G",
            (gamma * z * m**2 + (z + gamma - 1) * m + 1).subs(z, 1 / w),
            w * (1 + G) * (1 + gamma * G) - G,
        ),
        argument(
            "So G = wφ(G) with φ(g) = (1 + g)(1 + γg), and by Lagrange's inversion m_k = (1/k) [g^{k−1}] φ(g)ᵏ = "
            "(1/k) Σ_r C(k, r) γʳ C(k, k − 1 − r) for every k ≥ 1. There C(k, k − 1 − r) = C(k, r + 1) = "
            "k C(k − 1, r)/(r + 1), so m_k = N_k."
        ),
        *(
            exact(
                f"N_{k} = (1 − γ)N_{k - 1} + γ Σ N_i N_j over i + j = {k - 1}, N_0 = 1: the coefficients of w^{k} in "
                "G = w(1 + G)(1 + γG)",
                (1 - gamma) * narayana(k - 1)
                + gamma * sum((narayana(i) * narayana(k - 1 - i) for i in range(k)), Integer(0)),
                narayana(k),
            )
            for k in range(1, 9)
        ),
    )


def trace_moment(k: int, dimension: int, size: int) -> Fraction:
    r"""Return $E\,\mathrm{tr}\,S^k/d$ for Γ = I exactly, by evaluating ``TRACE_MOMENTS``.

    ``k``: 1 to 4; ``dimension``: d ≥ 1; ``size``: n ≥ 1. ``ValueError`` otherwise.
    Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134. Worked value: d = n = 1, k = 4 gives E z⁸ = 105.
    """
    if k not in TRACE_MOMENTS:
        raise ValueError(f"the order k must be one of {', '.join(map(str, TRACE_MOMENTS))}, not {k!r}")
    values = {d: exactly.count(dimension, "dimension d"), n: exactly.count(size, "sample size n")}
    return exactly.evaluate(TRACE_MOMENTS[k], values)


def marchenko_pastur_moment(k: int, ratio: Number) -> Fraction:
    r"""Return the moment $m_k$ of the Marchenko–Pastur law of ratio $\gamma = d/n$ exactly, by evaluating ``narayana``.

    ``k``: at least 0; ``ratio``: γ > 0. ``ValueError`` otherwise. Source: V. A. Marchenko and L. A. Pastur,
    doi:10.1070/SM1967v001n04ABEH001994. Worked value: γ = 1 and k = 3 gives the Catalan number 5.
    """
    value = exactly.rational(ratio, "ratio γ")
    if value <= 0:
        raise ValueError(f"ratio γ must be positive, not {value}")
    return exactly.evaluate(narayana(k), {gamma: value})
