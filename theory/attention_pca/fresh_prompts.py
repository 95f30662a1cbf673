r"""Training the linear head on fresh prompts of L keys: the mean of a step, its noise, and the angle that remains."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache

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
t2, inverse_length = symbols("t_2 1/L", positive=True)

FORCE: Expr = 2 * eigenvalue * coordinate * (eigenvalue * ((1 + 1 / L) * b - 2) + (1 + 1 / L) * a + 2 * t * b / L)
r"""The coordinate of $\nabla R_L$ along a unit eigenvector of the eigenvalue λ, where μ has the coordinate $\mu_k$."""

AXIS_FORCE: Expr = 4 * eigenvalue**2 * p * (((1 + 1 / L) * eigenvalue + t / L) * p**2 - 1)
r"""The slope of $R_L$ in p at $\mu = p v$, v a unit eigenvector of the eigenvalue λ."""

BEND: Expr = (
    2
    * other
    * (other * ((1 + 1 / L) * eigenvalue * p**2 - 2) + eigenvalue * p**2 * ((1 + 1 / L) * eigenvalue + 2 * t / L))
)
r"""The curvature of $R_L$ at $p v$ along a unit eigenvector ν ⊥ v of the eigenvalue κ."""

_s = p**2
NOISE: Expr = (
    4
    * _s
    * eigenvalue
    * other
    * (
        (eigenvalue + other - _s * eigenvalue**2) ** 2
        + (
            3 * eigenvalue**2
            + 2 * eigenvalue * other
            + 3 * other**2
            + 2 * t2
            - 2 * _s * eigenvalue * (8 * eigenvalue**2 + 5 * eigenvalue * other + other**2 + t * (eigenvalue + other))
            + _s**2 * eigenvalue**2 * (13 * eigenvalue**2 + 6 * eigenvalue * other + 3 * other**2 + 2 * t * eigenvalue)
        )
        / L
        + (
            -2
            * _s
            * eigenvalue
            * (9 * eigenvalue**2 + 4 * eigenvalue * other + 3 * other**2 + t * (5 * eigenvalue + other))
            + _s**2
            * eigenvalue**2
            * (
                40 * eigenvalue**2
                + 12 * eigenvalue * other
                + 9 * other**2
                + t * (16 * eigenvalue + 6 * other)
                + t**2
                + 5 * t2
            )
        )
        / L**2
        + _s**2
        * eigenvalue**2
        * (
            42 * eigenvalue**2
            + 6 * eigenvalue * other
            + 12 * other**2
            + t * (18 * eigenvalue + 6 * other)
            + 5 * t**2
            + 7 * t2
        )
        / L**3
    )
)
r"""$E(\nu\cdot g)^2$ of the gradient g on one fresh prompt at $\mu = p v$; $t_2 = \mathrm{tr}\,\Sigma^2$."""

_BITS = 256


def slope_word(along: Symbol) -> Expr:
    r"""Return the slope of $\lVert q - S\mu\mu^\top q\rVert^2$ along a vector, as a word; S as in ``derivation``."""
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
        result="E exp(−c m sin²/2) → Π (1 + cy²/p²)^{−1/2}, p' = p − η R_L'(p), y²' = (1 − ηh)²y² + η²V",
        steps=(
            *derivation().steps,
            definition("μ starts at p_0v, v a unit eigenvector of λ; ν ⊥ v one of κ; y = ν·μ; m prompts in each step."),
            exact("the slope of R_L along v at μ = pv", FORCE.subs(at_axis), AXIS_FORCE),
            exact("the curvature h of R_L along ν at μ = pv", on_axes(bend), BEND),
            exact(
                "E(ν·g)² = V at μ = pv, by pairings over q and then over S", on_axes(mean(slope_word(nu) ** 2)), NOISE
            ),
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
                "After n steps μ is a polynomial in the deviations of the ḡ from their means: means of m independent "
                "polynomials in Gaussians, so of finite moments. To first order in them, O(m^{−1/2}), v·μ = p and y is "
                "the linear recursion: by the central limit theorem √m times all the ν·μ/v·μ tends to independent "
                "normal numbers of the variances y²/p², and m sin² to the sum of their squares."
            ),
            exact(
                "∫ of exp(−cx²/2) over N(0, σ²): the exponents −x²(c + 1/σ²)/2 agree at 1/σ'² = c + 1/σ²",
                -(step**2) / 2 * (curve + 1 / spread),
                -(step**2) / (2 * (1 / (curve + 1 / spread))),
            ),
            exact("σ'²/σ² = 1/(1 + cσ²)", 1 / (curve + 1 / spread) / spread, 1 / (1 + curve * spread)),
            argument(
                "So E exp(−c m sin²/2) → Π_ν σ'_ν/σ_ν (bounded convergence). The function is smooth and bounded and "
                "all moments are finite, so its expectation has an expansion in powers of m^{−1/2}. If all deviations "
                "and m^{−1/2} change their signs together, √m(ν·μ)/(v·μ) changes its sign and m sin² is what it was: "
                "the odd powers vanish."
            ),
        ),
    )


def force(spectrum: Iterable[Number], parameter: Iterable[Number], length: int, k: int) -> Fraction:
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


def variances(
    spectrum: Iterable[Number],
    length: int,
    start: Number,
    rates: Sequence[Number],
    *,
    bend: Expr = BEND,
    noise: Expr = NOISE,
) -> list[arb]:
    r"""Return the limits of $m\,E(v_j\cdot\mu)^2/p^2$, j = 2, …, d, after SGD from $p_0v_1$, as balls.

    ``spectrum``: the d eigenvalues of Σ, descending, $\lambda_1 > 0$; ``length``: L ≥ 1; ``start``: p_0 > 0;
    ``rates``: the steps η > 0, one for each; m prompts in each; ``bend``, ``noise``: the polynomials for h and V, those
    that ``angle_derivation`` proves unless others are to be told from them. ``ValueError`` otherwise. Source: derived
    here. Worked value: spectrum (1, 1/2), L = 1, p_0 = 1, where V = 292, and one step η = 1/20, after which p = 1/2:
    292/100.
    """
    eigenvalues = exactly.spectrum(spectrum)
    steps = exactly.vector(rates, "rates")
    if not eigenvalues[0] > 0:
        raise ValueError("the largest eigenvalue must be positive: without variance there is no direction to find")
    if min(steps) <= 0:
        raise ValueError(f"rates must be positive, not {min(steps)}")
    if not exactly.rational(start, "start p_0") > 0:
        raise ValueError(f"the start p_0 must be positive, not {start!r}")
    sizes = {t: sum(eigenvalues), t2: sum(value**2 for value in eigenvalues), eigenvalue: eigenvalues[0]}
    with ctx.workprec(_BITS):
        known = {symbol: exactly.enclosed(Fraction(value)) for symbol, value in sizes.items()}
        known[inverse_length] = exactly.enclosed(Fraction(1, exactly.prompt_length(length)))
        others = [exactly.enclosed(value) for value in eigenvalues[1:]]
        at, spreads = exactly.enclosed(exactly.rational(start, "start p_0")), [arb(0)] * len(others)
        for step in map(exactly.enclosed, steps):
            across = [{**known, p: at, other: value} for value in others]
            spreads = [
                (1 - step * _at(bend, here)) ** 2 * spread + step**2 * _at(noise, here)
                for spread, here in zip(spreads, across, strict=True)
            ]
            at = at - step * _at(AXIS_FORCE, {**known, p: at})
        return [spread / at**2 for spread in spreads]


def transform(
    spectrum: Iterable[Number],
    length: int,
    start: Number,
    rates: Sequence[Number],
    weight: Number,
    *,
    bend: Expr = BEND,
    noise: Expr = NOISE,
) -> arb:
    r"""Return a ball with the limit of $E \exp(-\frac c2 m \sin^2)$, $\prod_j (1 + c\sigma_j^2)^{-1/2}$.

    ``weight``: c ≥ 0, else ``ValueError``. Other arguments, errors and source as ``variances``, which gives the
    $\sigma_j^2$. Worked value: as there with c = 1: $(1 + 2.92)^{-1/2} = 0.5051$.
    """
    strength = exactly.rational(weight, "weight")
    if strength < 0:
        raise ValueError(f"the weight must not be negative, as {weight!r} is")
    product = arb(1)
    for variance in variances(spectrum, length, start, rates, bend=bend, noise=noise):
        product = product / (1 + exactly.enclosed(strength) * variance).sqrt()
    return product


def _at(formula: Expr, values: dict[Symbol, arb]) -> arb:
    return exactly.enclose(_polynomial(formula), values)


@cache
def _polynomial(formula: Expr) -> Expr:
    return formula.expand().subs(L, 1 / inverse_length)
