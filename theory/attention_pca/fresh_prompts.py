r"""Training the linear head on fresh prompts of L keys: the mean of a step, its noise, and the angle that remains."""

from collections.abc import Iterable, Sequence

from flint import arb, ctx
from sympy import Expr, Integer, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from ..isserlis import expectation, wishart
from ..words import Scalar, matrix, scalar, vector
from .finite_prompt import FRESH_RISK, L
from .gradient import coordinate, eigenvalue
from .objective import INVARIANTS, a, b, invariants, t

Sigma, S = matrix("Σ", symmetric=True), matrix("S", symmetric=True)
mu, nu, q = vector("μ"), vector("ν"), vector("q")

other, p = symbols("κ p", positive=True)
t2 = symbols("t_2", positive=True)

FORCE: Expr = 2 * eigenvalue * coordinate * (eigenvalue * ((1 + 1 / L) * b - 2) + (1 + 1 / L) * a + 2 * t * b / L)
r"""The coordinate of $\nabla R_L$ along a unit eigenvector of the eigenvalue λ, where μ has the coordinate $\mu_k$."""

AXIS_FORCE: Expr = 4 * eigenvalue**2 * p * (((1 + 1 / L) * eigenvalue + t / L) * p**2 - 1)
r"""The slope of $R_L$ in p at $\mu = p v$, v a unit eigenvector of the eigenvalue λ."""

BEND: Expr = 2 * other * (other * ((1 + 1 / L) * eigenvalue * p**2 - 2) + eigenvalue * p**2 * (
    (1 + 1 / L) * eigenvalue + 2 * t / L
))
r"""The curvature of $R_L$ at $p v$ along a unit eigenvector ν ⊥ v of the eigenvalue κ."""

_s = p**2
NOISE: Expr = 4 * _s * eigenvalue * other * (
    (eigenvalue + other - _s * eigenvalue**2) ** 2
    + (
        3 * eigenvalue**2 + 2 * eigenvalue * other + 3 * other**2 + 2 * t2
        - 2 * _s * eigenvalue * (8 * eigenvalue**2 + 5 * eigenvalue * other + other**2 + t * (eigenvalue + other))
        + _s**2 * eigenvalue**2 * (13 * eigenvalue**2 + 6 * eigenvalue * other + 3 * other**2 + 2 * t * eigenvalue)
    ) / L
    + (
        -2 * _s * eigenvalue * (9 * eigenvalue**2 + 4 * eigenvalue * other + 3 * other**2 + t * (5 * eigenvalue + other))
        + _s**2 * eigenvalue**2 * (
            40 * eigenvalue**2 + 12 * eigenvalue * other + 9 * other**2
            + t * (16 * eigenvalue + 6 * other) + t**2 + 5 * t2
        )
    ) / L**2
    + _s**2 * eigenvalue**2 * (
        42 * eigenvalue**2 + 6 * eigenvalue * other + 12 * other**2
        + t * (18 * eigenvalue + 6 * other) + 5 * t**2 + 7 * t2
    ) / L**3
)
r"""$E(\nu\cdot g)^2$ of the gradient g on one fresh prompt at $\mu = p v$; $t_2 = \mathrm{tr}\,\Sigma^2$."""

_BITS = 256


def slope_word(along: Symbol) -> Expr:
    r"""Return the slope of $\lVert q - S\mu\mu^\top q\rVert^2$ along a vector, as a word; S is the keys' second moment."""
    error = q - S * mu * adjoint(mu) * q
    return -2 * (adjoint(mu) * q * adjoint(along) * S * error + adjoint(along) * q * adjoint(mu) * S * error)


def mean(word: Expr) -> Expr:
    """Return the expectation over a fresh query and the L keys of a prompt, as a polynomial in scalars."""
    return wishart(expectation(word.expand(), Sigma, q), S, Sigma, L)


def on_axes(polynomial: Expr) -> Expr:
    """Return a polynomial in scalars at μ = p v and ν, orthogonal eigenvectors of λ and κ; its traces as t and t_2."""
    return polynomial.subs(
        {symbol: _on_axes(symbol) for symbol in polynomial.free_symbols if isinstance(symbol, Scalar)},
        simultaneous=True,
    )


def _on_axes(symbol: Scalar) -> Expr:
    power = symbol.chain.count(Sigma)
    ends = [letter for letter in symbol.chain if letter != Sigma]
    if not ends:
        return {1: t, 2: t2}[power]
    of_mu = sum(letter in (mu, adjoint(mu)) for letter in ends)
    return {2: p**2 * eigenvalue**power, 1: Integer(0), 0: other**power}[of_mu]


def risk_at(point: Expr) -> Expr:
    """Return R_L at a vector word, as a polynomial in scalars."""
    chains = {
        t: scalar(Sigma),
        a: scalar(adjoint(point) * Sigma * Sigma * point),
        b: scalar(adjoint(point) * Sigma * point),
    }
    return FRESH_RISK.subs(chains, simultaneous=True)


def derivation() -> Derivation:
    r"""Derive that the gradient on a fresh prompt has the mean ∇R_L."""
    step = Symbol("s", real=True)
    slope = risk_at(mu + step * nu).diff(step).subs(step, 0)
    word = 2 * ((1 + 1 / L) * b - 2) * Sigma * Sigma * mu + (2 * (1 + 1 / L) * a + 4 * t * b / L) * Sigma * mu
    return Derivation(
        result="E g = ∇R_L = 2((1 + 1/L)b − 2)Σ²μ + (2(1 + 1/L)a + 4tb/L)Σμ",
        steps=(
            definition(
                "S = (1/L) Σ_k x_kx_kᵀ of the keys, so T(q) = Sμμᵀq; g: gradient of ‖q − T(q)‖² in μ on one fresh "
                "prompt; ν: any vector."
            ),
            argument("ν·g = −2 e·(Sν(μ·q) + Sμ(ν·q)) with e = q − Sμ(μ·q), a polynomial in the tokens."),
            exact(
                "E ν·g, by pairings over q and then over S, is the derivative of A3.1's R_L along ν",
                mean(slope_word(nu)),
                slope,
            ),
            exact(
                "it is ν·(2((1 + 1/L)b − 2)Σ²μ + (2(1 + 1/L)a + 4tb/L)Σμ)",
                slope.subs(INVARIANTS),
                scalar(adjoint(nu) * word).subs(INVARIANTS),
            ),
            exact(
                "in eigen-coordinates, (Σμ)_k = λμ_k, that is 2λμ_k[λ((1 + 1/L)b − 2) + (1 + 1/L)a + 2tb/L]",
                2 * ((1 + 1 / L) * b - 2) * eigenvalue**2 * coordinate
                + (2 * (1 + 1 / L) * a + 4 * t * b / L) * eigenvalue * coordinate,
                FORCE,
            ),
            argument("A step moves μ by −η times the mean of g over m independent prompts: by −η∇R_L in the mean."),
        ),
    )


def angle_derivation() -> Derivation:
    r"""Derive the mean squared angle that noise leaves, to leading order in the inverse of the batch."""
    step = Symbol("s", real=True)
    bend = risk_at(mu + step * nu).diff(step, 2).subs(step, 0).subs(scalar(adjoint(nu) * nu), 1)
    at_axis = {coordinate: p, a: eigenvalue**2 * p**2, b: eigenvalue * p**2}
    rate, spread, noise, batch, curve = symbols("η y² V m h", positive=True)
    return Derivation(
        result="m E sin² → Σ_κ y²_κ/p² with p' = p − η R_L'(p), y²' = (1 − ηh)²y² + η²V, h(p) and V(p) of κ",
        steps=(
            *derivation().steps,
            definition("μ starts at p_0v, v a unit eigenvector of λ; ν ⊥ v one of κ; y = ν·μ; m prompts in each step."),
            exact("the slope of R_L along v at μ = pv", FORCE.subs(at_axis), AXIS_FORCE),
            exact("the curvature h of R_L along ν at μ = pv", on_axes(bend), BEND),
            exact("E(ν·g)² = V at μ = pv, by pairings over q and then over S", on_axes(mean(slope_word(nu) ** 2)), NOISE),
            argument(
                "Tokens and their reflection ν → −ν have one law, so E ν·g = 0 on the axis, and of two eigenvectors "
                "ν ≠ ν' the product (ν·g)(ν'·g) has the mean 0. Let ḡ be a step's mean over its prompts, at the "
                "deterministic p: then E(ν·ḡ)² = V/m."
            ),
            exact(
                "E((1 − ηh)y − ην·ḡ)² with E y² = y²/m, E yν·ḡ = 0",
                (1 - rate * curve) ** 2 * spread / batch + rate**2 * noise / batch,
                ((1 - rate * curve) ** 2 * spread + rate**2 * noise) / batch,
            ),
            argument(
                "After n steps μ is a polynomial in the gradients' deviations from their means, which are means of m "
                "independent polynomials in Gaussians: all moments are finite, those of a deviation of the order k are "
                "O(m^{−k/2}) and polynomials in 1/m. To first order in the deviations y is the linear recursion, and p "
                "deviates by O(m^{−1/2}). So E y² is y²/m and a polynomial in 1/m from 1/m² on."
            ),
            argument(
                "sin² is bounded, and a smooth function of μ near pv. A deviation beyond a fixed δ has a probability "
                "below every power of 1/m (Markov, moments of every order), so m E sin² has an expansion in 1/m, which "
                "begins with Σ_ν y²/p²."
            ),
        ),
    )


def force(spectrum: Iterable[Number], parameter: Iterable[Number], length: int, k: int) -> exactly.Fraction:
    r"""Return $v_k\cdot\nabla R_L(\mu)$, exactly, by evaluating ``FORCE``.

    ``spectrum``: the d eigenvalues of Σ, descending; ``parameter``: the d coordinates of μ along the eigenvectors;
    ``length``: L ≥ 1; 1 ≤ k ≤ d. ``ValueError`` otherwise. Source: arXiv:2605.18315 (reconstruction); derived here.
    Worked value: spectrum (2, 1), μ = (1, 1), L = 1, where t = 3, a = 5, b = 3, gives 144 along v_1.
    """
    eigenvalues = exactly.spectrum(spectrum)
    point = exactly.vector(parameter, "parameter", length=len(eigenvalues))
    trace, square, form = invariants(eigenvalues, point)
    if exactly.count(k, "k") > len(point):
        raise ValueError(f"k must be at most d = {len(point)}, not {k}")
    known = {eigenvalue: eigenvalues[k - 1], coordinate: point[k - 1], t: trace, a: square, b: form}
    return exactly.evaluate(FORCE, {**known, L: exactly.prompt_length(length)})


def squared_angle(spectrum: Iterable[Number], length: int, rates: Sequence[Number]) -> arb:
    r"""Return the limit of $m\,E\sin^2$ of the angle of μ to $v_1$ after SGD from $v_1/\sqrt{\lambda_1}$, as a ball.

    ``spectrum``: the d eigenvalues of Σ, descending, $\lambda_1 > 0$; ``length``: L ≥ 1; ``rates``: the steps η > 0, one
    for each step; m prompts in each. ``ValueError`` otherwise. Source: derived here. Worked value: spectrum (1, 1/2),
    any L, one step η: $\eta^2V/p^2$, p = 1 − 4η(1 + 1/L + 3/(2L) − 1); at L = 1, η = 1/10 it is FIRST.
    """
    eigenvalues = exactly.spectrum(spectrum)
    steps = exactly.vector(rates, "rates")
    if not eigenvalues[0] > 0:
        raise ValueError("the largest eigenvalue must be positive: without variance there is no direction to find")
    if min(steps) <= 0:
        raise ValueError(f"rates must be positive, not {min(steps)}")
    sizes = {t: sum(eigenvalues), t2: sum(value**2 for value in eigenvalues), L: exactly.prompt_length(length)}
    with ctx.workprec(_BITS):
        known = {symbol: exactly.enclosed(exactly.rational(value, "size")) for symbol, value in sizes.items()}
        known[eigenvalue] = exactly.enclosed(eigenvalues[0])
        others = [exactly.enclosed(value) for value in eigenvalues[1:]]
        at, spreads = 1 / exactly.root(eigenvalues[0]), [arb(0)] * len(others)
        for step in map(exactly.enclosed, steps):
            here = {**known, p: at}
            spreads = [
                (1 - step * _at(BEND, {**here, other: value})) ** 2 * spread
                + step**2 * _at(NOISE, {**here, other: value})
                for spread, value in zip(spreads, others, strict=True)
            ]
            at = at - step * _at(AXIS_FORCE, here)
        return sum(spreads, arb(0)) / at**2


def _at(formula: Expr, values: dict[Expr, arb]) -> arb:
    """Return a polynomial with inverse powers of L at balls."""
    inverse = Symbol("1/L")
    polynomial = formula.expand().subs(L, 1 / inverse)
    return exactly.enclose(polynomial, {**{s: v for s, v in values.items() if s != L}, inverse: 1 / values[L]})
