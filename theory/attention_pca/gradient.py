r"""The gradient of the infinite-prompt objective, and its stationary points, for symbolic d and any multiplicities."""

from collections.abc import Iterable
from fractions import Fraction

from sympy import Expr, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, exact
from ..exact import Number
from ..words import matrix, scalar, vector
from .objective import INVARIANTS, RISK, a, b, invariants, t

Sigma, mu, u = matrix("Σ", symmetric=True), vector("μ"), vector("u")

eigenvalue, coordinate = symbols("λ μ_k", positive=True)

FORCE: Expr = -4 * eigenvalue**2 * coordinate + 2 * b * eigenvalue**2 * coordinate + 2 * a * eigenvalue * coordinate
r"""The coordinate of $\nabla R$ along a unit eigenvector with eigenvalue λ, where μ has the coordinate $\mu_k$."""

BRACKET: Expr = eigenvalue * (b - 2) + a
r"""What has to vanish, at a stationary point, for every eigenvalue λ > 0 in whose eigenspace μ has a part."""


def risk_at(point: Expr) -> Expr:
    """Return the objective at a vector word, as a polynomial in chains."""
    chains = {
        t: scalar(Sigma),
        a: scalar(adjoint(point) * Sigma * Sigma * point),
        b: scalar(adjoint(point) * Sigma * point),
    }
    return RISK.subs(chains, simultaneous=True)


def gradient_word() -> Expr:
    """Return the gradient as a vector word, with a and b for their chains."""
    return -4 * Sigma * Sigma * mu + 2 * b * Sigma * Sigma * mu + 2 * a * Sigma * mu


def derivation() -> Derivation:
    r"""Derive the gradient and all stationary points."""
    s, other = Symbol("s", real=True), Symbol("κ", positive=True)
    return Derivation(
        result="∇R = −4Σ²μ + 2bΣ²μ + 2aΣμ; it vanishes exactly at 0 and at v/√λ with a unit eigenvector v, "
        "Σv = λv, λ > 0 (modulo ker Σ)",
        steps=(
            exact(
                "d/ds at s = 0 of R(μ + su), by A1.2, is u·(−4Σ²μ + 2bΣ²μ + 2aΣμ)",
                risk_at(mu + s * u).diff(s).subs(s, 0).subs(INVARIANTS),
                scalar(adjoint(u) * gradient_word()),
            ),
            exact(
                "in eigen-coordinates, (Σμ)_k = λμ_k, the k-th coordinate of ∇R is 2λμ_k [λ(b − 2) + a]",
                FORCE,
                2 * eigenvalue * coordinate * BRACKET,
            ),
            argument(
                "μ is stationary iff λ(b − 2) + a = 0 for every eigenvalue λ > 0 in whose eigenspace μ has a part. "
                "What μ has in ker Σ enters neither a nor b: R is constant along it."
            ),
            exact(
                "[λ(b − 2) + a] − [κ(b − 2) + a] = (λ − κ)(b − 2)",
                BRACKET - BRACKET.subs(eigenvalue, other),
                (eigenvalue - other) * (b - 2),
            ),
            argument(
                "Two different eigenvalues λ, κ > 0 in the support would give b = 2, hence a = 0; but a = ‖Σμ‖² > 0 "
                "for real μ outside ker Σ. So the part of μ outside ker Σ is 0 or lies in one eigenspace, of any "
                "multiplicity."
            ),
            exact(
                "there a = λb, and λ(b − 2) + a = 2λ(b − 1)",
                BRACKET.subs(a, eigenvalue * b),
                2 * eigenvalue * (b - 1),
            ),
            argument("So it is stationary iff b = λ‖μ‖² = 1, outside ker Σ: iff μ = v/√λ with a unit eigenvector v."),
        ),
    )


def gradient(spectrum: Iterable[Number], parameter: Iterable[Number]) -> list[Fraction]:
    r"""Return the coordinates of $\nabla R(\mu)$ along the eigenvectors, exactly, by evaluating ``FORCE``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors.
    ``ValueError`` for a spectrum that is not one, or another length. Source: arXiv:2605.18315 (reconstruction).
    Worked value: spectrum (2, 1), μ = (1, 1), where a = 5 and b = 3, gives (28, 12).
    """
    eigenvalues = exactly.spectrum(spectrum)
    point = exactly.vector(parameter, "parameter", length=len(eigenvalues))
    _, square, form = invariants(eigenvalues, point)
    return [
        exactly.evaluate(FORCE, {eigenvalue: value, coordinate: entry, a: square, b: form})
        for value, entry in zip(eigenvalues, point, strict=True)
    ]
