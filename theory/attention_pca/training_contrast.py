"""One direction by four ways: PCA of a prompt, PCA of all prompts' samples, training on P prompts, many prompts."""

from collections.abc import Callable
from fractions import Fraction

from sympy import Expr, Rational, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..random_matrices import overlaps
from ..random_matrices.spiked import gamma, theta
from . import trained_overlaps
from .trained_prompts import THRESHOLD_SQUARED, P, c, pencil

OF_ONE, OF_POOL = gamma, c
"""Squared thresholds of PCA of one prompt's n samples and of all nP, with c = γ/P."""


def derivation() -> Derivation:
    """Derive the order of the thresholds."""
    trained: Expr = THRESHOLD_SQUARED
    return Derivation(
        result="P > γ, P > 1: √(γ/P) < θ_c < √γ, and θ_c/√(γ/P) = √(1 + γ − γ/P) → √(1 + γ)",
        steps=(
            argument(
                "PCA of one prompt has the threshold √γ (D2.1); the nP samples of all prompts are one sample of the "
                "aspect ratio γ/P, with the threshold √(γ/P)."
            ),
            exact("γ − θ_c² = (γ − c)(1 − c)", OF_ONE - trained, (gamma - c) * (1 - c)),
            exact("θ_c² − γ/P = c(γ − c)", trained - OF_POOL, c * (gamma - c)),
            exact("θ_c²/(γ/P) = 1 + γ − γ/P", (trained / OF_POOL).subs(c, gamma / P), 1 + gamma - gamma / P),
            argument(
                "Both differences are positive for c < min(1, γ). So for √(γ/P) < θ_c < θ < √γ training finds u where "
                "no prompt's own PCA does; for √(γ/P) < θ < θ_c only PCA of the pooled samples does. As P → ∞, θ_c → 0."
            ),
            exact(
                "at γ = 3/2, P = 2, θ = 4 training holds 47/95 of u",
                trained_overlaps.OVERLAP.subs({gamma: Rational(3, 2), c: Rational(3, 4), theta: 4}),
                Rational(47, 95),
            ),
            exact(
                "at γ = 3/2, θ = 4 one prompt's PCA holds 29/44",
                overlaps.OVERLAP.subs({gamma: Rational(3, 2), theta: 4}),
                Rational(29, 44),
            ),
            argument(
                "So a lower threshold is not a larger overlap everywhere: as P falls to γ > 1 that of training tends "
                "to 0 at every θ, and above √γ one prompt's PCA can hold more of u than training on few prompts."
            ),
            exact("the pool's overlap at c in place of γ has the factor 1 − c/θ²", *_pooled()),
        ),
    )


def _pooled() -> tuple[Expr, Expr]:
    strength = symbols("θ", real=True, nonzero=True)
    return overlaps.OVERLAP.subs(gamma, c), (1 - c / strength**2) / (1 + c / strength)


WAYS: dict[str, Callable[[Number, Number, int], Fraction]] = {
    "one prompt": lambda strength, aspect, prompts: overlaps.overlap(strength, aspect),
    "pooled": lambda strength, aspect, prompts: overlaps.overlap(strength, Fraction(aspect) / prompts),
    "trained": trained_overlaps.overlap,
}


THRESHOLDS: dict[str, Expr] = {"one prompt": OF_ONE, "pooled": OF_POOL, "trained": THRESHOLD_SQUARED}


def threshold_squared(way: str, aspect: Number, prompts: int) -> Fraction:
    r"""Return $\theta^2$ above which a way sees u: "one prompt", "pooled" or "trained".

    Errors: as ``overlap``. Source: as there. Worked value: γ = 1, P = 2 gives 1, 1/2 and 3/4.
    """
    known = pencil(0, aspect, prompts)
    return exactly.evaluate(THRESHOLDS[_known(way)], {c: known[c], gamma: known[gamma]})


def overlap(way: str, strength: Number, aspect: Number, prompts: int) -> Fraction:
    """Return the limit of the squared overlap with u of what a way finds: "one prompt", "pooled" or "trained".

    Errors: ``ValueError`` for another way, and as ``trained_prompts.pencil``. Source: doi:10.1016/j.jmva.2005.08.003
    for both kinds of PCA, else derived here. Worked value: θ = 1, γ = 1, P = 2 gives 0, 1/3 and 1/9.
    """
    pencil(strength, aspect, prompts)
    return WAYS[_known(way)](strength, aspect, prompts)


def _known(way: str) -> str:
    if way not in WAYS:
        raise ValueError(f"way must be one of {', '.join(WAYS)}, not {way!r}")
    return way
