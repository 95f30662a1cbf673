r"""Training on P prompts with $nP \le d$: every prompt's own minimum is attained at once."""

from collections.abc import Sequence

from flint import arb
from sympy import Expr, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..words import matrix, scalar, vector
from .objective import RISK, a, b, t
from .prompt_data import Tokens, covariances, mean_trace, token_matrices, top_eigenvalue
from .stationary_points import VALUE, eigenvalue


def derivation() -> Derivation:
    """Derive the minimum of the empirical risk, its minimisers, and that it has no other local minimum."""
    ratio = symbols("ρ", positive=True)
    X, nu = matrix("X"), vector("ν")
    of_prompt: Expr = scalar(adjoint(nu) * X * adjoint(X) * nu)
    return Derivation(
        result="nP ≤ d, independent columns: min of the mean of R_p = mean of t_p − λ_max(Σ_p), attained exactly at "
        "Z(ZᵀZ)⁻¹w + ker Zᵀ, w_p a unit top eigenvector of prompt p's Gram matrix; no other local minimum",
        steps=(
            definition(
                "X_p: tokens of prompt p divided by √n, so Σ_p = X_pX_pᵀ; G_p = X_pᵀX_p, which has the nonzero "
                "eigenvalues of Σ_p; Z = [X_1 … X_P]; y_p = X_pᵀμ."
            ),
            exact(
                "R_p − (t_p − λ) at a = ρb is (λ − ρ) + ρ(b − 1)²",
                _gap(ratio),
                eigenvalue - ratio + ratio * (b - 1) ** 2,
            ),
            argument("ρ_p ≤ λ_p = λ_max(Σ_p) (A1.4, also for singular Σ_p): R_p ≥ t_p − λ_p for every μ and every p."),
            exact("ν·XXᵀν is the trace of XXᵀννᵀ: b_p = y_p·y_p", of_prompt, scalar(X * adjoint(X) * nu * adjoint(nu))),
            exact("t − 2a + ab at a = λ y·y, b = y·y, y·y = 1 is t − λ", _value(), VALUE),
            argument(
                "a_p = y_p·G_py_p. ZᵀZ is invertible, so ν = Z(ZᵀZ)⁻¹w has Zᵀν = w: y_p = w_p, b_p = 1, a_p = λ_p and "
                "R_p = t_p − λ_p for all p at once. The signs of the w_p are free: if the top eigenvalues are simple, "
                "2^P minima modulo ker Zᵀ, in ±pairs."
            ),
            argument(
                "Conversely R_p = t_p − λ_p iff y_p is a unit top eigenvector of G_p, and Zᵀμ = w leaves ker Zᵀ free."
            ),
            argument(
                "As Zᵀ is onto, the y_p are free and independent, and R_p is the objective A1.2 of the covariance G_p "
                "≻ 0 in the coordinates y = √G μ. So μ is stationary iff every y_p is, and by A1.5.index any that is "
                "not a minimum of its R_p has a direction of second-order descent: no local minimum is spurious."
            ),
            argument(
                "The head's output on prompt p is along Σ_pν = X_pw_p, the top eigenvector of Σ_p: it is that prompt's "
                "own PCA. (For d/n → γ, nP ≤ d is P ≤ γ.)"
            ),
        ),
    )


def _gap(ratio: Expr) -> Expr:
    return RISK.subs(a, ratio * b) - (t - eigenvalue)


def _value() -> Expr:
    return RISK.subs({a: eigenvalue, b: 1})


def minimum(prompts: Sequence[Tokens]) -> arb:
    """Return a ball with the least mean of the risks, that of t_p − λ_max(Σ_p), of P prompts with nP ≤ d.

    ``prompts``: P lists of n tokens of d entries. Errors: ``ValueError`` as ``prompt_data.token_matrices``, and unless
    all nP tokens are linearly independent. Source: derived here. Worked value: one token (1, 2) gives 0, as t = λ = 5.
    """
    matrices = token_matrices(prompts)
    stacked = (
        matrices[0].table()
        if len(matrices) == 1
        else [[entry for X in matrices for entry in X.table()[i]] for i in range(matrices[0].nrows())]
    )
    columns = type(matrices[0])(stacked)
    if columns.rank() < columns.ncols():
        raise ValueError(
            f"all {columns.ncols()} tokens must be linearly independent, which takes nP ≤ d = {columns.nrows()}"
        )
    tops = [top_eigenvalue(S) for S in covariances(prompts)]
    return exactly.enclosed(mean_trace(prompts)) - sum(tops, arb(0)) / len(tops)
