r"""F, G, W of the linear head and of the head with scores cut at 0, exact for every L: w_k = s_k/L or max(s_k, 0)/L."""

from collections.abc import Callable
from fractions import Fraction
from math import prod

from sympy import Expr, Integer, Poly, Rational, Symbol, factorial2, symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, exact
from ..exact import Number
from .finite_prompt import FRESH_RISK, L
from .objective import a, b, t
from .reduction import RISK, F, G, Parts, W, rho

kept = symbols("h", positive=True)  # P(a key other than the query's own is let through): 1 or 1/2

SHARES: dict[str, Rational] = {"linear": Integer(1), "relu": Rational(1, 2)}

FRESH: dict[Symbol, Expr] = {
    F: 2 * kept * b - b**2 * (3 * kept / L + kept**2 * (1 - 1 / L)),
    G: kept * b**2 / L,
    W: Integer(0),
}

SELF: dict[Symbol, Expr] = {
    F: 2 * b * (3 + kept * (L - 1)) / L - b**2 * (15 + 9 * kept * (L - 1) + kept**2 * (L - 1) * (L - 2)) / L**2,
    G: b**2 * (3 + kept * (L - 1)) / L**2,
    W: b / L,
}

_PARTS = {"fresh": FRESH, "self": SELF}


def _normal_mean(polynomial: Expr, *normals: Symbol) -> Expr:
    """Return the expectation over independent standard normals: E z^k = (k − 1)!! for even k, 0 for odd k."""
    total = Integer(0)
    for powers, factor in Poly(polynomial, *normals).terms():
        total += factor * prod(0 if power % 2 else factorial2(power - 1) for power in powers)
    return total


def derivation() -> Derivation:
    """Derive F, G, W for symbolic L and both queries, and the risk of the linear head again."""
    g, y, z = symbols("g y z", real=True)
    one, two = b * g * kept * z**2, (b * g * kept) ** 2 * y**2 * z**2  # E over the gates
    same = b**2 * g**2 * kept * z**4

    def mean(expression: Expr) -> Expr:
        return _normal_mean(expression, g, y, z)

    own, others = b * g**3, (L - 1) * one
    square = own**2 + 2 * own * others + (L - 1) * same + (L - 1) * (L - 2) * two
    return Derivation(
        result="F, G, W of the heads w_k = s_k/L (h = 1) and w_k = max(s_k, 0)/L (h = 1/2), for every L",
        steps=(
            definition(
                "β = 1; w_k = θ_k s_k/L with θ_k = 1 for the linear head and θ_k = 1 where s_k > 0, else 0, for the "
                "other; h = E θ_k of a key that is not the query; L M = b Σ_k θ_k g z_k²."
            ),
            argument(
                "θ_k depends on the sign of g z_k only. Given g and all |z_k|, the signs of the z_k, k not the query,"
                " are independent and fair, and w_k² and w_k z_k hold z_k to even powers beside θ_k: so θ_k may be "
                "replaced by an independent number that is 1 with probability h, θ_k² = θ_k. The query's own score b "
                "g² is never cut."
            ),
            exact("fresh: L E w_k² = hb²/L", L * mean(kept * (b * g * z) ** 2) / L**2, FRESH[G]),
            exact("fresh: E[2gM − M²] = F", *_both(mean, 2 * g * one, (same + (L - 1) * two) / L, FRESH)),
            exact("self: E w_1 = b/L", mean(b * g**2) / L, SELF[W]),
            exact(
                "self: E w_1² + (L − 1) E w_k² = b²(3 + h(L − 1))/L²",
                mean((b * g**2) ** 2 + (L - 1) * kept * (b * g * z) ** 2) / L**2,
                SELF[G],
            ),
            exact("self: E[2gM − M²] = F", *_both(mean, 2 * g * (own + others) / L, square / L**2, SELF)),
            exact(
                "h = 1, fresh: t(1 + G − 2W) − ρ(F + G − 2W) is the risk of the linear head",
                RISK.subs(FRESH).subs({kept: 1, rho: a / b}),
                FRESH_RISK,
            ),
            exact(
                "h = 1, self: it is t − 2[(1 + 1/L)a + tb/L] + ab(L + 2)(L + 3)/L² + tb²(L + 2)/L²",
                RISK.subs(SELF).subs({kept: 1, rho: a / b}),
                t - 2 * ((1 + 1 / L) * a + t * b / L) + a * b * (L + 2) * (L + 3) / L**2 + t * b**2 * (L + 2) / L**2,
            ),
        ),
    )


def _both(mean: Callable[[Expr], Expr], linear: Expr, square: Expr, known: dict[Symbol, Expr]) -> tuple[Expr, Expr]:
    return mean(linear) - mean(square), known[F]


def parts(nonlinearity: str, coupling: Number, length: int, query: str) -> Parts:
    r"""Return F, G, W exactly, by evaluating ``FRESH`` or ``SELF``.

    ``nonlinearity``: "linear" or "relu"; ``coupling``: b > 0; ``length``: L ≥ 1; ``query``: "fresh" or "self";
    ``ValueError`` otherwise. Source: derived here. Worked value: linear, b = 1, L = 1, fresh: F = −1, G = 1, W = 0.
    """
    if nonlinearity not in SHARES or query not in _PARTS:
        raise ValueError(
            f"nonlinearity must be one of {', '.join(SHARES)} and query one of {', '.join(_PARTS)}, "
            f"not {nonlinearity!r} and {query!r}"
        )
    strength = exactly.rational(coupling, "coupling b")
    if strength <= 0:
        raise ValueError(f"coupling b must be positive, not {coupling}")
    share = SHARES[nonlinearity]
    values: dict[Expr, Fraction | int] = {
        kept: Fraction(share.p, share.q),
        b: strength,
        L: exactly.prompt_length(length),
    }
    return Parts(*(exactly.evaluate(_PARTS[query][part], values) for part in (F, G, W)))
