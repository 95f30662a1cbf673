r"""One spike: how much of it the eigenvector of the outlier holds, in the space of tokens and in that of samples."""

from fractions import Fraction

from sympy import Expr, Symbol

from ..derivation import Derivation, argument, exact
from ..exact import Number
from .spiked import LOCATION, SLOPE, g, gamma, outlying, spike, theta

OVERLAP: Expr = SLOPE / (LOCATION * (1 + theta))
ROW_OVERLAP: Expr = SLOPE / (1 + theta) ** 2
LATENT_OVERLAP: Expr = ROW_OVERLAP * theta / (1 + theta)


def derivation() -> Derivation:
    """Derive the overlaps with u, with the row uᵀX and with the latent score."""
    n, size, slope = Symbol("n", positive=True), Symbol("λ", positive=True), Symbol("c", negative=True)  # c = g'(λ)
    return Derivation(
        result="if θ > √γ, for the top eigenvector: (u·v̂)² → (1 − γ/θ²)/(1 + γ/θ), (r̂·ŵ)² → 1 − γ/θ², (ξ̂·ŵ)² → "
        "(1 − γ/θ²)/(1 + 1/θ); if θ ≤ √γ they → 0. For the bottom one, if θ < −√γ: (u·v̂)² → (1 − γ/θ²)/(1 + γ/θ)",
        steps=(
            argument(
                "The eigenvector of W + (1 + θ)zzᵀ/n at λ is w = (λ − W)⁻¹z, with z·w = n g(λ) and |w|² = −n g'(λ). "
                "That of S is Xw, with u·Xw = √(1 + θ) z·w and |Xw|² = nλ|w|²; g(λ) = 1/(1 + θ)."
            ),
            exact(
                "(1 + θ)(z·w)²/(nλ|w|²) = −1/(λ(1 + θ)g'(λ))",
                (1 + theta) * (n / (1 + theta)) ** 2 / (n * size * (-n * slope)),
                -1 / (size * (1 + theta) * slope),
            ),
            exact(
                "(z·w)²/(n|w|²) = −1/((1 + θ)²g'(λ))",
                (n / (1 + theta)) ** 2 / (n * (-n * slope)),
                -1 / ((1 + theta) ** 2 * slope),
            ),
            argument(
                "λ → ρ = z(s) at s = −1/(1 + θ), where g' → −s'(ρ) = −1/z'(s); |z|²/n → 1, and the row uᵀX is √(1 + θ) "
                "zᵀ."
            ),
            exact("z'(s)/(ρ(1 + θ)) = (1 − γ/θ²)/(1 + γ/θ)", OVERLAP, (1 - gamma / theta**2) / (1 + gamma / theta)),
            exact("z'(s)/(1 + θ)² = 1 − γ/θ²", ROW_OVERLAP, 1 - gamma / theta**2),
            argument(
                "For θ > 0 let x_k = √θ ξ_k u + noise. Given the row, ξ is √θ/(1 + θ) times it plus a part that is "
                "independent of X, so its squared cosine with ŵ is θ/(1 + θ) times the row's, in the limit."
            ),
            exact(
                "(1 − γ/θ²)θ/(1 + θ) = (1 − γ/θ²)/(1 + 1/θ)",
                LATENT_OVERLAP,
                (1 - gamma / theta**2) / (1 + 1 / theta),
            ),
            exact("z'(s) = 0 at the upper edge, θ = √γ = g", SLOPE.subs({gamma: g**2, theta: g}), 0),
            argument(
                "For θ ≤ √γ, λ comes to the edge, where s' = 1/z'(s) → ∞: for every ε, −g'(λ) is at least that at ε "
                "above the edge, as −g' falls; so overlaps tend to 0."
            ),
        ),
    )


def overlap(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of (u·v̂)² for the top eigenvector v̂ of S, of the extreme one at a small spike θ < −√γ, else 0.

    Errors as ``location``. Source: Paul, Statistica Sinica 17 (2007); Benaych-Georges, Nadakuditi, arXiv:0910.2120.
    Worked value: θ = 2, γ = 1 gives 1/2; θ = 1/2, γ = 1 gives 0.
    """
    return _or_nothing(strength, aspect, OVERLAP)


def row_overlap(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of the squared cosine of the top right singular vector of X with the row uᵀX.

    Errors as ``location``. Worked value: θ = 2, γ = 1 gives 3/4.
    """
    return _or_nothing(strength, aspect, ROW_OVERLAP)


def latent_overlap(strength: Number, aspect: Number) -> Fraction:
    """Return the limit of the squared cosine of the top right singular vector of X with the latent score ξ, θ ≥ 0.

    Errors as ``location``, and ``ValueError`` for θ < 0. Worked value: θ = 2, γ = 1 gives 1/2.
    """
    if spike(strength, aspect)[0] < 0:
        raise ValueError(f"a spike of negative strength has no latent score, so θ must be at least 0, not {strength!r}")
    return _or_nothing(strength, aspect, LATENT_OVERLAP)


def _or_nothing(strength: Number, aspect: Number, formula: Expr) -> Fraction:
    known_strength, known_aspect = spike(strength, aspect)
    return outlying(strength, aspect, formula) if known_strength**2 > known_aspect else Fraction(0)
