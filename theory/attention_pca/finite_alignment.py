r"""In a prompt of L ≥ 2 keys the softmax head's minimiser is exactly along the leading eigenvector."""

from collections.abc import Iterable
from fractions import Fraction

from flint import arb
from sympy import Expr, Poly, Rational, Symbol, adjoint, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, certified, definition, exact, heuristic
from ..exact import Number
from ..words import matrix, scalar, vector
from .objective import INVARIANTS, a, b, t
from .reduction import RISK, F, G, W, rho
from .two_keys import parts, self_errors
from .weak_coupling import LIMIT, TERMS, kappa, nu

Sigma, mu = matrix("Σ", symmetric=True), vector("μ")
top, L = symbols("λ_1 L", positive=True)
P, Q = symbols("P Q", real=True)

BEST_COUPLING = 2
"""Where P = 1 + G − 2W of a self query in a prompt of two keys is least."""

_TURN: Expr = (1 - 2 * b**2) ** 3 - b**2 * (1 - b) ** 4


def _radial(by_coupling: Expr, by_ratio: Expr) -> Expr:
    """Return μ·∇R for ∂R/∂b and ∂R/∂ρ given."""
    gradient_of_form = 2 * Sigma * mu
    gradient_of_ratio = (2 * Sigma * Sigma * mu - 2 * (a / b) * Sigma * mu) / b
    word = adjoint(mu) * (by_coupling * gradient_of_form + by_ratio * gradient_of_ratio)
    return scalar(word).subs(INVARIANTS)


def derivation() -> Derivation:
    """Derive the stationary points for both queries, and the global minimiser for a fresh one."""
    slope, gap = symbols("R_b R_ρ", real=True)
    R_0, _excess = symbols("R₀ x", real=True)
    return Derivation(
        result="stationary and b > 0: Σμ = λμ up to ker Σ, or F + G − 2W = 0 and ∂R/∂b = 0; fresh, L ≥ 2: every global "
        "minimiser is along the eigenspace of λ_1, and one exists if rank Σ ≥ 2",
        steps=(
            definition(
                "R = t(1 + G − 2W) − ρ(F + G − 2W), A4.1, with F, G, W smooth functions of b > 0 for the softmax head; "
                "R_b = ∂R/∂b and R_ρ = ∂R/∂ρ = −(F + G − 2W). Σ ≠ 0; a part of μ in ker Σ changes nothing."
            ),
            exact(
                "μ·(R_b ∇b + R_ρ ∇ρ) = 2b R_b, with ∇b = 2Σμ, ∇ρ = (2Σ²μ − 2ρΣμ)/b", _radial(slope, gap), 2 * b * slope
            ),
            argument(
                "At a stationary point with b > 0 so R_b = 0, and then R_ρ ∇ρ = 0: R_ρ = 0, or ∇ρ = 0, that is Σ(Σμ) "
                "= ρ Σμ: Σμ is an eigenvector, hence so is μ up to ker Σ. If b = 0 then Σμ = 0, and R does not see μ."
                " Linear head: the same with its F, G, W."
            ),
            exact(
                "R_0 = t(1 + 1/L) is R at F = −1/L, G = 1/L, W = 0",
                RISK.subs({F: -1 / L, G: 1 / L, W: 0}),
                t * (1 + 1 / L),
            ),
            exact(
                "ρ(F + G) = t(G − 1/L) + x with x = R_0 − R, W = 0",
                (rho * (F + G)),
                (t * (G - 1 / L) + (R_0 - RISK.subs(W, 0))).subs(R_0, t * (1 + 1 / L)),
            ),
            argument(
                "Fresh, L ≥ 2. At a global minimiser R ≤ R(0) = R_0. Σ w_k² ≥ 1/L, with equality iff all weights are "
                "equal, which has probability 0 if b > 0. So if b > 0, ρ(F + G) ≥ t(G − 1/L) > 0: with b kept, R "
                "falls strictly as ρ grows, so ρ has its greatest value λ_1, which holds iff Σ^½μ is in the "
                "eigenspace of λ_1: μ is along it, whatever its multiplicity and also if λ_d = 0."
            ),
            argument(
                "b = 0 is no minimiser: M = z̄ + σ(mean of z² − z̄²) + O(σ²), σ = bg, so F = −1/L + 2b(1 − 1/L) + "
                "O(b²), while G = 1/L + O(b²): R = R_0 − 2ρb(1 − 1/L) + O(b²)."
            ),
            argument(
                "A minimiser exists if rank Σ ≥ 2: R is continuous in b ∈ [0, ∞) and ρ, and tends to that of hard "
                "attention as b → ∞. There, with Δ_k = max z − z_k in the direction of g, |M − M_∞| ≤ Σ_k Δ_k "
                "e^{−b|g|Δ_k}; Δ_k has a bounded density, also weighted with max|z|, so |F − F_∞| ≤ C E min(1, "
                "(bg)^{−2}) ≤ C'/b, while 1 − G ≥ (2/(eL²)) P(the two largest are nearer than 1/(b|g|)) ≥ c (log "
                "b)/b. As t > ρ, R is below its limit for large b. If rank Σ = 1, t = ρ and existence is not shown; "
                "there every μ with b > 0 is along v_1 up to ker Σ."
            ),
            argument("L = 1: T(q) = x_1 whatever μ is, and R is constant (2t; for a self query T(q) = q and R = 0)."),
        ),
    )


def self_derivation() -> Derivation:
    """Derive what a self query needs, and that two keys have it."""
    K_0, K_1, y, _x, coupling = symbols("K_0 K_1 y x b", positive=True)
    low, high = symbols("T_1 T_2", real=True)  # tanh of (1 − b)x and bx/2

    def by_y(expression: Expr) -> Expr:  # K_0′ = −K_1, K_1′ = −K_0 − K_1/y
        return expression.diff(y) + expression.diff(K_0) * (-K_1) + expression.diff(K_1) * (-K_0 - K_1 / y)

    return Derivation(
        result="self query: if P > Q at a b where P = 1 + G − 2W is least, Q = 1 − F, every global minimiser is along"
        " the eigenspace of λ_1, whatever Σ; for L = 2 that b is 2, and P > Q there, and b is 2 at the minimiser",
        steps=(
            exact("R = tP − ρ(P − Q)", RISK, (t * P - rho * (P - Q)).subs({P: 1 + G - 2 * W, Q: 1 - F})),
            argument(
                "Let P be least at b°, P > Q there. At b°, ρ = λ_1: R = tP(b°) − λ_1(P − Q)(b°) < tP(b°) ≤ tP(b) ≤ "
                "tP(b) − ρ(P − Q)(b) for every b with P ≤ Q. So a global minimiser has P > Q, and then R falls as ρ "
                "grows: ρ = λ_1. P(0) = 1 − 1/L is not least, as P'(0) = −(2/L)(1 − 1/L); hard attention has P(∞) = 2"
                " − 4(1 − 2^{−L})/L ≥ P(0), so P is least at a finite b°. If rank Σ ≥ 2 a global minimiser exists "
                "as for a fresh query: as b → ∞ ties gain (t − ρ) c (log b)/b and lose O(1/b)."
            ),
            definition("Any L: e = (1, 0, …) − w, D = g − M = e·z, V = Σ w(z − M)², P = E‖e‖², Q = E(e·z)², z_1 = g."),
            argument(
                "∂_j w_k = b g w_k(δ_jk − w_j) + δ_j1 b w_k(z_k − M), as g = z_1 is the query too. So Σ_j ∂_j e_j = "
                "−b[g(1 − Σw²) + w_1D] and Σ_k z_k ∂_j e_k = −b[g w_j(z_j − M) + δ_j1 V]: Σ_j "
                "∂_j[e_j(e·z)] = ‖e‖² − b[gD(1 − Σw²) + w_1D² + g w_1D − S + (1 − w_1)V], S = g Σ w²(z − M)."
            ),
            exact("that, at L = 3", *_stein()),
            argument(
                "By parts in every z_j, Q = E Σ_j z_j e_j(e·z) = E Σ_j ∂_j[e_j(e·z)]. And −P'/2 = E[g w_1D − S]: where "
                "P' = 0, P − Q = b E[gD(1 − Σw²) + w_1D² + (1 − w_1)V]. For L > 2 that it is positive is not shown."
            ),
            argument(
                "L = 2, A4.1.two_keys folded: P = (1/π)∫ K_0(√2x) k_b(x) dx and P − Q = (1/2π)∫ [2K_0 − yK_1](y) "
                "k_b(x) dx over x > 0, y = √2x, with k_b(x) = cosh((1 − b)x)/cosh²(bx/2)."
            ),
            exact(
                "1/(1 + e^{bx})² e^x + 1/(1 + e^{−bx})² e^{−x} = k_b/2: with u = e^{x}, v = e^{bx/2}",
                *_folded(),
            ),
            argument(
                "∂ log k_b/∂b = −x[tanh((1 − b)x) + tanh(bx/2)] has the sign of −(1 − b/2), as tanh is odd and "
                "increasing: P falls for b < 2 and grows for b > 2, so it is least at b° = 2, and only there. The same "
                "holds for Q = (1/2π)∫ yK_1(y) k_b(x) dx, hence for R = (t − ρ)P + ρQ at every ρ: a global minimiser "
                "has b = 2."
            ),
            exact("(yK_1/K_0)' = y(K_1² − K_0²)/K_0²", by_y(y * K_1 / K_0), y * (K_1**2 - K_0**2) / K_0**2),
            argument(
                "K_1 > K_0, so yK_1/K_0 grows, from 0 to ∞: 2K_0 − yK_1 is positive up to one x* and negative beyond."
                " At b = 0, P = Q = 1/2, so ∫ [2K_0 − yK_1] cosh x dx = 0."
            ),
            exact(
                "at b = 2 the logarithmic derivative of k_b/cosh x, (1 − b)T_1 − bT_2 − tanh x, is −2T_2, as T_1 = "
                "−tanh x",
                ((1 - coupling) * low - coupling * high - (-low)).subs(coupling, 2),
                -2 * high,
            ),
            argument(
                "So k_2/cosh x decreases strictly, and ∫ [2K_0 − yK_1] cosh x (k_2/cosh x − its value at x*) dx > 0, "
                "as both factors change sign at x* alone: P > Q at b° = 2. Hence for two keys the global minimisers "
                "are along λ_1's eigenspace, for every Σ ≠ 0."
            ),
        ),
    )


def long_derivation() -> Derivation:
    """Derive where P has a local minimum in long prompts, self query, and P − Q there."""
    f = 2 * nu - kappa
    return Derivation(
        result="self query: P − Q < 1 − 1/L where P is least; as L → ∞, P has a local minimum at a b that tends to the "
        "root c of (1 − 2c²)³ = c²(1 − c)⁴ in (0, 1/√2), and there P − Q → 2c − c² = 0.867…",
        steps=(
            argument("P is least at b° > 0 (A4.2.self), so P − Q < P(b°) ≤ P(0) = 1 − 1/L, as Q > 0."),
            definition("κ = (1 − 2b²)^{−1/2}, ν = 1/(1 − b), 0 < b < 1/√2, f = 2ν − κ."),
            exact(
                "2ν − κ is twice the limit of L W, less that of L G (A4.3)", 2 * TERMS["self"][W] - TERMS["self"][G], f
            ),
            argument(
                "So L(1 − P) = L(2W − G) → f(b), locally uniformly on (0, 1/√2), as the steps of A4.3 hold for "
                "couplings that tend to b as well."
            ),
            exact("d/db 1/(1 − b) = ν², ν = 1/(1 − b)", (1 / (1 - b)).diff(b), (nu**2).subs(nu, 1 / (1 - b))),
            argument("κ′ = 2bκ³, as dκ/d(b²) = κ³ (A4.3): f′ = 2(ν² − bκ³), of the sign of ν⁴κ^{−6} − b²."),
            exact(
                "(ν⁴κ^{−6} − b²)(1 − b)⁴ at κ^{−2} = 1 − 2b², ν = 1/(1 − b) is (1 − 2b²)³ − b²(1 − b)⁴",
                ((1 - 2 * b**2) ** 3 / (1 - b) ** 4 - b**2) * (1 - b) ** 4,
                _TURN,
            ),
            certified(
                "that has one root in (0, 71/100), by Sturm's theorem, and falls through it; 1/√2 < 71/100",
                Poly(_TURN, b).count_roots(0, Rational(71, 100)) == 1
                and _TURN.subs(b, 0) > 0 > _TURN.subs(b, Rational(7, 10)),
            ),
            argument(
                "So f grows up to that root c and falls beyond it, and P has a local minimum that tends to c. There "
                "P → 1 and Q = 1 − F → (1 − c)² by A4.3."
            ),
            exact("1 − (1 − c)² = 2c − c², c the b of the formula", 1 - (1 - b) ** 2, LIMIT[F]),
            heuristic(
                "Read off the integrals and not shown: that this local minimum is the least value of P, and that P − Q "
                "≥ (2c − c²)(L − 1)/(L + 3) at every L."
            ),
        ),
    )


def long_gap() -> arb:
    """Return an enclosure of the limit of P − Q at the local minimum of P as L → ∞: 2c − c². Worked value: 0.867…."""
    (((low, high), _),) = Poly(_TURN, b).intervals(inf=0, sup=Rational(71, 100), eps=Rational(1, 2**60))
    ends = [exactly.enclosed(Fraction(int(end.p), int(end.q))) for end in (low, high)]
    return exactly.enclose(LIMIT[F], {b: ends[0].union(ends[1])})


def least_gap(length: int) -> arb:
    """Return the bound of P − Q from below that was found: (2c − c²)(L − 1)/(L + 3).

    ``length``: L ≥ 2; ``ValueError`` otherwise. Source: found here, not proved. Worked value: L = 3 gives 0.289….
    """
    if exactly.prompt_length(length) < 2:
        raise ValueError(f"prompt length L must be at least 2, not {length}")
    return long_gap() * (length - 1) / (length + 3)


def _stein() -> tuple[Expr, Expr]:
    """Return both sides of Σ_j ∂_j[e_j(e·z)] = ‖e‖² − b[…] for three keys, w_3 = 1 − w_1 − w_2."""
    z, (first, second) = symbols("z_1:4", real=True), symbols("w_1 w_2", positive=True)
    g, w = z[0], (first, second, 1 - first - second)
    e = [int(k == 0) - weight for k, weight in enumerate(w)]
    mean = sum(weight * key for weight, key in zip(w, z, strict=True))
    D = g - mean

    def by_score(k: int, j: int) -> Expr:  # ∂w_k/∂z_j
        own = b * g * w[k] * ((1 if j == k else 0) - w[j])
        return own + (b * w[k] * (z[k] - mean) if j == 0 else 0)

    def by_key(expression: Expr, j: int) -> Expr:
        through = sum(expression.diff(weight) * by_score(k, j) for k, weight in enumerate((first, second)))
        return expression.diff(z[j]) + through

    spread = sum(weight * (key - mean) ** 2 for weight, key in zip(w, z, strict=True))
    tilt = g * sum(weight**2 * (key - mean) for weight, key in zip(w, z, strict=True))
    gap = g * D * (1 - sum(weight**2 for weight in w)) + first * D**2 + g * first * D - tilt + (1 - first) * spread
    return sum(by_key(e[j] * D, j) for j in range(3)), sum(x**2 for x in e) - b * gap


def _folded() -> tuple[Expr, Expr]:
    u, v = Symbol("u", positive=True), Symbol("v", positive=True)
    left = u / (1 + v**2) ** 2 + 1 / (u * (1 + v**-2) ** 2)
    hyperbolic, half = (u / v**2 + v**2 / u) / 2, (v + 1 / v) / 2
    return left, hyperbolic / half**2 / 2


def two_key_optimum() -> tuple[int, arb, arb]:
    """Return where P is least for a self query at L = 2, and enclosures of P and Q there.

    Worked value: b = 2, P = 0.309…, Q = 0.126….
    """
    return BEST_COUPLING, *self_errors(BEST_COUPLING)


def two_key_coupling(trace: Number, top: Number) -> arb:
    """Return a ball, of the radius 1/8, with a local minimum b of R_2, fresh query, along v_1: the least in the ball.

    ``trace``: t; ``top``: λ_1 in (0, t]; ``ValueError`` otherwise. The enclosure of R_2 at the middle lies below those
    at both ends; the middle is the best of 1/2, 1, …, 4 and of the eighths beside it. That this local minimum is the
    global one is not shown. ``ArithmeticError`` if no such ball is found. Worked value: t = 4, λ_1 = 2: 1 ± 1/8.
    """
    total, share = exactly.rational(trace, "trace t"), exactly.rational(top, "λ_1")
    if not 0 < share <= total:
        raise ValueError(f"λ_1 must be in (0, t], not {top} with t = {trace}")

    def risk(coupling: Fraction) -> arb:
        known = vars(parts(coupling, "fresh"))
        values: dict[Expr, Fraction | arb] = {t: total, rho: share, **{s: known[s.name] for s in (F, G, W)}}
        return exactly.enclose(
            RISK, {s: exactly.enclosed(x) if isinstance(x, Fraction) else x for s, x in values.items()}
        )

    def best(couplings: Iterable[Fraction]) -> Fraction:
        return min(couplings, key=lambda coupling: float(risk(coupling).mid()))

    step = Fraction(1, 8)
    rough = best(Fraction(k, 2) for k in range(1, 9))
    middle = best(rough + k * step for k in range(-3, 4))
    if not all(risk(middle) < risk(end) for end in (middle - step, middle + step)):
        raise ArithmeticError(f"no minimum is enclosed near b = {middle}")
    return exactly.enclosed(middle) + arb(0, exactly.enclosed(step))
