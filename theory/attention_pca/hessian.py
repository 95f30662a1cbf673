r"""The Hessian of the infinite-prompt objective at its stationary points: its spectrum and Morse index."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from sympy import Expr, Symbol, adjoint

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..words import scalar, vector
from .gradient import Sigma, eigenvalue, mu, risk_at, u
from .objective import INVARIANTS, a, b

other = Symbol("λ_j", positive=True)

ALONG: Expr = 8 * eigenvalue**2
r"""The curvature at $v/\sqrt\lambda$ along v."""

ACROSS: Expr = 2 * other * (eigenvalue - other)
r"""The curvature there along a unit eigenvector $v_j \perp v$ with the eigenvalue $\lambda_j$."""

AT_ZERO: Expr = -4 * other**2
r"""The curvature at 0 along $v_j$."""


def derivation() -> Derivation:
    """Derive the Hessian and its spectrum at every stationary point."""
    s, r, root = Symbol("s", real=True), Symbol("r", real=True), Symbol("√λ", positive=True)
    w = vector("w")
    hessian = (
        -4 * Sigma * Sigma
        + 2 * b * Sigma * Sigma
        + 2 * a * Sigma
        + 4 * Sigma * Sigma * mu * adjoint(mu) * Sigma
        + 4 * Sigma * mu * adjoint(mu) * Sigma * Sigma
    )

    def form(left: Expr, right: Expr) -> Expr:
        return scalar(adjoint(left) * hessian * right)

    def chains(left: Expr, right: Expr, first: Expr | int, second: Expr | int) -> dict[Expr, Expr | int]:
        return {scalar(adjoint(left) * Sigma * right): first, scalar(adjoint(left) * Sigma * Sigma * right): second}

    at_point = {a: root**2, b: 1}
    aligned = {**at_point, **chains(u, u, root**2, root**4), **chains(u, mu, root, root**3)}
    across = {**at_point, **chains(u, u, other, other**2), **chains(u, mu, 0, 0)}
    mixed = {**at_point, **chains(u, w, 0, 0), **chains(u, mu, 0, 0)}
    at_zero = {a: 0, b: 0, **chains(u, u, other, other**2), **chains(u, mu, 0, 0)}
    return Derivation(
        result="at v/√λ: 8λ² along v, 2λ_j(λ − λ_j) along v_j ⟂ v; at 0: −4Σ²",
        steps=(
            exact(
                "d²/ds dr at 0 of R(μ + su + rw) is u·Hw with "
                "H = −4Σ² + 2bΣ² + 2aΣ + 4Σ²μμᵀΣ + 4ΣμμᵀΣ² (A1.3 differentiated once more)",
                risk_at(mu + s * u + r * w).diff(s).diff(r).subs({s: 0, r: 0}).subs(INVARIANTS),
                form(u, w),
            ),
            argument(
                "At a stationary point μ = v/√λ (A1.3) complete v to an orthonormal eigenbasis of Σ, which exists for "
                "every multiplicity. There a = λ, b = 1, v·Σμ = √λ, v·Σ²μ = √λ³, and v_j·Σμ = v_j·Σ²μ = 0."
            ),
            exact("v·Hv = 8λ²", form(u, u).subs(aligned), ALONG.subs(eigenvalue, root**2)),
            exact("v_j·Hv_j = 2λ_j(λ − λ_j)", form(u, u).subs(across), ACROSS.subs(eigenvalue, root**2)),
            exact("v_j·Hw = 0 for every other vector w of the basis", form(u, w).subs(mixed), 0),
            exact("at μ = 0: v_j·Hv_j = −4λ_j²", form(u, u).subs(at_zero), AT_ZERO),
            argument("So the eigenvectors of Σ are those of H."),
        ),
    )


def index_derivation() -> Derivation:
    """Derive the Morse index, and that no local minimum is spurious."""
    top = Symbol("λ_1", positive=True)
    return Derivation(
        result="index of v/√λ: #{j : λ_j > λ}; every stationary point that is not a global minimum is a strict saddle, "
        "or the strict maximum at 0",
        steps=(
            argument(
                "Σ ≻ 0. By A1.5 the curvatures at v/√λ are 8λ² > 0 and 2λ_j(λ − λ_j), negative iff λ_j > λ and 0 iff "
                "λ_j = λ: the Morse index is the number of eigenvalues above λ, counted with multiplicity."
            ),
            exact(
                "where λ < λ_1 the curvature along v_1 is −2λ_1(λ_1 − λ)",
                ACROSS.subs(other, top),
                -2 * top * (top - eigenvalue),
            ),
            argument(
                "It is negative, and −4λ_1² at 0 is: every stationary point that is not on the minimising sphere "
                "(A1.4) has a direction of descent of second order. No local minimum is spurious."
            ),
        ),
    )


def curvature(spectrum: Iterable[Number], k: int, j: int) -> Fraction:
    r"""Return the curvature along $v_j$ at $v_k/\sqrt{\lambda_k}$, exactly.

    ``spectrum``: the d eigenvalues of Σ, descending; k and j from 1 to d, $\lambda_k > 0$; ``ValueError`` otherwise.
    Source: arXiv:2605.18315 (reconstruction). Worked value: spectrum (2, 1), k = 2 gives −4 for j = 1, 8 for j = 2.
    """
    eigenvalues = exactly.spectrum(spectrum)
    chosen = eigenvalues[_number(k, eigenvalues) - 1]
    if chosen == 0:
        raise ValueError(f"v_k/√λ_k does not exist at λ_{k} = 0")
    along = eigenvalues[_number(j, eigenvalues) - 1]
    return exactly.evaluate(ALONG if j == k else ACROSS, {eigenvalue: chosen, other: along})


def curvature_at_zero(spectrum: Iterable[Number], j: int) -> Fraction:
    r"""Return the curvature along $v_j$ at 0, exactly.

    Shapes, errors and source as ``curvature``. Worked value: spectrum (2, 1), j = 1 gives −16.
    """
    eigenvalues = exactly.spectrum(spectrum)
    return exactly.evaluate(AT_ZERO, {other: eigenvalues[_number(j, eigenvalues) - 1]})


def morse_index(spectrum: Sequence[Number], k: int) -> int:
    r"""Return the number of negative curvatures at $v_k/\sqrt{\lambda_k}$.

    Shapes, errors and source as ``curvature``. Worked value: spectrum (3, 2, 2, 1), k = 4 gives 3.
    """
    return sum(curvature(spectrum, k, j) < 0 for j in range(1, len(spectrum) + 1))


def nullity(spectrum: Sequence[Number], k: int) -> int:
    r"""Return the number of curvatures at $v_k/\sqrt{\lambda_k}$ that are 0.

    Shapes, errors and source as ``curvature``. Worked value: spectrum (3, 2, 2, 1), k = 2 gives 1.
    """
    return sum(curvature(spectrum, k, j) == 0 for j in range(1, len(spectrum) + 1))


def _number(number: int, eigenvalues: list[Fraction]) -> int:
    if not 1 <= number <= len(eigenvalues):
        raise ValueError(f"an eigenvector's number must be from 1 to d = {len(eigenvalues)}, not {number}")
    return number
