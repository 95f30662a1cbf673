r"""What a tridiagonal matrix loses by cutting off rows: a certificate, and the decay of an outlier's eigenvector."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flint import arb
from sympy import Expr, fraction, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .tridiagonal import Tridiagonal, at, precision

weight, square, rest, beside = symbols("w β² c a", positive=True)

CERTIFICATE: Expr = weight * square * rest / (1 - square * beside * rest)
r"""The bound of $\lambda - \lambda_m$, with $w = v_\mathrm{last}^2$."""

theta, g, gamma, ratio = symbols("θ g γ r", positive=True)  # g = √γ

DECAY: Expr = g**2 / theta**2
"""By what a squared component falls from row to row."""

FIRST: Expr = 1 + theta
"""The squared component of row k is FIRST × DECAY**k times that of row 0."""

LOCATION: Expr = (1 + theta) * (1 + g**2 / theta)
OVERLAP: Expr = (1 - g**2 / theta**2) / (1 + g**2 / theta)


def derivation() -> Derivation:
    """Derive the certificate, from the resolvents of the two parts."""
    gain, near = symbols("δ K", positive=True)
    return Derivation(
        result="0 ≤ λ − λ_m ≤ β²c w/(1 − β²ac), w = v_last²",
        steps=(
            definition(
                "T symmetric tridiagonal, T_m its rows before m with eigenvalues λ_m > λ_2 ≥ … and unit eigenvectors "
                "v = v_1, v_2, …, w the squared last component of v; R the rows from m on, κ its top eigenvalue; "
                "β = T[m−1, m]; λ the top eigenvalue of T. For x > λ_m and x > κ: A(x) and c(x) are the last diagonal "
                "entry of (x − T_m)^{-1} and the first of (x − R)^{-1}; c = c(λ_m) and "
                "a = Σ_{j≥2} v_{j,last}²/(λ_m − λ_j), which is 0 for m = 1. Suppose κ < λ_m and β²ac < 1."
            ),
            argument("T_m is a compression of T, so λ ≥ λ_m. If λ = λ_m there is nothing to show: let λ > λ_m > κ."),
            argument(
                "Then x − T_m and x − R are positive definite for x ≥ λ, and by the Schur complement of the second, "
                "det(x − T) = det(x − T_m) det(x − R) (1 − β²A(x)c(x)): at x = λ, β²A(λ)c(λ) = 1."
            ),
            argument(
                "With δ = λ − λ_m > 0, A(λ) = w/δ + Σ_{j≥2} v_{j,last}²/(λ − λ_j) ≤ w/δ + a, and c(λ) ≤ c, as all "
                "the terms fall in x: 1 ≤ β²c (w/δ + a)."
            ),
            exact(
                "(1 − β²c(w/δ + a)) δ/(1 − β²ac) = δ − β²cw/(1 − β²ac)",
                (1 - square * rest * (weight / gain + beside)) * gain / (1 - square * beside * rest),
                gain - CERTIFICATE,
            ),
            argument("The left side is ≤ 0 where β²ac < 1."),
            argument(
                "By gaps: the first spectral weights of R sum to 1, so c ≤ 1/(λ_m − κ); those of the last row of T_m "
                "do, so a ≤ (1 − w)/(λ_m − λ_2). The bound grows with a and c, so it holds with these in their place, "
                "where β² times their product is below 1."
            ),
            exact(
                "β²cw/(1 − β²ac) at c = 1/K is w/(K/β² − a), K = λ_m − κ",
                CERTIFICATE.subs(rest, 1 / near),
                weight / (near / square - beside),
            ),
        ),
    )


def rows_derivation() -> Derivation:
    """Derive location, threshold, overlap and decay of an outlier from the limits of the entries of B."""
    bulk = 1 + g**2 + g * (ratio + 1 / ratio)
    first_row = (1 + theta) + (1 + theta) * g * ratio
    decaying = g / theta
    tail = symbols("τ")  # Σ_{k≥1} r^{2k}
    return Derivation(
        result="v_k²/v_0² → (1 + θ)(γ/θ²)^k, λ → (1 + θ)(1 + γ/θ), v_0² → (1 − γ/θ²)/(1 + γ/θ), for θ > √γ",
        steps=(
            definition("g = √γ, d/n → γ as n → ∞. T = BBᵀ/n with B of D4.1; v its top unit eigenvector, by rows."),
            argument(
                "χ²_k/k → 1: B[0, 0]²/n → 1 + θ, B[i, i]²/n → 1, B[i+1, i]²/n → g² for every row i. So T_00 → 1 + θ, "
                "T_01 → √(1+θ) g, T_ii → 1 + g² and T_{i,i+1} → g for i ≥ 1: the entries of a matrix T_∞."
            ),
            argument(
                "The solutions of g(v_{i−1} + v_{i+1}) + (1 + g²)v_i = ρv_i that are square summable are "
                "v_i = v_1 r^{i−1}, |r| < 1, with ρ = 1 + g² + g(r + 1/r). Row 1 of T_∞ has √(1+θ) v_0 where the rows "
                "below have v_{i−1}, so v_0 = v_1/(√(1+θ) r), and row 0 says ρ = (1 + θ)(1 + gr)."
            ),
            exact(
                "1 + g² + g(r + 1/r) − (1 + θ)(1 + gr) = (1 + gr)(g − θr)/r",
                bulk - first_row,
                (1 + g * ratio) * (g - theta * ratio) / ratio,
            ),
            argument(
                "So r = g/θ, where |r| < 1 iff |θ| > √γ: the threshold. (Or r = −1/g, with ρ = 0: the kernel, if "
                "γ > 1.) With r = g/θ:"
            ),
            exact("(1 + θ)(1 + gr) at r = g/θ is (1 + θ)(1 + γ/θ)", first_row.subs(ratio, decaying), LOCATION),
            exact("1 + g² + g(r + 1/r) at r = g/θ is the same", bulk.subs(ratio, decaying), LOCATION),
            exact("r² at r = g/θ is γ/θ²", decaying**2, DECAY),
            exact(
                "τ = r²/(1 − r²) solves τ = r²(1 + τ)",
                ratio**2 / (1 - ratio**2),
                ratio**2 * (1 + ratio**2 / (1 - ratio**2)),
            ),
            argument(
                "So v_k² = (1 + θ)r^{2k} v_0² for k ≥ 1, and 1 = Σ v_k² = v_0² (1 + (1 + θ)τ), τ = Σ_{k≥1} r^{2k}."
            ),
            exact(
                "1/(1 + (1 + θ)τ) at τ = r²/(1 − r²), r = g/θ is (1 − γ/θ²)/(1 + γ/θ)",
                (1 / (1 + (1 + theta) * tail)).subs(tail, decaying**2 / (1 - decaying**2)),
                OVERLAP,
            ),
            exact("(1 + θ)(1 + γ/θ) − (1 + g)² = (θ − g)²/θ", LOCATION - (1 + g) ** 2, (theta - g) ** 2 / theta),
            argument(
                "The limit is that of the eigenvector, for θ > g: the rows from M ≥ 1 on have a top eigenvalue of at "
                "most (max B[i, i] + max B[i+1, i])²/n → (1 + g)², the largest of n variables χ_k/√n exceeding 1 or g "
                "by O(√(log n/n)); the leading rows have one that tends to ρ > (1 + g)² as n and then M grow. By "
                "(λ − R)z = βv_{M−1}e_1 the part z of v in the rows from M on is no larger than "
                "β|v_{M−1}|/(λ − κ), so no mass is lost: every limit of v along a subsequence is a unit eigenvector "
                "of T_∞ above (1 + g)², and there is one, with r = g/θ."
            ),
            exact(
                "β²cw/(1 − β²ac) at β² = g², c = a = r/g and r = g/θ is w γθ/(θ² − γ)",
                CERTIFICATE.subs({square: g**2, rest: decaying / g, beside: decaying / g}),
                weight * g**2 * theta / (theta**2 - g**2),
            ),
            argument(
                "So far from the first row, where (λ − R)^{-1} and (λ − T_m)^{-1} less its pole at λ_m have the corner "
                "r/g of the half-infinite matrix, the certificate of D4.2 is λ − λ_m ≤ w γθ/(θ² − γ)."
            ),
        ),
    )


@dataclass(frozen=True)
class Cut:
    """What the certificate is made of: w = v_last², β², c and a, and the gaps λ_m − κ and λ_m − λ_2, as enclosures."""

    weight: arb
    square: arb
    rest: arb
    beside: arb
    below: arb
    gap: arb

    def bounds(self) -> dict[str, arb]:
        """Return the bounds that hold, by resolvents and by gaps."""
        crude = {"rest": 1 / self.below, "beside": (1 - self.weight) / self.gap}
        found = {"by resolvents": self.bound(), "by gaps": self.bound(**crude)}
        return {name: bound for name, bound in found.items() if bound is not None}

    def bound(self, **others: arb) -> arb | None:
        """Return ``CERTIFICATE``, with ``others`` in place of its own numbers; None unless its condition is certain."""
        values = {name: others.get(name, getattr(self, name)) for name in ("weight", "square", "rest", "beside")}
        above, denominator = fraction(CERTIFICATE)
        letters = dict(zip((weight, square, rest, beside), values.values(), strict=True))
        slack = exactly.enclose(denominator, letters)
        return exactly.enclose(above, letters) / slack if self.below > 0 and slack > 0 else None


def cut(diagonal: Iterable[Number], couplings: Iterable[Number], m: int) -> Cut:
    """Return what the certificate needs for T cut after ``m`` of its rows.

    ``diagonal`` and ``couplings`` T[i, i+1], the last of which couples to nothing: N entries each, couplings of T_m not
    0; 1 ≤ m < N. ``ValueError`` otherwise. Source: derived here. Worked value: the diagonal (3, 1), β = 1, m = 1 has
    w = 1, c = 1/2 and a = 0: λ − 3 = √2 − 1 is at most 1/2.
    """
    T = Tridiagonal.of(diagonal, couplings)
    if not 1 <= m < len(T):
        raise ValueError(f"m must be from 1 to {len(T) - 1}, so that rows are left on either side, not {m}")
    leading, trailing = T.block(0, m), T.block(m, len(T))
    if 0 in leading.squares:
        raise ValueError("the couplings of the leading rows must not be 0, or eigenvalues may coincide")
    with precision():
        values, kappa = leading.eigenvalues(), trailing.eigenvalues()[0]
        weights = [leading.squared_component(value, m - 1) for value in values]
        others = zip(values[1:], weights[1:], strict=True)
        return Cut(
            weight=weights[0],
            square=exactly.enclosed(T.squares[m - 1]),
            rest=at(trailing.block(1, len(trailing)).characteristic(), values[0])
            / at(trailing.characteristic(), values[0]),
            beside=sum((part / (values[0] - value) for value, part in others), arb(0)),
            below=values[0] - kappa,
            gap=values[0] - values[1] if m > 1 else arb("inf"),
        )


def fall(strength: Number, aspect: Number, row: int) -> arb:
    """Return log of the limit of v_k²/v_0², for the ``row`` k ≥ 1, a ``strength`` θ > √γ and the ``aspect`` γ = d/n.

    ``ValueError`` otherwise. Source: derived here. Worked value: θ = 2, γ = 1 and k = 1 gives log 3/4 = −0.28768….
    """
    spike, shape = exactly.rational(strength, "strength θ"), exactly.rational(aspect, "aspect γ")
    if not (shape > 0 and spike > 0 and spike**2 > shape and row >= 1):
        raise ValueError(f"needs γ > 0, θ > √γ and a row k ≥ 1, not γ = {aspect}, θ = {strength}, k = {row}")
    decay = exactly.evaluate(DECAY.subs(g**2, gamma), {theta: spike, gamma: shape})
    return exactly.enclosed(Fraction(exactly.evaluate(FIRST, {theta: spike}) * decay**row)).log()
