r"""The law F(x; w) of the top eigenvalue with a spike in the critical window, $\theta = \sqrt\gamma(1 - w/m)$.

$F_x + \frac2\beta F_{ww} + (x - w^2)F_w = 0$, with $F \to 1$ as $x, w \to \infty$ together and $F \to 0$ as
$w \to -\infty$, x bounded above. Its numbers are estimates, by finite differences at three resolutions; the error is
estimated too, and nothing is enclosed.
"""

from dataclasses import dataclass
from functools import cache
from math import atan, comb, cos, erfc, floor, inf, pi, sin, sqrt, tan

from sympy import Expr, diff, symbols

from ..derivation import Derivation, Step, argument, definition, exact, heuristic
from .edge import convergence, row_zero, scaling

START, STOP = 13.0, -10.0  # x, where the solution starts and ends
LOWEST, HIGHEST, LEAST_W = -9.0, 10.0, -2.5
KAPPA = 3  # w = −κ cot φ
ANGLES, STEPS = 60, 230  # of the coarsest grid; twice and four times as many on the others
STENCIL = 8

x, beta, t, kappa = symbols("x β t κ", positive=True)
first, second = symbols("F' F''")
_SINE, _COSINE = 2 * t / (1 + t**2), (1 - t**2) / (1 + t**2)  # t = tan(φ/2), of which the rational functions are exact
_SPEED = 2 / (1 + t**2)  # dφ = 2 dt/(1 + t²)
SLOPE: Expr = _SINE**2 / kappa
"""dφ/dw."""
DIFFUSION: Expr = 2 * _SINE**4 / (beta * kappa**2)
DRIFT: Expr = 4 * _SINE**3 * _COSINE / (beta * kappa**2) + x * _SINE**2 / kappa - kappa * _COSINE**2
"""−F_x = DIFFUSION F_φφ + DRIFT F_φ."""


@dataclass(frozen=True)
class Estimate:
    """A number and an estimate of its error, neither of them enclosed."""

    value: float
    error: float


def derivation() -> Derivation:
    """Derive the equation of F(x; w) and the scaling of the window; how its numbers are found is not a proof."""
    return Derivation(
        result="P(nλ ≤ μ + σx) → F(x; w) for θ = √γ(1 − w/m), F_x + (2/β)F_ww + (x − w²)F_w = 0, β = 1",
        steps=(*scaling(), *row_zero(), *convergence(), *equation(), *_angle(), _NUMBERS),
    )


def rate_derivation() -> Derivation:
    """Say why the limit is reached at the rate n^{−1/3}: what is left out is of the relative order 1/m."""
    m_over, g_over, w_over = symbols("m g w", positive=True)
    left = w_over * (1 + g_over) / (1 + g_over - g_over * w_over / m_over)
    return Derivation(
        result="P(nλ ≤ μ + σx) − F(x; w) = O(1/m), 1/m of the order n^{−1/3}",
        steps=(
            *row_zero(),
            exact(
                "w(1 + g)/(1 + g − gw/m) − w = (w²/m) g/(1 + g − gw/m)",
                left - w_over,
                w_over**2 / m_over * g_over / (1 + g_over - g_over * w_over / m_over),
            ),
            heuristic(
                "So the boundary condition is reached to the order 1/m, as are centring (D3.2) and noise; that F moves "
                "in proportion, and that these do not cancel, is not shown."
            ),
        ),
    )


def equation() -> tuple[Step, ...]:
    """Return the steps from the stochastic Airy operator to the equation."""
    value, slope, bend = symbols("f f′ f″")
    rate = bend / value - (slope / value) ** 2
    return (
        definition("P(−Λ ≤ x) = F(x; w). Let f″ = (t + x + (2/√β)b′)f, f′(0) = w f(0), and p = f′/f."),
        exact("(f′/f)′ = f″/f − p²", (bend * value - slope**2) / value**2, rate),
        argument(
            "So dp = (t + x − p²)dt + (2/√β)db, p(0) = w, and Λ ≥ −x iff f has no zero (Sturm), iff p does not explode "
            "to −∞. By t + x for t, F(x; w) is the probability that p, started at the time x from w, does not: with "
            "the generator (1/2)(4/β)∂²_w + (x − w²)∂_w, F_x + (2/β)F_ww + (x − w²)F_w = 0."
        ),
        argument(
            "p stays near √x once it is there for large x, so F → 1 as x, w → ∞ together; from w → −∞ it explodes "
            "before the noise acts, so F → 0. A bounded solution with these limits is F: it is a martingale along p."
        ),
    )


def _angle() -> tuple[Step, ...]:
    """Return the steps to the variable φ."""

    def by_angle(formula: Expr) -> Expr:
        return diff(formula, t) / _SPEED

    return (
        definition("w = −κ cot φ, 0 < φ ≤ π, with φ = π for w = ∞; t = tan(φ/2), s = sin φ, c = cos φ."),
        exact("dw/dφ = κ/s²", by_angle(-kappa * _COSINE / _SINE), kappa / _SINE**2),
        exact(
            "(2/β)F_ww + (x − w²)F_w = (2s⁴/(βκ²))F'' + (4s³c/(βκ²) + xs²/κ − κc²)F', F_w = (s²/κ)F', ' = d/dφ",
            2 / beta * SLOPE * (SLOPE * second + by_angle(SLOPE) * first)
            + (x - (kappa * _COSINE / _SINE) ** 2) * SLOPE * first,
            DIFFUSION * second + DRIFT * first,
        ),
        argument(
            "At both ends s = 0 and −F_x = −κF': as x falls, values move from φ = 0, where F = 0, to φ = π, where no "
            "condition is needed."
        ),
    )


_NUMBERS = heuristic(
    "Numbers: from Φ((w + √x)√β x^{1/4}) at x = 13, the law of not exploding from near −√x, whose error dies out as x "
    "falls; central differences in φ, the trapezoidal rule in x, three resolutions, extrapolated. The error is "
    "estimated by the last extrapolation and not enclosed."
)


def estimate(x: float, w: float, beta: float = 1) -> Estimate:
    """Return F(x; w), estimated, with its error, about 1e-8.

    Errors: ``ValueError`` unless −9 ≤ x ≤ 10, w ≥ −2.5 (inf is allowed) and 1 ≤ β ≤ 4.
    Source: Bloemendal, Virág, arXiv:1011.1877. Worked value: F(0; ∞) = F_1(0) = 0.83190807.
    """
    if not LOWEST <= x <= HIGHEST:
        raise ValueError(f"x must be from {LOWEST:g} to {HIGHEST:g}, not {x!r}")
    if not w >= LEAST_W:
        raise ValueError(f"w must be at least {LEAST_W:g}, not {w!r}")
    if not 1 <= beta <= 4:
        raise ValueError(f"β must be from 1 to 4, not {beta!r}")
    return _table(float(beta)).at(float(x), angle_of(float(w)))


def angle_of(w: float) -> float:
    """Return φ in (0, π] with w = −κ cot φ. Worked value: w = 0 gives π/2."""
    if w == inf:
        return pi
    return pi / 2 + atan(w / KAPPA)


@dataclass(frozen=True)
class Table:
    """F at x = START, START − h, … (rows) and φ = 0, …, π (columns), and what the last extrapolation changed."""

    values: list[list[float]]
    changes: list[list[float]]

    def at(self, x: float, angle: float) -> Estimate:
        """Interpolate by polynomials, of two degrees."""
        row, column = (START - x) * (len(self.values) - 1) / (START - STOP), angle * ANGLES / pi

        def interpolated(points: int) -> tuple[float, float]:
            over_rows = _weights(row, len(self.values), points)
            over_columns = _weights(column, ANGLES + 1, points)
            total = sum(u * v * self.values[i][j] for i, u in over_rows for j, v in over_columns)
            return total, max(abs(self.changes[i][j]) for i, _ in over_rows for j, _ in over_columns)

        (value, change), (lower, _) = interpolated(STENCIL), interpolated(STENCIL - 2)
        return Estimate(min(max(value, 0.0), 1.0), change + abs(value - lower) + 1e-12)


def _weights(place: float, length: int, points: int) -> list[tuple[int, float]]:
    """Return the indices and weights of Lagrange's interpolation from the nearest ``points`` integers."""
    begin = min(max(floor(place) - points // 2 + 1, 0), length - points)
    near = range(begin, begin + points)
    found = []
    for i in near:
        weight = 1.0
        for j in near:
            if j != i:
                weight *= (place - j) / (i - j)
        found.append((i, weight))
    return found


@cache
def _table(beta: float) -> Table:
    """Solve at three resolutions, and extrapolate: errors are of the orders 2 and 4 in the steps together."""
    one, two, four = (_solved(beta, factor) for factor in (1, 2, 4))
    upper, changes = [], []
    for r, u, v in zip(one, two, four, strict=True):
        lower = [(4 * q - p) / 3 for p, q in zip(r, u, strict=True)]
        finer = [(4 * q - p) / 3 for p, q in zip(u, v, strict=True)]
        upper.append([(16 * q - p) / 15 for p, q in zip(lower, finer, strict=True)])
        changes.append([p - q for p, q in zip(upper[-1], finer, strict=True)])
    return Table(upper, changes)


def _solved(beta: float, factor: int) -> list[list[float]]:
    """Return F on the coarsest grid, found on one with ``factor`` times as many steps in either direction."""
    n, steps = ANGLES * factor, STEPS * factor
    h, half = pi / n, (START - STOP) / steps / 2
    angles = [j * h for j in range(n + 1)]
    spread = [2 * sin(u) ** 4 / (beta * KAPPA**2) / h**2 for u in angles]
    moving = [(4 * sin(u) ** 3 * cos(u) / (beta * KAPPA**2) - KAPPA * cos(u) ** 2) / (2 * h) for u in angles]
    with_x = [sin(u) ** 2 / KAPPA / (2 * h) for u in angles]
    F = [0.0, *(_survival(-KAPPA / tan(u), beta) for u in angles[1:-1]), 1.0]
    rows = [F[::factor]]
    for step in range(steps):
        now, then = START - 2 * half * step, START - 2 * half * (step + 1)
        known = _advanced(F, now, half, spread, moving, with_x)
        F = _solve_implicit(known, then, half, spread, moving, with_x)
        if (step + 1) % factor == 0:
            rows.append(F[::factor])
    return rows


def _survival(w: float, beta: float) -> float:
    """Return F(START; w), near enough: the chance not to explode of p linearised about −√x."""
    return erfc(-(w + sqrt(START)) * sqrt(beta) * START**0.25 / sqrt(2)) / 2


_GHOST = [(-1) ** i * comb(6, i + 1) for i in range(6)]
"""The value beyond π from the last six, by a polynomial."""


def _advanced(
    F: list[float], x: float, half: float, spread: list[float], moving: list[float], with_x: list[float]
) -> list[float]:
    """Return F + half (DIFFUSION F'' + DRIFT F'), but for φ = 0."""
    beyond = [*F, sum(weight * F[-1 - i] for i, weight in enumerate(_GHOST))]
    return [
        f + half * (a * (left - 2 * f + right) + (b + x * c) * (right - left))
        for left, f, right, a, b, c in zip(F, F[1:], beyond[2:], spread[1:], moving[1:], with_x[1:], strict=False)
    ]


def _solve_implicit(
    known: list[float], x: float, half: float, spread: list[float], moving: list[float], with_x: list[float]
) -> list[float]:
    """Return the F, 0 at φ = 0, with F − half (DIFFUSION F'' + DRIFT F') as ``known``, by elimination."""
    n = len(known)
    base, slope = [0.0], [0.0]  # F_j = base_j + slope_j F_{j+1}
    p = q = 0.0
    for f, a, b, c in zip(known[:-1], spread[1:], moving[1:], with_x[1:], strict=False):
        drift = b + x * c
        left = half * (a - drift)
        pivot = 1 / (1 + 2 * half * a - left * q)
        p, q = (f + left * p) * pivot, half * (a + drift) * pivot
        base.append(p)
        slope.append(q)
    parts = [(0.0, 1.0)]  # of F_n, F_{n−1}, …: constant, and multiple of F_n
    for i in range(1, 6):
        constant, multiple = parts[-1]
        parts.append((base[n - i] + slope[n - i] * constant, slope[n - i] * multiple))
    fixed, free = (sum(weight * part[k] for weight, part in zip(_GHOST, parts, strict=True)) for k in (0, 1))
    drift = moving[n] + x * with_x[n]
    left, right = half * (spread[n] - drift), half * (spread[n] + drift)
    last = (known[-1] + left * parts[1][0] + right * fixed) / (
        1 + 2 * half * spread[n] - left * parts[1][1] - right * free
    )
    F = [last]
    for p, q in zip(reversed(base[1:]), reversed(slope[1:]), strict=True):
        F.append(p + q * F[-1])
    return [0.0, *reversed(F)]
