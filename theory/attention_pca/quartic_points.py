r"""Stationary points, minimum and Hessian of the risks of ``quartic``, for symbolic d and any multiplicities."""

from dataclasses import astuple

from sympy import Expr, Symbol, adjoint, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..words import scalar, vector
from .gradient import Sigma, coordinate, eigenvalue, mu, u
from .objective import INVARIANTS, a, b, t
from .quartic import GENERAL, other

ratio = symbols("ρ", positive=True)

_C1, _C2, _C3, _C4 = astuple(GENERAL)


def stationary_derivation() -> Derivation:
    """Derive all stationary points, their norms and values."""
    s = Symbol("s", real=True)
    gradient = (
        -4 * (_C1 * Sigma * Sigma * mu + _C2 * t * Sigma * mu)
        + 2 * _C3 * (b * Sigma * Sigma * mu + a * Sigma * mu)
        + 4 * _C4 * t * b * Sigma * mu
    )
    bracket = GENERAL.bracket
    return Derivation(
        result="the stationary points are, modulo ker Σ, 0 and the eigenvectors with λ > 0 of the squared norm "
        "(c₁λ + c₂t)/(λ(c₃λ + c₄t)), and the risk is t − (c₁λ + c₂t)²/(c₃λ + c₄t) there",
        steps=(
            definition(
                "R = t − 2(c₁a + c₂tb) + c₃ab + c₄tb² with t = tr Σ, a = μ·Σ²μ, b = μ·Σμ; c₁, c₃ > 0, c₂, c₄ ≥ 0 and "
                "2c₁c₄ − c₂c₃ ≥ 0; Σ ⪰ 0 is not 0."
            ),
            exact(
                "d/ds at s = 0 of R(μ + su) is u·∇R with ∇R = −4(c₁Σ²μ + c₂tΣμ) + 2c₃(bΣ²μ + aΣμ) + 4c₄tbΣμ",
                _risk_at(mu + s * u).diff(s).subs(s, 0).subs(INVARIANTS),
                scalar(adjoint(u) * gradient).subs(INVARIANTS),
            ),
            exact(
                "its coordinate along a unit eigenvector of λ is 2λμ_k [λ(c₃b − 2c₁) + c₃a + 2c₄tb − 2c₂t]",
                _coordinate(gradient),
                2 * eigenvalue * coordinate * bracket,
            ),
            argument(
                "μ is stationary iff the bracket vanishes for every eigenvalue λ > 0 in whose eigenspace μ has a part. "
                "What μ has in ker Σ enters neither a nor b: R is constant along it."
            ),
            exact(
                "the brackets of λ and κ differ by (λ − κ)(c₃b − 2c₁)",
                bracket - bracket.subs(eigenvalue, other),
                (eigenvalue - other) * (_C3 * b - 2 * _C1),
            ),
            exact(
                "at b = 2c₁/c₃ the bracket is c₃a + 2t(2c₁c₄ − c₂c₃)/c₃",
                bracket.subs(b, 2 * _C1 / _C3),
                _C3 * a + 2 * t * GENERAL.margin / _C3,
            ),
            argument(
                "Two different eigenvalues in the support would give b = 2c₁/c₃, and then the bracket is at least "
                "c₃a = c₃‖Σμ‖² > 0: it does not vanish. So the part of μ outside ker Σ is 0 or lies in one eigenspace, "
                "of any multiplicity."
            ),
            exact(
                "there a = λb, and the bracket is 2[(c₃λ + c₄t)b − (c₁λ + c₂t)]",
                bracket.subs(a, eigenvalue * b),
                2 * (GENERAL.cost * b - GENERAL.gain),
            ),
            argument(
                "c₃λ + c₄t > 0, so it is stationary iff b = (c₁λ + c₂t)/(c₃λ + c₄t), which is positive, and "
                "‖μ‖² = b/λ, outside ker Σ."
            ),
            exact(
                "R at a = λb and this b = λ‖μ‖² is t − (c₁λ + c₂t)²/(c₃λ + c₄t)",
                GENERAL.risk.subs(a, eigenvalue * b).subs(b, eigenvalue * GENERAL.squared_norm),
                GENERAL.value,
            ),
            *_decreasing(),
        ),
    )


def _decreasing() -> tuple[Step, ...]:
    value, squared_norm, cost = GENERAL.value, GENERAL.squared_norm, GENERAL.cost
    costs = cost * cost.subs(eigenvalue, other)
    return (
        exact(
            "value(κ) − value(λ) = (λ − κ)[c₁²c₃λκ + c₁²c₄t(λ + κ) + c₂t²(2c₁c₄ − c₂c₃)]/[(c₃λ + c₄t)(c₃κ + c₄t)]",
            value.subs(eigenvalue, other) - value,
            (eigenvalue - other)
            * (_C1**2 * (_C3 * eigenvalue * other + _C4 * t * (eigenvalue + other)) + _C2 * t**2 * GENERAL.margin)
            / costs,
        ),
        exact(
            "‖μ‖²(κ) − ‖μ‖²(λ) = (λ − κ)[c₁c₃λκ + c₂c₃t(λ + κ) + c₂c₄t²]/[λκ(c₃λ + c₄t)(c₃κ + c₄t)]",
            squared_norm.subs(eigenvalue, other) - squared_norm,
            (eigenvalue - other)
            * (_C1 * _C3 * eigenvalue * other + _C2 * _C3 * t * (eigenvalue + other) + _C2 * _C4 * t**2)
            / (eigenvalue * other * costs),
        ),
        argument("Every term is ≥ 0 and the first one > 0: value and squared norm decrease strictly in λ > 0."),
    )


def minimum_derivation() -> Derivation:
    """Derive the global minimum and all its minimisers."""
    top, kth = symbols("λ_1 λ_k", positive=True)
    best = GENERAL.gain / GENERAL.cost
    return Derivation(
        result="the global minimisers are, modulo ker Σ, the sphere of the top eigenspace of the squared norm "
        "(c₁λ_1 + c₂t)/(λ_1(c₃λ_1 + c₄t))",
        steps=(
            *stationary_derivation().steps,
            exact(
                "at a = ρb: R − value(ρ) = (c₃ρ + c₄t)(b − (c₁ρ + c₂t)/(c₃ρ + c₄t))²",
                GENERAL.risk.subs(a, ratio * b) - GENERAL.value.subs(eigenvalue, ratio),
                (GENERAL.cost * (b - best) ** 2).subs(eigenvalue, ratio),
            ),
            exact(
                "the k-th term of λ_1 b − a, in eigen-coordinates, is λ_k (λ_1 − λ_k) μ_k²",
                top * kth * coordinate**2 - kth**2 * coordinate**2,
                kth * (top - kth) * coordinate**2,
            ),
            argument(
                "Outside ker Σ: b > 0, and 0 < ρ = a/b ≤ λ_1, with ρ = λ_1 iff μ has no part outside ker Σ and the top "
                "eigenspace. So R ≥ value(ρ) ≥ value(λ_1), since the value decreases; both are equalities iff ρ = λ_1 "
                "and b = (c₁λ_1 + c₂t)/(c₃λ_1 + c₄t). On ker Σ, R = t > value(λ_1)."
            ),
        ),
    )


def hessian_derivation() -> Derivation:
    """Derive the Hessian at every stationary point, and its Morse index."""
    s, r, norm = Symbol("s", real=True), Symbol("r", real=True), Symbol("‖μ‖", positive=True)
    w = vector("w")
    outer = mu * adjoint(mu)
    hessian = (
        2 * (_C3 * b - 2 * _C1) * Sigma * Sigma
        + 2 * (_C3 * a + 2 * _C4 * t * b - 2 * _C2 * t) * Sigma
        + 4 * _C3 * (Sigma * Sigma * outer * Sigma + Sigma * outer * Sigma * Sigma)
        + 8 * _C4 * t * Sigma * outer * Sigma
    )

    def form(left: Expr, right: Expr) -> Expr:
        return scalar(adjoint(left) * hessian * right).subs(INVARIANTS)

    def chains(left: Expr, right: Expr, value: Expr, length: Expr | int) -> dict[Expr, Expr | int]:
        return {scalar(adjoint(left) * Sigma**k * right): value**k * length for k in (1, 2)}

    along = {**chains(u, u, eigenvalue, 1), **chains(u, mu, eigenvalue, norm)}
    across = {**chains(u, u, other, 1), **chains(u, mu, other, 0)}
    mixed = {**chains(u, w, other, 0), **chains(u, mu, other, 0)}
    square, best = {a: eigenvalue * b}, {b: eigenvalue * GENERAL.squared_norm}
    return Derivation(
        result="at the stationary points of λ: 8λ(c₁λ + c₂t) along μ and "
        "2κ(λ − κ)[c₁c₃λ + (2c₁c₄ − c₂c₃)t]/(c₃λ + c₄t) along v_j ⟂ μ of κ = λ_j; −4λ_j(c₁λ_j + c₂t) at 0; "
        "the Morse index is #{j : λ_j > λ}",
        steps=(
            exact(
                "d²/ds dr at 0 of R(μ + su + rw) is u·Hw with H = 2(c₃b − 2c₁)Σ² + 2(c₃a + 2c₄tb − 2c₂t)Σ "
                "+ 4c₃(Σ²μμᵀΣ + ΣμμᵀΣ²) + 8c₄tΣμμᵀΣ",
                _risk_at(mu + s * u + r * w).diff(s).diff(r).subs({s: 0, r: 0}).subs(INVARIANTS),
                form(u, w),
            ),
            argument(
                "At a stationary point μ = ‖μ‖v complete v to an orthonormal eigenbasis of Σ, which exists for every "
                "multiplicity. There a = λb, v·Σμ = λ‖μ‖, v·Σ²μ = λ²‖μ‖, b = λ‖μ‖², and v_j·Σμ = v_j·Σ²μ = 0."
            ),
            exact(
                "v·Hv = 8λ(c₁λ + c₂t)",
                form(u, u).subs(along).subs(norm**2, b / eigenvalue).subs(square).subs(best),
                GENERAL.along,
            ),
            exact(
                "v_j·Hv_j = 2κ(λ − κ)[c₁c₃λ + (2c₁c₄ − c₂c₃)t]/(c₃λ + c₄t) for κ = λ_j",
                form(u, u).subs(across).subs(square).subs(best),
                GENERAL.across,
            ),
            exact("v_j·Hw = 0 for every other vector w of the basis", form(u, w).subs(mixed), 0),
            exact(
                "at μ = 0: v_j·Hv_j = −4λ_j(c₁λ_j + c₂t), written with λ for λ_j",
                form(u, u).subs(along).subs({norm: 0, a: 0, b: 0}),
                GENERAL.at_zero,
            ),
            argument(
                "The factor of λ − κ is positive, so outside ker Σ the curvature is negative iff λ_j > λ, and 0 iff "
                "λ_j = λ: no local minimum is spurious."
            ),
        ),
    )


def _risk_at(point: Expr) -> Expr:
    """Return the general risk at a vector word, as a polynomial in chains; t stays."""
    chains = {
        a: scalar(adjoint(point) * Sigma * Sigma * point),
        b: scalar(adjoint(point) * Sigma * point),
    }
    return GENERAL.risk.subs(chains, simultaneous=True)


def _coordinate(gradient: Expr) -> Expr:
    """Return the coordinate of the gradient along an eigenvector of λ, where μ has the coordinate μ_k."""
    by_chain = {scalar(adjoint(u) * Sigma**k * mu): eigenvalue**k * coordinate for k in (1, 2)}
    return scalar(adjoint(u) * gradient).subs(by_chain)
