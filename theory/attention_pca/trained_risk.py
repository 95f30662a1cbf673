r"""The risk averaged over P prompts, and the pencil of $\sum_p\Sigma_p^2$ and $\sum_p\Sigma_p$."""

from collections.abc import Sequence

from flint import arb
from sympy import Expr, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact, heuristic
from .objective import RISK, a, b, t
from .prompt_data import Tokens, mean_trace, pencil_top

size, covariance, top = symbols("ρ Cov ℓ", real=True)

MEAN_RISK: Expr = RISK + covariance
"""The mean of t_p − 2a_p + a_pb_p, in the means t, a, b and the covariance of a_p and b_p over the prompts."""


def bound() -> tuple[Step, ...]:
    """Return the steps to R ≥ t − ℓ_max + Cov."""
    return (
        definition(
            "t, a, b: means over prompts of t_p, a_p = μ·Σ_p²μ, b_p = μ·Σ_pμ; Cov = mean of a_pb_p − ab; ρ = a/b."
        ),
        argument("A1.2 for each prompt: the mean risk is t − 2a + mean(a_pb_p) = t − 2a + ab + Cov."),
        exact(
            "R at a = ρb is t − ℓ + (ℓ − ρ) + ρ(b − 1)² + Cov",
            MEAN_RISK.subs(a, size * b),
            t - top + (top - size) + size * (b - 1) ** 2 + covariance,
        ),
        argument(
            "ρ = μ·ΣΣ_p²μ/μ·ΣΣ_pμ is a Rayleigh quotient of the pencil: 0 ≤ ρ ≤ ℓ_max. So R ≥ t − ℓ_max + Cov for "
            "every μ ≠ 0 with b > 0, with equality exactly at top vectors of the pencil with b = 1."
        ),
    )


def bound_derivation() -> Derivation:
    """Derive the bound by the pencil's top eigenvalue, for any covariances."""
    return Derivation(
        result="R ≥ t − ℓ_max + Cov, with equality at top vectors of the pencil with b = 1", steps=bound()
    )


def derivation() -> Derivation:
    """Derive that minimisers are top vectors of the pencil, as far as that goes."""
    return Derivation(
        result="the minimiser of the mean risk is along the pencil's top vector, in the limit",
        steps=(
            *bound(),
            exact("−4 + 2b = −2(2 − b)", -4 + 2 * b, -2 * (2 - b)),
            exact("2a = 2(2 − b)ℓ at ℓ = a/(2 − b)", 2 * a, (2 * (2 - b) * top).subs(top, a / (2 - b))),
            argument(
                "By A1.3 the gradient is the mean of (−4 + 2b_p)Σ_p²μ + 2a_pΣ_pμ. Where all a_p and all b_p are equal "
                "it is −2(2 − b) times the mean of (Σ_p² − ℓΣ_p)μ: stationary points are vectors of the pencil."
            ),
            argument(
                "Let v be the pencil's top vector with b = 1 and μ a minimiser. R(μ) ≤ R(v) is (ℓ_max − ρ) + ρ(b − 1)² "
                "≤ Cov(v) − Cov(μ)."
            ),
            heuristic(
                "Prompts are exchangeable, so all v·Σ_pv have one law, and all v·Σ_p²v; that these concentrate, so "
                "that Cov(v) → 0, is not proved: v depends on every Σ_p, so independence of v and Σ_p is not to be had."
            ),
            heuristic(
                "That Cov(μ) at the minimiser is not negative in the limit is not proved: a μ that sets prompts apart, "
                "a_p large where b_p is small, would have to be excluded; and unlike for one prompt (A1.5.index) "
                "descent may end in another local minimum, of which small samples have some."
            ),
            argument(
                "Then ρ → ℓ_max and b → 1; where ℓ_max is separated from the rest of the pencil (θ > θ_c, A5.5) μ is "
                "along v in the limit, with the overlap of A5.6."
            ),
        ),
    )


def lower_bound(prompts: Sequence[Tokens]) -> arb:
    """Return a ball with t − ℓ_max, which the mean risk less Cov never falls below.

    ``prompts``: P lists of n tokens of d entries. Errors as ``prompt_data.pencil_top``. Source: derived here. Worked
    value: the tokens (1, 0) and (0, 1) as one prompt have Σ = I/2: 1/2.
    """
    return exactly.enclosed(mean_trace(prompts)) - pencil_top(prompts)
