r"""Several spikes, $X$ of the shape d × n with columns $N(0, I + \sum_i \theta_i u_iu_i^\top)$, the $u_i$ orthonormal.

The r outliers of $S = XX^\top/n$ solve an equation between r × r matrices, which is diagonal in the limit: each spike
behaves as if it were alone, and spikes see each other at the order $1/n$ only.
"""

from collections.abc import Iterable
from fractions import Fraction

from flint import arb
from sympy import Expr, Matrix, Symbol, diag, eye, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from . import overlaps, spiked
from .overlaps import OVERLAP
from .spiked import LOCATION, SLOPE, SPIKE, gamma, theta

first, second = Symbol("θ_i", real=True), Symbol("θ_j", real=True, nonzero=True)

SHARE: Expr = SLOPE.subs(theta, second) / ((1 + first) * LOCATION.subs(theta, second))
r"""$1/((1 + \theta_i)\rho s'(\rho))$ at the outlier of $\theta_j$: a squared component along $u_i$ over $e_i^2$."""

GAP: Expr = 1 / (1 + first) - 1 / (1 + second)
r"""The entry i of $D^{-1} + s(\rho)$ at the outlier of $\theta_j$."""

CROSS: Expr = SHARE / (SLOPE.subs(theta, second) * GAP**2)
r"""The limit of $n E(u_i\cdot\hat v_j)^2$, in which $n E G_{ij}^2 \to s'(\rho) = 1/z'(s)$."""


def equation() -> tuple[Step, ...]:
    """Return the steps that lead to the equation between r × r matrices."""
    bulk, strengths = diag(*symbols("w_1:3")), diag(*symbols("D_1:3"))
    rows = Matrix(2, 2, symbols("z_1:5"))
    x = Symbol("x")
    resolvent = (x * eye(2) - bulk).inv()
    return (
        definition(
            "In coordinates whose first r axes are the u_i, X has the rows D^{1/2}Zᵀ, D = diag(1 + θ_i), Z of the "
            "shape n × r with entries N(0, 1), and d − r rows Y independent of it; W = YᵀY/n, XᵀX/n = W + ZDZᵀ/n, and "
            "G(x) = Zᵀ(x − W)⁻¹Z/n."
        ),
        exact(
            "det(x − W − ZDZᵀ) = det(x − W) det D det(D⁻¹ − Zᵀ(x − W)⁻¹Z) for r = n = 2 and W = diag(w)",
            (x * eye(2) - bulk - rows * strengths * rows.T).det(),
            (x * eye(2) - bulk).det() * strengths.det() * (strengths.inv() - rows.T * resolvent * rows).det(),
        ),
        argument(
            "So it is for every r, n and W: det(1 − AB) = det(1 − BA) (Sylvester). Eigenvalues of S that W does not "
            "have solve det(D⁻¹ − G(λ)) = 0."
        ),
        argument(
            "Z is independent of W: G(x) → −s(x) I and −G'(x) → s'(x) I, uniformly on compact sets outside of the "
            "bulk, s the companion transform (D2.1), with entries of the order n^{−1/2} about the limit."
        ),
    )


def location_derivation() -> Derivation:
    """Derive that separated spikes, and equal ones, have the outliers that each would have alone."""
    return Derivation(
        result="the j-th largest eigenvalue of S tends to the location of the j-th largest θ alone",
        steps=(
            *equation(),
            argument(
                "In the limit D⁻¹ + s(x) is diagonal and singular where s(x) = −1/(1 + θ_i): at the location of θ_i "
                "alone, if θ_i > √γ and x is above the bulk (D2.1), with the multiplicity of θ_i among the strengths. "
                "As det(D⁻¹ − G) converges uniformly, it has as many zeros near there (Hurwitz). s(x) rises above the "
                "bulk, so the outliers there are in the order of the θ_i; no other eigenvalue stays above the bulk, "
                "and by interlacing those that follow come to its edge."
            ),
            exact("s = −1/(1 + θ) is at (1 + θ)(1 + γ/θ)", spiked.INVERSE.subs(spiked.s, SPIKE), LOCATION),
            argument(
                "For distinct strengths λ_j − ρ_j is, but for exponentially small probabilities, a smooth function of "
                "G, whose fluctuations are n^{−1/2} times variables of which the k-th cumulant falls as n^{1−k/2}: "
                "expectations have expansions in powers of 1/n."
            ),
        ),
    )


def overlap_derivation() -> Derivation:
    """Derive the squared components of eigenvectors along the u_i, and that of a separated spike along its own."""
    n, size, slope, e = symbols("n λ g e_i")  # g = −e·G'(λ)e
    return Derivation(
        result="(u_j·v̂_j)² → (1 − γ/θ_j²)/(1 + γ/θ_j) for a strength θ_j > √γ that no other spike has",
        steps=(
            argument(
                "In the notation of D2.6 let (D⁻¹ − G(λ))e = 0, |e| = 1. Then w = (λ − W)⁻¹Ze is an eigenvector of "
                "XᵀX/n, as Zᵀw = nGe = nD⁻¹e, and |w|² = −n e·G'(λ)e. That of S is Xw, with u_i·Xw = √(1 + "
                "θ_i)(Zᵀw)_i = n e_i/√(1 + θ_i) and |Xw|² = nλ|w|²."
            ),
            exact(
                "(u_i·v̂)² = (n e_i)²/(1 + θ_i)/(nλ · n g) = e_i²/((1 + θ_i)λg), g = −e·G'(λ)e",
                (n * e) ** 2 / (1 + first) / (n * size * n * slope),
                e**2 / ((1 + first) * size * slope),
            ),
            argument("λ → ρ_j, where g → s'(ρ_j) = 1/z'(s) at s = −1/(1 + θ_j), and z'(s) is known from D2.1."),
            argument(
                "At λ → ρ_j the kernel of D⁻¹ − G(λ) tends to that of D⁻¹ + s(ρ_j), which is the axis j alone: e → e_j."
            ),
            exact(
                "1/((1 + θ_j)ρs'(ρ)) is the overlap of one spike",
                SHARE.subs(first, second),
                OVERLAP.subs(theta, second),
            ),
            exact(
                "it is (1 − γ/θ_j²)/(1 + γ/θ_j)",
                SHARE.subs(first, second),
                (1 - gamma / second**2) / (1 + gamma / second),
            ),
        ),
    )


def equal_derivation() -> Derivation:
    """Derive the outliers of k equal spikes."""
    return Derivation(
        result="k equal spikes θ > √γ: k outliers tend to (1 + θ)(1 + γ/θ), each with Σ_i (u_i·v̂_j)² → "
        "(1 − γ/θ²)/(1 + γ/θ) over the group",
        steps=(
            argument(
                "In the notation of D2.6, the zero of det(D⁻¹ + s(x)) at ρ has the multiplicity k, so k eigenvalues "
                "tend to ρ (Hurwitz), and the kernel to a direction e among the axes of the group, uniform by "
                "symmetry."
            ),
            exact(
                "with Σ e_i² = 1 the squared components add up to 1/((1 + θ)ρs'(ρ)), the overlap of one spike",
                SHARE.subs({first: theta, second: theta}),
                OVERLAP,
            ),
            argument(
                "λ_j − ρ is, to the order n^{−1/2}, an eigenvalue of a k × k Gaussian matrix. Its expectation at a "
                "given j is not 0: what is observed of one of the k has an expansion in powers of n^{−1/2}."
            ),
        ),
    )


def cross_derivation() -> Derivation:
    """Derive the squared components of an outlier's eigenvector along the direction of another spike."""
    ratio, entry = symbols("e_i/e_j G_ij")
    one = {theta: second, first: 0}
    return Derivation(
        result="n E(u_i·v̂_j)² → (1 + θ_i)(1 + θ_j)/((θ_i − θ_j)²(1 + γ/θ_j)) for θ_j > √γ and every θ_i ≠ θ_j",
        steps=(
            exact(
                "in the notation of D2.6, row i of (D⁻¹ − G)e = 0 with G_ii = 1/(1 + θ_j): (1/(1 + θ_i) − 1/(1 + "
                "θ_j))e_i = G_ij e_j is solved by e_i/e_j = G_ij (1 + θ_i)(1 + θ_j)/(θ_j − θ_i)",
                (GAP * ratio - entry).subs(ratio, entry * (1 + first) * (1 + second) / (second - first)),
                0,
            ),
            argument(
                "G_ii = −s(λ) + O(n^{−1/2}), s(λ) = −1/(1 + θ_j) + O(n^{−1/2}), and other entries of e beside e_j are "
                "of the order n^{−1/2}, so what row i leaves out is of the order 1/n; so is G_ij(λ) − G_ij(ρ)."
            ),
            argument(
                "For i ≠ j, z_i and z_j are independent of each other and of W: n E G_ij(ρ)² = E tr (ρ − W)⁻²/n → "
                "s'(ρ). Where λ or the top of W is off by more than some ε, which is exponentially unlikely, the "
                "overlap is at most 1; else it is at most a multiple of G_ij², the moments of which are bounded: "
                "expectations converge."
            ),
            exact(
                "s'(ρ)/((1 + θ_i)ρs'(ρ)(1/(1 + θ_i) − 1/(1 + θ_j))²) = (1 + θ_i)(1 + θ_j)/((θ_i − θ_j)²(1 + γ/θ_j))",
                CROSS,
                (1 + first) * (1 + second) / ((first - second) ** 2 * (1 + gamma / second)),
            ),
            argument("θ_i enters as it is, whether or not it has an outlier; θ_i = 0 is a direction of the noise."),
            exact(
                "the squared components of v̂_j along u_j and d − r ~ γn directions of the noise add up to 1",
                OVERLAP.subs(theta, second) + gamma * CROSS.subs(one),
                1,
            ),
            exact(
                "at γ = 0 it is ℓ_iℓ_j/(ℓ_i − ℓ_j)² with ℓ = 1 + θ, Anderson's formula (doi:10.1214/aoms/1177704248)",
                CROSS.subs(gamma, 0),
                (1 + first) * (1 + second) / ((1 + first) - (1 + second)) ** 2,
            ),
        ),
    )


def ranked(strengths: Iterable[Number], number: int, aspect: Number) -> Fraction:
    """Return the ``number``-th largest of the strengths, from 1.

    Errors: ``ValueError`` unless all θ > −1 and γ > 0 are finite and the number is from 1 to r.
    Worked value: (2, 5, 3), 2 gives 3.
    """
    known = sorted((spiked.spike(strength, aspect)[0] for strength in strengths), reverse=True)
    if not 1 <= number <= len(known):
        raise ValueError(f"an outlier's number must be from 1 to r = {len(known)}, not {number}")
    return known[number - 1]


def location(strengths: Iterable[Number], number: int, aspect: Number) -> Fraction | arb:
    """Return the limit of the ``number``-th largest eigenvalue of S: the location of that spike alone.

    Errors as ``ranked``. Source: Baik, Silverstein, doi:10.1016/j.jmva.2005.08.003.
    Worked value: (2, 5), 2, γ = 1 gives 9/2; (2, 5, 1/2), 3, γ = 1 gives the edge 4.
    """
    return spiked.location(ranked(strengths, number, aspect), aspect)


def overlap(strengths: Iterable[Number], number: int, aspect: Number) -> Fraction:
    """Return the limit of the squared part of the ``number``-th eigenvector in the span of the u_i of its strength.

    Errors as ``ranked``. Source: Benaych-Georges, Nadakuditi, arXiv:1103.2221.
    Worked value: (2, 5, 2), 3, γ = 1 gives 1/2.
    """
    return overlaps.overlap(ranked(strengths, number, aspect), aspect)


def cross_overlap(other: Number, strength: Number, aspect: Number) -> Fraction:
    """Return the limit of n E(u_i·v̂_j)², θ_i = ``other`` and θ_j = ``strength`` that of the outlier of v̂_j.

    Errors: ``ValueError`` unless θ_i > −1, γ > 0, θ_j > √γ, θ_i ≠ θ_j, all finite. Source: at γ = 0 T. W. Anderson,
    doi:10.1214/aoms/1177704248. Worked value: θ_i = 5, θ_j = 2, γ = 1 gives 4/3; θ_i = 2, θ_j = 5 gives 5/3.
    """
    known, (along, ratio) = spiked.spike(other, aspect)[0], spiked.spike(strength, aspect)
    if along <= 0 or along**2 <= ratio:
        raise ValueError(f"the outlier of θ_j needs θ_j > √γ, not θ_j = {strength!r} at γ = {aspect!r}")
    if known == along:
        raise ValueError(f"θ_i and θ_j are to be separated, but both are {strength!r}")
    return exactly.evaluate(CROSS, {first: known, second: along, gamma: ratio})
