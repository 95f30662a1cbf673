"""Mean and variance of the Tracy–Widom laws, enclosed: integrals of the stored polynomials, with their tails."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache

from flint import arb
from sympy import symbols

from ..derivation import Derivation, Step, argument, certified, definition, exact
from ..exact import enclosed
from .airy_operator import bits, determinant, discrete, tail_bound
from .airy_table import HIGH, LOW, stored, stored_step, value
from .tracy_widom import checked_beta

Law = Callable[[arb, arb], arb]


def moments(beta: int) -> tuple[arb, arb]:
    """Return mean and variance of F_β, to 1e-12 and 1e-10 at least.

    Errors: ``ValueError`` unless β is 1, 2 or 4. Source: the values of Bornemann, arXiv:0904.1581. Worked value: β = 2
    gives −1.7710868074… and 0.8131947928….
    """
    return _moments(checked_beta(beta))


@cache
def _moments(beta: int) -> tuple[arb, arb]:
    with bits(128):
        law: Law = {1: lambda minus, _: minus, 2: lambda minus, plus: minus * plus}.get(beta, _average)
        first, second = _integrals(law)
        scale = arb(4).root(3) if beta == 4 else arb(1)
        return first / scale, (second - first**2) / scale**2


def _average(minus: arb, plus: arb) -> arb:
    return (minus + plus) / 2


def _integrals(law: Law) -> tuple[arb, arb]:
    """Return E s and E s² by parts: ∫_0^∞ (1 − F) − ∫_{−∞}^0 F, and 2∫_0^∞ s(1 − F) − 2∫_{−∞}^0 sF."""
    first, second = arb(0), arb(0)
    for s, weight, F in _weighted(law):
        part = weight * (1 - F if s > 0 else -F)
        first, second = first + part, second + 2 * s * part
    low, low_twice = (bound.union(arb(0)) for bound in _left(law))
    high, high_twice = (bound.union(arb(0)) for bound in _right())
    within = _within()
    return first - low + high + within, second + 2 * (low_twice + high_twice + HIGH * within)


def _weighted(law: Law) -> Iterator[tuple[arb, arb, arb]]:
    """Yield nodes, weights and F there by the polynomials alone: 40 nodes are exact for their products."""
    nodes = [arb.legendre_p_root(40, k, weight=True) for k in range(40)]
    for low, width, parts in stored():
        for t, weight in nodes:
            minus, plus = (value(part[0], 2 * t) for part in parts)
            yield low + (1 + t) * width / 2, weight * width / 2, law(minus, plus)


def _within() -> arb:
    """Return a ball of what the polynomials are off, integrated; as |d_∓| ≤ 2, products are by 5 times as much."""
    total = sum((5 * width * (parts[0][1] + parts[1][1]) for _, width, parts in stored()), arb(0))
    return arb(0, total.abs_upper())


def _left(law: Law) -> tuple[arb, arb]:
    """Bound ∫F and ∫|s|F over s < −9, by F(−9) and the slope of log F, which falls in s."""
    low, above = (law(*both) for both in _ends())
    rate = 2 * (above / low).log()
    return low / rate, low * (abs(LOW) / rate + 1 / rate**2)


@cache
def _ends() -> list[tuple[arb, arb]]:
    """Return both determinants at −9 and −8.5, with small relative errors."""
    with bits(200):
        forms = [discrete(LOW + step, 80) for step in (arb(0), arb(1) / 2)]
        return [(determinant(B, 1), determinant(B, -1)) for B in forms]


def _right() -> tuple[arb, arb]:
    """Bound ∫(1 − F) and ∫s(1 − F) over s > 13."""
    high = arb(HIGH)
    rate = high.sqrt()
    bound = 4 * tail_bound(high)
    return bound / rate, bound * (high / rate + 1 / rate**2)


def moments_derivation() -> Derivation:
    """Derive the integrals, and what encloses them."""
    s, F, slope, gap = symbols("s F F' 1−F", real=True)
    return Derivation(
        result="mean and variance of F_1, F_2, F_4",
        steps=(
            definition("d_∓ = det(1 ∓ B_s), as in D3.1."),
            exact("d/ds of sF, (F + sF'), less sF' is F", F + s * slope - s * slope, F),
            exact(
                "d/ds of −s²(1 − F), less s²F', is −2s(1 − F)", -2 * s * gap + s**2 * slope - s**2 * slope, -2 * s * gap
            ),
            argument(
                "So E s = ∫_0^∞ (1 − F) − ∫_{−∞}^0 F and E s² = 2∫_0^∞ s(1 − F) − 2∫_{−∞}^0 sF; for β = 4 first in "
                "2^(2/3)s. Each is a sum over pieces on which d_∓ is a stored polynomial, and Gauss and Legendre's "
                "rule is exact for their products."
            ),
            stored_step(),
            argument(
                "Right of 13: |d_∓ − 1| ≤ e^‖B_s‖₁ − 1, so 1 − F ≤ 4‖B_s‖₁, bounded as in D3.1 and falling faster than "
                "e^(−s√13)."
            ),
            argument(
                "Left of −9: the density of the ordered eigenvalues of a β-ensemble is log-concave, so by Prékopa's "
                "theorem the law of the largest one is, and so is its limit F. The slope of log F at −9 is at least "
                "r = 2 log(F(−8.5)/F(−9)), and ∫F ≤ F(−9)/r, ∫|s|F ≤ F(−9)(9/r + 1/r²)."
            ),
            _above("E s for F_1", moments(1)[0], "-1.206533574583", 12),
            _above("E s for F_2", moments(2)[0], "-1.771086807412", 12),
            _above("E s for F_4", moments(4)[0], "-2.05520079429", 11),
            _above("var s for F_1", moments(1)[1], "1.607781034581", 12),
            _above("var s for F_2", moments(2)[1], "0.8131947928328", 12),
            _above("var s for F_4", moments(4)[1], "0.41091758945", 10),
        ),
    )


def _above(name: str, enclosure: arb, low: str, digits: int) -> Step:
    """Return the step that a number is above ``low``, by less than a unit of that decimal."""
    end = Fraction(low)
    with bits(128):
        holds = enclosed(end) < enclosure < enclosed(end + Fraction(1, 10**digits))
    return certified(f"{low} < {name} < {low} + 10^(−{digits})", bool(holds))
