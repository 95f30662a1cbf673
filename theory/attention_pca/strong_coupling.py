r"""Long softmax prompts beyond $b = 1/\sqrt2$: powers of L other than 1, and powers of log L."""

from fractions import Fraction

from flint import arb
from sympy import Expr, Rational, symbols

from .. import exact as exactly
from ..derivation import Derivation, Step, argument, definition, exact
from ..exact import Number

b, g, r, sigma, x, y, p, pi = symbols("b g r σ x y p π", positive=True)

KEY: Expr = (1 / x + Rational(1, 2)) ** 2 * x
"""z₀²/log L, where a key at z₀ = log L/σ + σ/2 weighs as much as all the others; x = σ²/log L."""

COST: Expr = x / (2 * b**2) + KEY / 2 - 1
"""The power of 1/L that such a query g = σ/b and one such key among L cost."""

MARKOV: Expr = 1 - p + (p**2 - p) * x / 2
"""The power of L in L E min(1, e^{σz}/(L e^{σ²/2}))^p, or more."""

PREFACTOR_SQUARE: Expr = y / (2 * pi * b**2)
"""The square of G L^r √(log L) over πr/sin(πr)."""

CUBE: Expr = (1 - r) / 2
FOURTH: Expr = (2 - r) * (1 - r) / 6
"""E Σw³ and E Σw⁴ over G, in the limit."""

SPREAD: Expr = 1 - 6 * CUBE + 6 * FOURTH
"""V over y (log L) G, in the limit."""

GAIN: Expr = 2 / b - 1 - 6 * CUBE + 6 * FOURTH
"""(R_L − R)/ρ over y (log L) G, in the limit."""

OF_R: dict[Expr, Expr] = {y: 1 / (r + Rational(1, 2))}
_EXACT_B = {b**2: 1 / (r**2 + r)}


def _at_r(formula: Expr) -> Expr:
    """Put r for b² and for y."""
    return formula.subs(_EXACT_B).subs(OF_R)


def exponents() -> tuple[Step, ...]:
    """Return the algebra of the exponent."""
    a = 1 / x + Rational(1, 2)
    light = x / (2 * b**2) - MARKOV.subs(p, 2)
    return (
        definition(
            "ℓ = log L, σ = bg = √(xℓ), r = √(1/b² + 1/4) − 1/2, y = 1/(r + 1/2), a = 1/x + 1/2, Q = Σ w². The key z₀ "
            "= ℓ/σ + σ/2 = aσ has e^{σz₀} = L e^{σ²/2} = E D. KEY = a²x, COST = x/(2b²) + KEY/2 − 1 and MARKOV = "
            "1 − p + (p² − p)x/2, so that L φ(g) φ(z₀) = L^{−COST}/(2π) and L E(e^{σz}/(L e^{σ²/2}))^p = L^MARKOV."
        ),
        exact("(ℓ/σ + σ/2)² = ℓ KEY at ℓ = σ²/x", (sigma / x + sigma / 2) ** 2, sigma**2 / x * KEY),
        exact("(r + 1/2)² − 1/4 = r² + r, which is 1/b²", (r + Rational(1, 2)) ** 2 - Rational(1, 4), r**2 + r),
        exact("1/b² − r = r²", _at_r(1 / b**2) - r, r**2),
        exact("1/b² − 2 = (r − 1)(r + 2)", _at_r(1 / b**2) - 2, (r - 1) * (r + 2)),
        exact("y − 2/3 = 4(1 − r)/(3(2r + 1))", _at_r(y) - Rational(2, 3), 4 * (1 - r) / (3 * (2 * r + 1))),
        exact("2 − y = 2ry", 2 - _at_r(y), _at_r(2 * r * y)),
        exact(
            "COST − r = (x − y)²/(2xy²)",
            _at_r(COST) - r,
            _at_r((x - y) ** 2 / (2 * x * y**2)),
        ),
        exact("MARKOV at p less that at a is x(p − a)²/2", MARKOV - MARKOV.subs(p, a), x * (p - a) ** 2 / 2),
        exact("MARKOV at a is x/(2b²) − COST", MARKOV.subs(p, a), x / (2 * b**2) - COST),
        exact("MARKOV at a is −(2 − x)²/(8x)", MARKOV.subs(p, a), -((2 - x) ** 2) / (8 * x)),
        exact(
            "x/(2b²) less MARKOV at 2 is COST at x = 2/3", light.subs(x, Rational(2, 3)), COST.subs(x, Rational(2, 3))
        ),
        exact("the slope of that in x is 1/(2b²) − 1 = (r − 1)(r + 2)/2", _at_r(light.diff(x)), (r - 1) * (r + 2) / 2),
        argument(
            "So r is the least COST, at x = y and nowhere else, r < 1 iff b > 1/√2, and then 2/3 < y < 2; r decreases "
            "in b, is 1 at b = 1/√2, and at b = 1 it is the golden ratio less 1."
        ),
    )


LONG_PROMPT: tuple[Step, ...] = (
    argument(
        "The other keys: D′ = (L − 1) e^{σ²/2} U, E U = 1. Let Y = e^{σz − σ²/2} where z ≤ σ + 1, else 0: E Y = Φ(1) > "
        "4/5, E Y² ≤ e^{σ²/2 + σ}; sums of terms ≥ 0 fall below their mean by s with probability at most "
        "exp(−s²/(2 Σ E Y²)), so P(U < 2/5) ≤ exp(−(L − 1) e^{−σ²/2 − σ}/13), below every power of L uniformly in x ≤ "
        "2 − η. There U → 1 in probability: with σ + τ for σ + 1, τ → ∞ slowly, the mean of the part kept tends to 1, "
        "its variance, at most e^{σ²/2 + στ}/(L − 1), to 0, and the mean of the rest to 0."
    ),
    argument(
        "Upper bound: where U ≥ 2/5, w ≤ min(1, 5 e^{σz}/(L e^{σ²/2})), so for every p in [0, 2] L E[w²; U ≥ 2/5 | g] "
        "≤ 25 L^MARKOV. Take p = 2 for x ≤ 2/3 and p = a, which is ≤ 2, for 2/3 ≤ x ≤ 2 − η. Beyond, Q ≤ 1, and such "
        "g have the probability ≤ 2 L^{−(1 − η/2)/b²}."
    ),
)
"""What is known of a prompt, given g; used on both sides of b = 1/√2."""


def derivation() -> Derivation:
    r"""Derive the power of L, that of log L and the constant of G, V and $R_L - R$, for $b > 1/\sqrt2$."""
    return Derivation(
        result="G ≈ πr/sin(πr) √(y/(2πb²)) L^{−r} (log L)^{−1/2}, V ≈ r²y (log L) G, "
        "R_L − R ≈ ρ(r² + 2/b − 2) y (log L) G",
        steps=(
            *exponents(),
            *LONG_PROMPT,
            argument(
                "So for b² > 1/2 and every δ > 0 there is an ε > 0 such that all g with |x − y| > δ contribute O(L^{−r "
                "− ε}) to G, also with powers of g as factors: for x ≤ 2/3 the cost falls with x to that at 2/3 ≠ y, "
                "for 2/3 ≤ x ≤ 2 − η it is COST, and 1/b² > r. Choose δ and η with 2/3 < y − δ and y + δ < 2 − η."
            ),
            argument(
                "Within δ of y: given U, at z = z_U + v/σ with z_U = z₀ + log(U(1 − 1/L))/σ, E Σ w^k = L φ(z_U)/σ "
                "∫ e^{−(z_U/σ)v − v²/(2σ²)} (1 + e^{−v})^{−k} dv, k ≥ 2, which tends to B(a, k − a), as 1 < a < 2. "
                "As w falls with U, what U > 2 gives is below what U = 2 does; for 2/5 ≤ U ≤ 2 φ(z_U)/φ(z₀) is "
                "bounded, and it tends to 1 as U does; U < 2/5 does not count. So E[Σ w^k | g] = (1 + o(1)) L φ(z₀)/σ "
                "B(a, k − a) uniformly. Q² is Σ w⁴ and a sum over pairs, whose mean is at most the square of the "
                "upper bound, smaller by a power of L as MARKOV at a is negative."
            ),
            argument(
                "G = (1 + o(1)) (1/(2πb)) ∫ B(a, 2 − a) L^{−COST} dx/x, as dg = dσ/b and dσ/σ = dx/(2x). By Laplace, "
                "with COST − r as above, ∫ L^{−COST} dx/x = (1 + o(1)) L^{−r} √(2πy³/ℓ)/y; at x = y, a = r + 1 and "
                "B(r + 1, 1 − r) = Γ(1 + r)Γ(1 − r) = πr/sin(πr)."
            ),
            exact("(1/(2πb))² 2πy³/y² = y/(2πb²)", 2 * pi * y**3 / (2 * pi * b * y) ** 2, PREFACTOR_SQUARE),
            exact("y/(2πb²) = 1/(2π(1 + b²/4)y)", _at_r(PREFACTOR_SQUARE), _at_r(1 / (2 * pi * (1 + b**2 / 4) * y))),
            argument(
                "B(a, 3 − a) and B(a, 4 − a) are B(a, 2 − a) times (1 − r)/2 and (2 − r)(1 − r)/6, by Γ(s + 1) = "
                "sΓ(s). In V = E[Q + σ²(Q − 6Σw³ + 6Q²)] and R_L − R = E[tQ + ρg²((2b − b²)Q − 6b²(Σw³ − Q²))] "
                "(A4.5.weights) σ² = b²g² may be replaced by yℓ."
            ),
            exact("1 − 6(1 − r)/2 + (2 − r)(1 − r) = r²", SPREAD, r**2),
            exact("2/b − 1 − 6(1 − r)/2 + (2 − r)(1 − r) = r² + 2/b − 2", GAIN, r**2 + 2 / b - 2),
            exact("r² y = (1 − y/2)²/y", _at_r(r**2 * y), _at_r((1 - y / 2) ** 2 / y)),
            argument(
                "r and 2/b decrease in b, so r² + 2/b − 2 changes sign once: it is r² > 0 at b = 1, and √3 − 7/4 < 0 "
                "at b = 2/√3, where r = 1/2. A head that couples more strongly has a smaller risk in a long finite "
                "prompt than in an infinite one."
            ),
        ),
    )


def boundary() -> Derivation:
    r"""Derive $L G \to \kappa$ for $b < 1/\sqrt2$, and $L G \approx \sqrt{8 \log L/(3\pi)}$ at $1/\sqrt2$."""
    light = x / (2 * b**2) - MARKOV.subs(p, 2)
    return Derivation(
        result="b < 1/√2: L G → (1 − 2b²)^{−1/2}; b = 1/√2: L G ≈ √(8 log L/(3π))",
        steps=(
            *exponents(),
            *LONG_PROMPT,
            argument(
                "For x < 2/3 fixed away from it: E Q = L e^{2σ²} E (e^{σ(2σ + n)} + D′)^{−2}, n ~ N(0, 1), and "
                "e^{2σ² + σn} is small against L e^{σ²/2}, so L E[Q | g] = (1 + o(1)) e^{σ²}, uniformly in "
                "x ≤ 2/3 − δ, and up to 2 − η it is at most 25 e^{σ²} and what is below every power."
            ),
            argument(
                "b < 1/√2: e^{b²g²} is integrable, E e^{b²g²} = (1 − 2b²)^{−1/2}, the queries beyond have the power "
                "(1 − η/2)/b² > 1, so L G converges by dominated convergence."
            ),
            exact("b² = 1/2: x/(2b²) less MARKOV at 2 is 1", light.subs(b**2, Rational(1, 2)), 1),
            argument(
                "b² = 1/2: φ(g) e^{g²/2} is constant, so g up to √(2ℓ(2/3 − δ)) give 2√(2ℓ(2/3 − δ))/√(2π), those "
                "within δ of 2/3 at most a multiple of δ√ℓ, and those beyond a power less, as COST − 1 = "
                "(x − y)²/(2xy²) with r = 1, y = 2/3. Let δ → 0."
            ),
            exact("(2/√(2π))² · 2 · 2/3 = 8/(3π)", 4 / (2 * pi) * 2 * Rational(2, 3), 8 / (3 * pi)),
        ),
    )


def _strong(coupling: Number) -> tuple[arb, arb]:
    """Return b and r; ``ValueError`` unless b > 1/√2."""
    known = exactly.rational(coupling, "coupling")
    if not (known > 0 and known**2 > Fraction(1, 2)):
        raise ValueError(f"the coupling b must exceed 1/√2, not {coupling!r}")
    return exactly.enclosed(known), _exponent(known)


def _exponent(known: Fraction) -> arb:
    return exactly.root(1 / known**2 + Fraction(1, 4)) - arb(1) / 2


def exponent(coupling: Number) -> arb:
    r"""Return the power of 1/L in G: 1 up to $b = 1/\sqrt2$, then $r = \sqrt{1/b^2 + 1/4} - 1/2$, as for V and R_L.

    ``coupling``: b > 0; ``ValueError`` otherwise. Source: derived here. Worked value: b = 1 gives (√5 − 1)/2 = 0.618….
    """
    known = exactly.rational(coupling, "coupling")
    if known <= 0:
        raise ValueError(f"the coupling b = μ·Σμ must be positive, not {coupling!r}")
    return arb(1) if known**2 <= Fraction(1, 2) else _exponent(known)


def log_power(quantity: str) -> Fraction:
    """Return the power of log L: −1/2 for "G", 1/2 for "V" and "excess", where b > 1/√2; ``ValueError`` for others.

    Source: derived here. Worked value: "V" gives 1/2.
    """
    if quantity not in ("G", "V", "excess"):
        raise ValueError(f'quantity must be "G", "V" or "excess", not {quantity!r}')
    return Fraction(-1, 2) if quantity == "G" else Fraction(1, 2)


def constant(quantity: str, coupling: Number) -> arb:
    """Return the limit of G L^r (log L)^{1/2}, or of V or (R_L − R)/ρ times L^r (log L)^{−1/2}.

    ``quantity``: "G", "V" or "excess"; ``coupling``: b > 1/√2. ``ValueError`` otherwise. Source: derived here.
    Worked value: "G" at b = 1 gives 0.7854….
    """
    log_power(quantity)
    known, power = _strong(coupling)
    at = 1 / (power + arb(1) / 2)
    leading = arb.pi() * power / (arb.pi() * power).sin()
    leading *= (at / (2 * arb.pi())).sqrt() / known
    if not leading.is_finite():
        raise ValueError(f"b = {coupling!r} is too near to 1/√2, where the constant is infinite, to be told from it")
    if quantity == "G":
        return leading
    ratio = (
        exactly.enclose(SPREAD, {r: power})
        if quantity == "V"
        else exactly.enclose(GAIN - 2 / b, {r: power}) + 2 / known
    )
    return leading * at * ratio


def constant_at_the_boundary() -> arb:
    r"""Return the limit of $L G (\log L)^{-1/2}$ at $b = 1/\sqrt2$, the root of 8/(3π). Source: derived here.

    Worked value: 0.9213….
    """
    return (8 / (3 * arb.pi())).sqrt()


def weak_constant(coupling: Number) -> arb:
    r"""Return the limit of L G for b < 1/√2, $(1 - 2b^2)^{-1/2}$; ``ValueError`` unless 0 ≤ b < 1/√2.

    Source: derived here. Worked value: b = 1/2 gives √2.
    """
    known = exactly.rational(coupling, "coupling")
    if not (known >= 0 and known**2 < Fraction(1, 2)):
        raise ValueError(f"the coupling b must lie between 0 and 1/√2, not {coupling!r}")
    return 1 / exactly.root(1 - 2 * known**2)
