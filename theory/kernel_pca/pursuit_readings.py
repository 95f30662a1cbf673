r"""Principal Attention Pursuit read in other ways: its multiplier, with attention or shrinking as the low-rank step.

The iteration is that of ``attention_pursuit``: $y = Y/\mu$, the threshold $\tau$ is $\lambda\mu$ or $\lambda/\mu$,
and $K_2 = K - S \mp y$.
"""

from fractions import Fraction

from sympy import symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, rational
from .pursuit import known_blocks, penalty

tau, mu = symbols("τ μ", positive=True)


def multiplier() -> Derivation:
    """Derive how the multiplier moves with either sign, where L is found by shrinking singular values."""
    before, rest, low, sparse, keys = symbols("y P L S K", real=True)
    minus = keys - sparse - before
    plus = keys - sparse + before
    return Derivation(
        result="with −y the multiplier obeys ‖Y'‖ − 1 ≥ 2(‖Y‖ − 1), with +y ‖Y'‖ ≤ 1",
        steps=(
            definition(
                "L = K2 − P, where shrinking takes P away, of the norm at most 1/μ; y' = y + K − L − S; Y = μy."
            ),
            exact(
                "K2 = K − S − y: y' = 2y + P", (before + keys - low - sparse).subs(low, minus - rest), 2 * before + rest
            ),
            exact("K2 = K − S + y: y' = P", (before + keys - low - sparse).subs(low, plus - rest), rest),
            argument(
                "Spectral norms: with −y ‖Y'‖ ≥ 2‖Y‖ − 1, so from the sweep after which ‖Y‖ > 1 it grows as 2ⁿ: no "
                "convergence. With +y ‖Y'‖ ≤ 1, the method of the pursuit."
            ),
            argument(
                "At a fixed point with +y: K = L + S, Y ∈ ∂‖L‖_*, and soft(S + y, τ) = S says that Y ∈ μτ ∂‖S‖_1: the "
                "conditions of the pursuit with the penalty μτ, which is λ for τ = λ/μ and λμ² for τ = λμ."
            ),
            exact("μτ = λμ² at τ = λμ", (mu * tau).subs(tau, penalty * mu), penalty * mu**2),
            exact("μτ = λ at τ = λ/μ", (mu * tau).subs(tau, penalty / mu), penalty),
        ),
    )


def average() -> Derivation:
    """Derive that the residuals of the constraint add up to no more than the threshold and the range of the values."""
    before, after, shift, keys, inside = symbols("L_0 L_1 y K u", real=True)
    return Derivation(
        result="|Σ_{m≤n} (K − L_m − S_m)_ij| ≤ τ + max_k V_kj − min_k V_kj for n ≥ 2",
        steps=(
            definition("L_0 and L_1 before and after a sweep, u = clip(K − L_0 + y, ±τ), so S = K − L_0 + y − u."),
            exact(
                "y' = y + K − L_1 − S = L_0 − L_1 + u",
                shift + keys - after - (keys - before + shift - inside),
                before - after + inside,
            ),
            argument("|u| ≤ τ, for either sign of y in K2, any step μ and any threshold."),
            argument(
                "From the second sweep on L_0 and L_1 are averages of rows of V: an entry of L_0 − L_1 is at most the "
                "range of that column of V. Since y starts at 0, y after n sweeps is the sum of the residuals K − L − "
                "S: their average falls as 1/n, and where the iteration converges K = L + S."
            ),
        ),
    )


def threshold(name: str, multiplier: Number, step: Number) -> Fraction:
    """Return τ: λμ ("product") or λ/μ ("ratio"); ``ValueError`` for another name, λ < 0 or μ ≤ 0.

    Worked value: λ = 3, μ = 1/2: 3/2, or 6.
    """
    weight, factor = rational(multiplier, "λ"), rational(step, "μ")
    if weight < 0 or factor <= 0:
        raise ValueError(f"λ must not be negative and μ positive, not {weight} and {factor}")
    if name not in ("product", "ratio"):
        raise ValueError(f"the threshold is 'product' or 'ratio', not {name!r}")
    return weight * factor if name == "product" else weight / factor


def solved_penalty(name: str, multiplier: Number, step: Number) -> Fraction:
    """Return μτ, the penalty of the pursuit that the iteration with +y solves if L is made by shrinking.

    Errors: as ``threshold``. Source: derived here. Worked value: λ = 3, μ = 1/2: 3/4 for "product", 3 for "ratio".
    """
    return rational(step, "μ") * threshold(name, multiplier, step)


def block_step(size: int, block: int, strength: Number, spike: Number) -> Fraction:
    """Return μ = n²/(4‖K‖_1) for K = s 11ᵀ + tA, C = n. Worked value: n = 6, k = 1, s = t = 1: 36/168 = 3/14."""
    whole, part, level, peak = known_blocks(size, block, strength, spike)
    return whole**2 / (4 * (level * whole**2 + peak * whole * part))


def growth(sweeps: int) -> int:
    """Return 2ⁿ⁻², the least factor by which ‖Y‖ − 1 has grown from the second sweep to the n-th with −y.

    Errors: ``ValueError`` for n < 2. Worked value: n = 5 gives 8.
    """
    if sweeps < 2:
        raise ValueError(f"sweeps must be at least 2, not {sweeps}")
    return 2 ** (sweeps - 2)
