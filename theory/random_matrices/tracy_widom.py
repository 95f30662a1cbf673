r"""The Tracy–Widom laws F_1, F_2, F_4, enclosed: distribution, density, tails, quantiles.

With $d_\mp(s) = \det(1 \mp B_s)$, $B_s$ with the kernel Ai(s + x + y) on L²(0, ∞) (``airy_operator``):
$F_1 = d_-$, $F_2 = d_- d_+$, and $F_4(s) = (d_- + d_+)/2$ at $2^{2/3}s$. All three are scaled as the edge of the
β-ensembles: the top eigenvalue of the density $\prod|\lambda_i - \lambda_j|^\beta e^{-\beta\sum\lambda^2/4}$ is
$2\sqrt n + n^{-1/6}s$. (Tracy and Widom's own $F_4$ takes $\sqrt2 s$ in place of $2^{2/3}s$.)
"""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from numbers import Integral

from flint import arb
from sympy import symbols

from ..derivation import Derivation, Step, argument, certified, exact
from ..exact import Number, enclosed, rational
from .airy_operator import Discrete, TooCoarseError, bits, certificate, determinant, discrete, middle, slope, slopes
from .airy_table import HIGH, LOW, determinants, stored_step

BETAS = (1, 2, 4)
DIGITS = 30
LEAST, MOST = -12, 20
"""The range of s: F_1(−12) is 2e-36, 1 − F_1(20) about 1e-28; further out is a matter of asymptotics."""
_ROUNDS = 64  # of more and more bits; in the range 10 do


def derivation() -> Derivation:
    """Derive the three laws from two determinants, and what their quadrature loses."""
    root, growth = symbols("√F_2 e^(I/2)", positive=True)  # I = ∫_s^∞ q
    F_1, F_2 = root / growth, root**2
    return Derivation(
        result="F_1 = det(1 − B_s), F_2 = det(1 − B_s) det(1 + B_s), F_4 = (det(1 − B_s') + det(1 + B_s'))/2 at "
        "s' = 2^(2/3)s, with a bound of the error of the quadrature",
        steps=(
            argument(
                "F_1(s) = det(1 − B_s): Ferrari and Spohn, the kernel ½Ai((x + y)/2) on (s, ∞) moved to (0, ∞) and "
                "halved. F_2 is the determinant of 1 less the kernel of Airy, ∫_0^∞ Ai(x + t)Ai(y + t) dt on (s, ∞), "
                "which is B_s² there: (1 − B_s)(1 + B_s)."
            ),
            exact(
                "√F_2 cosh(I/2) = (F_1 + F_2/F_1)/2 with F_1 = √F_2 e^(−I/2)",
                root * (growth + 1 / growth) / 2,
                (F_1 + F_2 / F_1) / 2,
            ),
            argument(
                "This is Tracy and Widom's law for β = 4, up to the scale of s, and F_2/F_1 = det(1 + B_s). The edge "
                "of the β-ensemble at 2√n + n^(−1/6)s has it at 2^(2/3)s; Tracy and Widom's own variable takes √2 s."
            ),
            *certificate(),
            stored_step(),
            _within("F_1(−2)", cdf(-2, 1), "0.274320197909217857671631047613"),
            _within("F_2(−2)", cdf(-2, 2), "0.413224142505122554688080761371"),
            _within("F_4(−1)", cdf(-1, 4), "0.945646485679962319342473075497"),
        ),
    )


def density_derivation() -> Derivation:
    """Derive the densities from the resolvents of ±B_s at the end of the interval."""
    minus, plus, slope_minus, slope_plus, e = symbols("d_− d_+ l_− l_+ ε", real=True)
    product = minus * (1 + e * slope_minus) * plus * (1 + e * slope_plus)
    return Derivation(
        result="F_1' = d_− l_−, F_2' = d_− d_+ (l_− + l_+), F_4' = 2^(2/3)(d_− l_− + d_+ l_+)/2, l = (log d)'",
        steps=(
            *slopes(),
            exact(
                "d/dε of d_−(1 + εl_−) d_+(1 + εl_+) at ε = 0 is d_− d_+ (l_− + l_+)",
                product.diff(e).subs(e, 0),
                minus * plus * (slope_minus + slope_plus),
            ),
            _within("F_2'(−2)", density(-2, 2), "0.441381801861778401927894374324"),
        ),
    )


def transcendent_derivation() -> Derivation:
    """Derive q from the two determinants."""
    both, q = symbols("∫q² q", real=True)
    return Derivation(
        result="q = (log d_−)' − (log d_+)'",
        steps=(
            argument(
                "Tracy and Widom: F_2 = exp(−∫_s^∞ (x − s)q²), F_1 = √F_2 exp(−½∫_s^∞ q) for the solution of "
                "q'' = sq + 2q³ with q ~ Ai. So (log d_−)' = ½(∫q² + q) and, with d_+ = F_2/F_1, (log d_+)' = "
                "½(∫q² − q), integrals over (s, ∞)."
            ),
            exact("(∫q² + q)/2 − (∫q² − q)/2 = q", (both + q) / 2 - (both - q) / 2, q),
            *slopes(),
            _within("q(0)", hastings_mcleod(0), "0.367061551548078427747792113175"),
        ),
    )


def _within(name: str, enclosure: arb, low: str) -> Step:
    """Return the step that a number is above ``low``, by less than a unit of its last, 30th decimal."""
    end = Fraction(low)
    with bits(160):
        holds = enclosed(end) < enclosure < enclosed(end + Fraction(1, 10**DIGITS))
    return certified(f"{low} < {name} < {low} + 10^(−{DIGITS})", bool(holds))


def cdf(s: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return F_β(s), enclosed, to that many digits (relative to F).

    Errors: ``ValueError`` if s is not within [−12, 20], β not 1, 2 or 4, digits not from 1 to 100, or far
    to the left more digits than 400 nodes give (60 do at s = −12, β = 1). Source: Ferrari, Spohn,
    doi:10.1088/0305-4470/38/33/L02 (F_1); Bornemann, arXiv:0804.2543 (determinants by quadrature). Worked value:
    F_2(−2) = 0.413224142505122554688….
    """
    return _to(digits, s, beta, _cdf)


def fast_cdf(s: Number, beta: int) -> arb:
    """Return F_β(s), enclosed to 1e-17 or so, from stored polynomials: 20 μs.

    Left of −9 (of −5.67 for β = 4) it is an interval from 0, right of 13 (of 8.19) one to 1, for any finite s. Errors
    as ``cdf`` otherwise. Worked value: F_1(0) is 0.83190806620295193.
    """
    point = _checked(s, beta, DIGITS)
    with bits(96):
        ball = enclosed(point) * (_four() if beta == 4 else 1)
        inside = LOW <= ball <= HIGH
        step = arb(2) ** -64  # inwards, so that a ball over an end is on one side of it; F increases
        minus, plus = determinants(ball if inside else LOW + step if ball < 0 else HIGH - step)
        value = {1: minus, 2: minus * plus, 4: (minus + plus) / 2}[beta]
        return value if inside else value.union(arb(0 if ball < 0 else 1))


def survival(s: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return 1 − F_β(s), to that many digits of its own; arguments and errors as ``cdf``.

    Worked value: 1 − F_2(5) = 5.3178e-10.
    """
    return _to(digits, s, beta, _survival)


def log_cdf(s: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return log F_β(s); arguments and errors as ``cdf``. Worked value: log F_2(−12) = −144.447…."""
    return _to(digits, s, beta, _log_cdf)


def log_survival(s: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return log(1 − F_β(s)); arguments and errors as ``cdf``. Worked value: log(1 − F_1(12)) = −31.554…."""
    return _to(digits, s, beta, _log_survival)


def density(s: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return F_β'(s); arguments and errors as ``cdf``. Worked value: F_2'(−2) = 0.4…."""
    return _to(digits, s, beta, _density)


def hastings_mcleod(s: Number, digits: int = DIGITS) -> arb:
    """Return q(s) = (log d_−)' − (log d_+)', which solves q'' = sq + 2q³ with q ~ Ai at ∞; errors as ``cdf``.

    Worked value: q(0) = 0.36706155154807842774….
    """
    return _to(digits, s, 2, _transcendent)


def quantile(p: Number, beta: int, digits: int = DIGITS) -> arb:
    """Return the s with F_β(s) = p, to that many digits behind the point.

    Errors: ``ValueError`` if p is not in (F_β(−12), F_β(20)); else as ``cdf``. Worked value: the median of F_1 is
    −1.2686….
    """
    level = rational(p, "probability p")
    if not 0 < level < 1:
        raise ValueError(f"probability p must be within (0, 1), not {p}")
    _checked(0, beta, digits)
    upper = level > Fraction(1, 2)  # there the complement keeps its digits
    tail, goal = (survival, 1 - level) if upper else (cdf, level)
    s, width = _near(lambda s: (tail(s, beta, 6) > enclosed(goal)) != upper), Fraction(1, 10**digits)
    with bits(4 * digits + 64):
        known = 5
        for _ in range(40):
            known = min(2 * known, digits + 3)  # digits: Newton's step doubles them
            found = tail(s, beta, known)
            step = (found / enclosed(goal)).log() * found / density(s, beta, min(known, 16))  # for the logarithm
            s -= middle(-step if upper else step)
            if abs(step) < enclosed(width / 4):
                break
        below, above = (tail(end, beta, digits + 6) for end in sorted((s - width, s + width), reverse=upper))
        if not below < enclosed(goal) < above:
            raise ArithmeticError("the quantile was not enclosed")
        return enclosed(s) + arb(0, enclosed(width).abs_upper())


def _near(beyond: Callable[[Fraction], bool]) -> Fraction:
    """Return a point within 1/8 of where a predicate becomes true; ``ValueError`` if not in the range of s."""
    low, high = Fraction(-4), Fraction(2)
    while low > LEAST and beyond(low):
        low = max(2 * low, Fraction(LEAST))
    while high < MOST and not beyond(high):
        high = min(2 * high, Fraction(MOST))
    if beyond(low) or not beyond(high):
        raise ValueError(f"the quantile must be within [{LEAST}, {MOST}]: probability p is too near to 0 or 1")
    while high - low > Fraction(1, 8):
        middle = (low + high) / 2
        low, high = (low, middle) if beyond(middle) else (middle, high)
    return (low + high) / 2


def _cdf(B: Discrete, beta: int) -> arb:
    if beta == 1:
        return determinant(B, 1)
    minus, plus = determinant(B, 1), determinant(B, -1)
    return minus * plus if beta == 2 else (minus + plus) / 2


def _survival(B: Discrete, beta: int) -> arb:
    return 1 - _cdf(B, beta)


def _log_cdf(B: Discrete, beta: int) -> arb:
    return _cdf(B, beta).log()


def _log_survival(B: Discrete, beta: int) -> arb:
    return _survival(B, beta).log()


def _transcendent(B: Discrete, beta: int) -> arb:
    return slope(B, 1) - slope(B, -1)


def _density(B: Discrete, beta: int) -> arb:
    minus = determinant(B, 1)
    slope_of_minus = slope(B, 1)
    if beta == 1:
        return minus * slope_of_minus
    plus, slope_of_plus = determinant(B, -1), slope(B, -1)
    if beta == 2:
        return minus * plus * (slope_of_minus + slope_of_plus)
    return _four() * (minus * slope_of_minus + plus * slope_of_plus) / 2


def _four() -> arb:
    """Return the factor of s for β = 4, 2^(2/3)."""
    return arb(4).root(3)


def _checked(s: Number, beta: int, digits: int) -> Fraction:
    point = rational(s, "s")
    checked_beta(beta)
    if not isinstance(digits, Integral) or isinstance(digits, bool) or not 1 <= digits <= 100:
        raise ValueError(f"digits must be an integer from 1 to 100, not {digits!r}")
    return point


def checked_beta(beta: int) -> int:
    """Return β; ``ValueError`` unless it is the integer 1, 2 or 4. Worked value: 2 gives 2."""
    if not isinstance(beta, Integral) or isinstance(beta, bool) or beta not in BETAS:
        raise ValueError(f"β must be 1, 2 or 4, not {beta!r}")
    return int(beta)


def _to(digits: int, s: Number, beta: int, formula: Callable[[Discrete, int], arb]) -> arb:
    """Evaluate with as many bits as it takes."""
    point = _checked(s, beta, digits)
    if not LEAST <= point <= MOST:
        raise ValueError(f"s must be within [{LEAST}, {MOST}], not {s!r}")
    return _evaluated(digits, point, beta, formula)


@lru_cache(maxsize=1024)
def _evaluated(digits: int, point: Fraction, beta: int, formula: Callable[[Discrete, int], arb]) -> arb:
    wanted = math.ceil(digits * math.log2(10)) + 2
    stretched = float(point) * (2 ** (2 / 3) if beta == 4 else 1)
    guard = 12 + round(1.4 * max(0.0, -stretched) ** 1.5)  # 1 − B_s has eigenvalues of that many bits
    for _ in range(_ROUNDS):
        with bits(wanted + 2 * guard + 24):
            ball = enclosed(point) * (_four() if beta == 4 else 1)
            try:
                value = formula(discrete(ball, wanted + guard), beta)
                missing = wanted - value.rel_accuracy_bits()
            except TooCoarseError:
                missing = guard
        if missing <= 0:
            return value
        guard += min(missing, 200) + 4
    raise TooCoarseError(f"s = {point} to {digits} digits takes more than {guard} bits beside them")
