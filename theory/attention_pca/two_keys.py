r"""The softmax head in a prompt of two keys, β = 1: F, G, W as integrals over one product of normals, enclosed.

Two weights depend on one difference of scores, whose density is that of a product of normals, a Bessel function K_0.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

from flint import acb, arb, ctx, fmpz
from sympy import symbols

from .. import exact as exactly
from ..derivation import Derivation, argument, certified, definition, exact
from ..exact import Number
from .reduction import Parts

_BITS = 80
_MORE_BITS = 4  # for each unit of |z| in K_ν(z), whose series cancels to e^{−2|z|}
_ASYMPTOTIC = 40  # from this |z| on the expansion for large z is good to all bits
_LEAST = -83  # of log x up to x = 1; from there on the integrals run over x itself, in pieces
_PIECES = (1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96)
_GOAL = arb(2) ** -36  # of one piece; the enclosures say what was reached
_ROUGH = arb(2) ** -16
_KNOWN: dict[tuple[Any, ...], acb] = {}  # values of K_0 and K_1 at working precision, by order and ball
_LEFT_OUT = 40  # bits: 2^{−40} bounds all that the two cuts leave out, see ``derivation``


def derivation() -> Derivation:
    r"""Derive the integrals for L = 2, and check their densities."""
    with ctx.workprec(_BITS):
        total_fresh = _average(lambda x, k0, xk1: k0 * 2)
        total_self = _average(lambda x, k0, xk1: 2 * k0 * x.cosh(), scale=2, goal=_ROUGH)
    g, z_1, z_2, w_2, tau = symbols("g z₁ z₂ w₂ τ", real=True)
    mean, square = (1 - w_2) * g + w_2 * z_2, (1 - w_2) ** 2 + w_2**2
    fresh = ((1 + tau) * z_1 + (1 - tau) * z_2) / 2
    return Derivation(
        result="L = 2, softmax: F, G, W are integrals of K_0 and K_1 against tanh (fresh) and 1/cosh² (self)",
        steps=(
            definition(
                "L = 2. Fresh: u = (z_1 − z_2)/√2, v = (z_1 + z_2)/√2, x = gu, τ = w_1 − w_2 = tanh(bx/√2). "
                "Self: h = g − z_2, x = gh, w_2 = 1/(1 + e^{bx})."
            ),
            argument(
                "∫_0^∞ h^{ν−1} e^{−A/h² − Bh²} dh = (A/B)^{ν/4} K_{ν/2}(2√(AB)) (DLMF 10.32.10). Fresh: g, u are "
                "independent standard normals, so x has the density K_0(|x|)/π, and E[u²; x] = |x| K_1(|x|)/π. Self: "
                "(g, h) has the density e^{gh − g² − h²/2}/(2π), so x has the density e^x K_0(√2|x|)/π, and E[h²; x] = "
                "e^x √2|x| K_1(√2|x|)/π."
            ),
            exact("fresh: w_1² + w_2² = (1 + τ²)/2", ((1 + tau) / 2) ** 2 + ((1 - tau) / 2) ** 2, (1 + tau**2) / 2),
            exact("fresh: M = (z_1 + z_2)/2 + (z_1 − z_2)τ/2", fresh, (z_1 + z_2) / 2 + (z_1 - z_2) * tau / 2),
            argument(
                "That is (v + uτ)/√2, and v is independent of the rest, so G = (1 + E τ²)/2, E gM = E xτ/√2, "
                "E M² = 1/2 + E u²τ²/2, W = 0."
            ),
            exact("self: g − M = w_2(g − z_2)", g - mean, w_2 * (g - z_2)),
            exact("self: 1 + Σ w² − 2w_1 = 2w_2²", 1 + square - 2 * (1 - w_2), 2 * w_2**2),
            argument(
                "So 1 − F = E w_2² h², 1 + G − 2W = 2 E w_2², W = 1 − E w_2. All integrands are folded onto x > 0."
            ),
            argument(
                "The integrals run over x from e^{−83} to 96. Below: K_0(y) ≤ K_½(y) = √(π/2y) e^{−y}, as K_ν grows "
                "with ν, and yK_1(y) ≤ 1, so each leaves out less than 4√e^{−83} < 2^{−55}. Above: K_1(y) ≤ "
                "K_{3/2}(y) = √(π/2y) e^{−y}(1 + 1/y), so with the factor e^x at most, and x at most, as √2 − 1 > "
                "0.41, each leaves out less than 96² e^{−0.41·96} < 2^{−43}. Each average is widened by 2^{−40}."
            ),
            certified("∫ K_0(|x|) dx/π = 1 within the enclosure", total_fresh.contains(1)),
            certified("∫ e^x K_0(√2|x|) dx/π = 1 within the enclosure", total_self.contains(1)),
        ),
    )


def parts(coupling: Number, query: str) -> Parts:
    r"""Return enclosures of F, G, W of the softmax head at L = 2, β = 1.

    ``coupling``: 0 < b ≤ 8; ``query``: "fresh" or "self"; ``ValueError`` otherwise. Source: derived here.
    Worked value: at b = 2 a self query has W = G = 0.690….
    """
    strength = exactly.rational(coupling, "coupling b")
    if not 0 < strength <= 8:
        raise ValueError(f"coupling b must be in (0, 8], where the integrals are cut safely, not {coupling}")
    if query not in ("fresh", "self"):
        raise ValueError(f"query must be fresh or self, not {query!r}")
    return _enclosed(strength, query)


def self_errors(coupling: Number) -> tuple[arb, arb]:
    """Return enclosures of P = 1 + G − 2W and Q = 1 − F for a self query; errors as ``parts``.

    Worked value: b = 2 gives 0.309… and 0.126….
    """
    found = parts(coupling, "self")
    F, G, W = (
        number if isinstance(number, arb) else exactly.enclosed(number) for number in (found.F, found.G, found.W)
    )
    return 1 + G - 2 * W, 1 - F


@cache
def _enclosed(strength: Fraction, query: str) -> Parts:
    with ctx.workprec(_BITS):
        return _fresh(strength) if query == "fresh" else _self(strength)


def _fresh(strength: Fraction) -> Parts:
    slope = exactly.enclosed(strength) / arb(2).sqrt()
    squared = _average(lambda x, k0, xk1: 2 * k0 * (slope * x).tanh() ** 2)
    linear = _average(lambda x, k0, xk1: 2 * k0 * x * (slope * x).tanh())
    spread = _average(lambda x, k0, xk1: 2 * xk1 * (slope * x).tanh() ** 2)
    return Parts(F=arb(2).sqrt() * linear - (1 + spread) / 2, G=(1 + squared) / 2, W=arb(0))


def _self(strength: Fraction) -> Parts:
    b = exactly.enclosed(strength)

    def seldom(x: acb) -> acb:  # e^x w_2² + e^{−x} w_1², of x and −x
        return (((1 - 2 * b) * x).exp() + (-x).exp()) / (1 + (-b * x).exp()) ** 2

    square = _average(lambda x, k0, xk1: k0 * seldom(x), scale=2)
    spread = _average(lambda x, k0, xk1: xk1 * seldom(x), scale=2)
    other = _average(lambda x, k0, xk1: k0 * (((1 - b) * x).exp() + (-x).exp()) / (1 + (-b * x).exp()), scale=2)
    return Parts(F=1 - spread, G=2 * square - 1 + 2 * (1 - other), W=1 - other)


def _average(integrand: Callable[[acb, acb, acb], acb], scale: int = 1, goal: arb = _GOAL) -> arb:
    """Enclose ∫_0^∞ f(x, K_0(y), yK_1(y)) dx/π with y = x √scale, up to the cuts."""
    root = arb(scale).sqrt()

    def at(x: acb) -> acb:
        y = root * x
        return integrand(x, _bessel(y, 0), y * _bessel(y, 1))

    def integral(function: Callable[[acb], acb], begin: int, end: int) -> arb:
        return acb.integral(lambda x, _: function(x), begin, end, rel_tol=goal, abs_tol=goal).real

    near = integral(lambda u: at(u.exp()) * u.exp(), _LEAST, 0)
    far = sum((integral(at, begin, end) for begin, end in pairwise(_PIECES)), arb(0))
    return (near + far) / arb.pi() + arb(0, arb(2) ** -_LEFT_OUT)


def _bessel(z: acb, order: int) -> acb:
    r"""Enclose K_0 or K_1 on a ball in Re z > 0, where |K_ν(z)| ≤ K_ν(Re z) and so |K_ν′| ≤ K_{ν+1}(least Re z).

    The first as K_ν(z) = ∫_0^∞ e^{−z cosh t} cosh νt dt, the second as |K_0′| = |K_1| and |K_1′| = |K_0 + K_2|/2 ≤ K_2.
    """
    if not (z.is_finite() and z.real.lower() > 0):
        return acb("nan")
    key = (order, *_digits(z.real), *_digits(z.imag))
    if key not in _KNOWN:  # all integrals ask for nearly the same balls
        _KNOWN[key] = _new_bessel(z, order)
    return _KNOWN[key]


def _digits(ball: arb) -> tuple[tuple[fmpz, fmpz], tuple[fmpz, fmpz]]:
    return ball.mid().man_exp(), ball.rad().man_exp()


def _new_bessel(z: acb, order: int) -> acb:
    middle = acb(z.real.mid(), z.imag.mid())
    least = z.real.lower()
    size = float(abs(middle))
    with ctx.workprec(_BITS + (int(_MORE_BITS * size) if size < _ASYMPTOTIC else 0)):
        slope, most, value = least.bessel_k(order + 1), least.bessel_k(order), middle.bessel_k(order)
    reach = (slope * abs(z - middle)).upper()
    if reach > most:
        return acb(arb(0, most.upper()), arb(0, most.upper()))
    return value + acb(arb(0, reach), arb(0, reach))
