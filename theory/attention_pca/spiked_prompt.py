r"""Prompts with a covariance each: the linear head's risk over $\Sigma \sim W_d(n, \Gamma)/n$, and its minimiser.

Here t, a and b are those of Γ: $\mathrm{tr}\,\Gamma$, $\mu^\top\Gamma^2\mu$ and $\mu^\top\Gamma\mu$.
"""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number
from ..isserlis import expectation, wishart
from ..words import matrix, scalar, vector
from . import finite_prompt, quartic
from .finite_prompt import L
from .objective import a, b, t
from .quartic import Quartic, eigenvalue
from .quartic_points import minimum_derivation

n = symbols("n", positive=True, integer=True)

FORM = Quartic(1 + 1 / n, 1 / n, (n + 2) * (n + 3) / n**2, (n + 2) / n**2)
"""The risk in an infinite prompt, by its coefficients."""

SQUARED_NORM: Expr = n * ((n + 1) * eigenvalue + t) / ((n + 2) * eigenvalue * ((n + 3) * eigenvalue + t))
r"""$\lVert\mu\rVert^2$ at the stationary points of the eigenvalue λ of Γ, in an infinite prompt."""

VALUE: Expr = t - ((n + 1) * eigenvalue + t) ** 2 / ((n + 2) * ((n + 3) * eigenvalue + t))
"""The risk there."""

_MARGIN: Expr = (n - 1) * (n + 2) / n**3

_Gamma, S = matrix("Γ", symmetric=True), matrix("S", symmetric=True)
_mu, _q = vector("μ"), vector("q")

_INVARIANTS: dict[Expr, Expr] = {
    scalar(_Gamma): t,
    scalar(adjoint(_mu) * _Gamma * _Gamma * _mu): a,
    scalar(adjoint(_mu) * _Gamma * _mu): b,
}


def over_covariances(risk: Expr) -> Expr:
    """Return the mean of a polynomial in scalars of S over S ~ W(n, Γ)/n, in t, a and b."""
    return wishart(risk, S, _Gamma, n).subs(_INVARIANTS)


def general_steps() -> tuple[Step, ...]:
    """Return the steps that hold for every risk of the form."""
    return (definition("In the following steps Σ is Γ; a unit eigenvector is one of Γ."), *minimum_derivation().steps)


def derivation() -> Derivation:
    """Derive the risk in an infinite prompt, and why it is that of a self query among n keys."""
    error = _q - S * _mu * adjoint(_mu) * _q
    given = expectation(adjoint(error) * error, S, _q)
    return Derivation(
        result="E R = t − 2[(1 + 1/n)a + tb/n] + ab(n + 2)(n + 3)/n² + tb²(n + 2)/n², for every d, n ≥ 1, Γ ⪰ 0",
        steps=(
            definition(
                "S, a prompt's covariance, is XXᵀ/n with n columns i.i.d. N(0, Γ): n S ~ W_d(n, Γ); t = tr Γ, "
                "a = μ·Γ²μ, b = μ·Γμ. Given S, T(q) = Sμμᵀq (A1.1) and q ~ N(0, S)."
            ),
            exact(
                "E over S of E‖q − Sμμᵀq‖² is t − 2[(1 + 1/n)a + tb/n] + ab(n + 2)(n + 3)/n² + tb²(n + 2)/n²",
                over_covariances(given),
                t - 2 * ((1 + 1 / n) * a + t * b / n) + (a * b * (n + 2) * (n + 3) + t * b**2 * (n + 2)) / n**2,
            ),
            exact(
                "it is t − 2(c₁a + c₂tb) + c₃ab + c₄tb² with (1 + 1/n, 1/n, (n + 2)(n + 3)/n², (n + 2)/n²)",
                over_covariances(given),
                FORM.risk,
            ),
            exact("E‖q − Sμμᵀq‖² given S is tr (I − Sμμᵀ)ᵀ(I − Sμμᵀ)S", given, finite_prompt.summary_risk()),
            argument(
                "An infinite prompt shows the head its covariance S alone, and so do n keys with that second moment, "
                "of which the query is one (A3.2): the columns of X are such keys. So both risks are equal, S for S."
            ),
            exact("A3.2 with n for L, Γ for Σ is the same", finite_prompt.SELF_RISK.subs(L, n), FORM.risk),
        ),
    )


def stationary_derivation() -> Derivation:
    """Derive the stationary points and minimisers in an infinite prompt, and that the spike is recovered."""
    theta, d = symbols("θ d", positive=True)
    spike = {t: d + theta, eigenvalue: 1 + theta}
    return Derivation(
        result="the stationary points are 0 and eigenvectors of Γ, ‖μ‖² = n[(n + 1)λ + t]/((n + 2)λ[(n + 3)λ + t]), "
        "with the value t − [(n + 1)λ + t]²/((n + 2)[(n + 3)λ + t]), and the minimisers the sphere of the top "
        "eigenspace: for Γ = I + θuuᵀ only ±u‖μ‖, for every θ > 0",
        steps=(
            *condition("infinite prompt", FORM, _MARGIN),
            *general_steps(),
            exact("‖μ‖² = n[(n + 1)λ + t]/((n + 2)λ[(n + 3)λ + t])", FORM.squared_norm, SQUARED_NORM),
            exact("the value is t − [(n + 1)λ + t]²/((n + 2)[(n + 3)λ + t])", FORM.value, VALUE),
            argument(
                "Γ = I + θuuᵀ has the eigenvalue 1 + θ along u and 1 across, d − 1 times. For θ > 0 the top eigenspace "
                "is the line of u, whatever n ≥ 1 and d: the population risk knows no threshold. For −1 < θ < 0 and "
                "d ≥ 2 it is the complement of u, at θ = 0 the whole space: the minimisers are the sphere of the "
                "squared norm at λ = 1 in it."
            ),
            exact(
                "for θ > 0: ‖μ‖² = n[(n + 2)(1 + θ) + d − 1]/((n + 2)(1 + θ)[(n + 4)(1 + θ) + d − 1])",
                SQUARED_NORM.subs(spike),
                n * ((n + 2) * (1 + theta) + d - 1) / ((n + 2) * (1 + theta) * ((n + 4) * (1 + theta) + d - 1)),
            ),
        ),
    )


def condition(name: str, form: Quartic, margin: Expr) -> tuple[Step, ...]:
    """Show the conditions under which the points of ``quartic_points`` are the stationary ones."""
    return (
        exact(f"{name}: 2c₁c₄ − c₂c₃ = {margin}", form.margin, margin),
        argument(f"{name}: for n, L ≥ 1 that is ≥ 0, c₁ and c₃ are positive and c₂, c₄ ≥ 0."),
    )


def risk(spectrum: Iterable[Number], parameter: Iterable[Number], columns: int) -> Fraction:
    r"""Return the infinite-prompt risk over $\Sigma \sim W_d(n, \Gamma)/n$, exactly.

    ``spectrum``: the d eigenvalues of Γ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``columns``: n ≥ 1. ``ValueError`` otherwise. Derived here; the model is that of arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1), n = 1 gives 226, as A3.2 at L = 1.
    """
    return quartic.risk(FORM, spectrum, parameter, {n: exactly.count(columns, "n")})


def points(spectrum: Iterable[Number], columns: int) -> list[tuple[Fraction, Fraction]]:
    r"""Return the infinite-prompt risk and $\lVert\mu\rVert^2$ at the stationary points along $v_1, v_2, \dots$.

    Exact. There is none where $\lambda_k = 0$; the first is the global minimum. Arguments, errors and source as
    ``risk``; ``ValueError`` if Γ = 0. Worked value: spectrum (2, 1), n = 1 gives (50/33, 7/66) and (38/21, 5/21).
    """
    return quartic.points(FORM, spectrum, {n: exactly.count(columns, "n")})
