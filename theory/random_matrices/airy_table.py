r"""Both determinants det(1 ∓ B_s) of ``airy_operator`` as stored polynomials, with a bound of their errors.

``python -m theory.random_matrices.airy_table`` writes the file, in three minutes.
"""

import json
import math
from functools import cache
from pathlib import Path

from flint import acb, arb, ctx

from ..derivation import Step, argument
from .airy_operator import airy_bound, bits, determinant, discrete, middle

FILE = Path(__file__).with_suffix(".json")
LOW, HIGH = -9, 13
_BITS = 64  # of the stored integers
_WORKING = 128
_GRID = 8  # boxes a unit, where |Ai'| is bounded
_FAR = 16  # from there on by its decay


def determinants(s: arb) -> tuple[arb, arb]:
    """Return det(1 − B_s) and det(1 + B_s), to 1e-17 or so, for a ball s within [−9, 13].

    ``ValueError`` elsewhere. Worked value: s = 0 gives 0.83190806620295193 and 1.16524129….
    """
    if not LOW <= s <= HIGH:
        raise ValueError(f"s must be within [{LOW}, {HIGH}], not {s}")
    found = [_on_piece(s, low, width, parts) for low, width, parts in stored() if not (s < low or s > low + width)]
    (minus, plus), *others = found
    for other_minus, other_plus in others:  # over a joint, a point of the ball is on one piece or the other
        minus, plus = minus.union(other_minus), plus.union(other_plus)
    return minus, plus


def _on_piece(s: arb, low: float, width: float, parts: list[tuple[list[arb], arb]]) -> tuple[arb, arb]:
    twice = (4 * (s - low)) / width - 2
    minus, plus = (value(coefficients, twice) + error for coefficients, error in parts)
    return minus, plus


def value(coefficients: list[arb], twice: arb) -> arb:
    """Return Chebyshev's series at t by Clenshaw's rule, with ``twice`` 2t."""
    last, before = arb(0), arb(0)
    for coefficient in reversed(coefficients[1:]):
        last, before = coefficient + twice * last - before, last
    return coefficients[0] + twice * last / 2 - before


@cache
def stored() -> list[tuple[float, float, list[tuple[list[arb], arb]]]]:
    """Return for every piece its low end, its width and, for either determinant, coefficients and a ball of errors."""
    unit = arb(2) ** -_BITS
    with bits(_WORKING):
        return [
            (low, width, [([k * unit for k in numbers], arb(0, error * unit)) for numbers, error in parts])
            for low, width, parts in json.loads(FILE.read_text())
        ]


def stored_step() -> Step:
    """Return the step that bounds what the stored polynomials lose."""
    return argument(
        "Stored are polynomials of s on pieces of the axis: d_∓ = det(1 ∓ B_s) at nodes of Chebyshev's. For z in an "
        "ellipse with the foci at the ends of a piece |d_∓(z)| ≤ e^‖B_z‖₁, and "
        "B_z = −∫_0^∞ Ai'(z + t + ·) ⊗ 1_(0, t) dt has ‖B_z‖₁ ≤ "
        "∫_0^∞ ‖Ai'(z + t + ·)‖√t dt: bounded in boxes by ball arithmetic, right of 16 by Airy's integral "
        "and Cauchy's bound of a derivative. Interpolation at n nodes of Chebyshev's loses at most "
        "4Mρ^(1 − n)/(ρ − 1), M = max e^‖B_z‖₁ on the ellipse of ρ; what is dropped or rounded is added up."
    )


def growth(low: float, height: float) -> arb:
    r"""Return a bound of the trace norm of $B_z$ for Re z ≥ low, |Im z| ≤ any height.

    It is $\int_0^\infty \sqrt{G({\rm low} + t)\,t}\,dt$, G(x) the integral over (x, ∞) of the square of
    $\sup_{|y| \le {\rm height}} |{\rm Ai}'(\cdot + iy)|$. Worked value: 0 and 0.5 give 0.31799….
    """
    first = math.floor(low * _GRID)
    tau = arb(5) / 2
    far = airy_bound(arb(_FAR - 1), arb(height + 1), tau)  # Cauchy's bound of Ai' on a circle of radius 1
    tail = far**2 / (2 * tau)  # G there
    total = tail.sqrt() * _far_integral(arb(_FAR) - arb(first) / _GRID, tau)
    G = tail
    for k in range(_FAR * _GRID - 1, first - 1, -1):
        G = G + _peak(k, height) ** 2 / _GRID
        near, further = (arb(k - first + i) / _GRID for i in (0, 1))
        total += G.sqrt() * (further * further.sqrt() - near * near.sqrt()) * 2 / 3
    return total


def _far_integral(start: arb, tau: arb) -> arb:
    """Bound ∫_start^∞ e^{−τ(t − start)} √t dt, by √t ≤ √start (1 + (t − start)/2start)."""
    return start.sqrt() * (1 / tau + 1 / (2 * start * tau**2))


@cache
def _peak(k: int, height: float) -> arb:
    """Bound |Ai'| over k/8 ≤ Re ≤ (k + 1)/8, |Im| ≤ height: by symmetry above the axis."""
    parts = 8
    real = arb((2 * k + 1) / (2 * _GRID), 1 / (2 * _GRID))
    boxes = (acb(real, arb(height * (2 * i + 1) / (2 * parts), height / (2 * parts))) for i in range(parts))
    return max((box.airy_ai(derivative=1).abs_upper() for box in boxes), key=float)


def piece(low: float, width: float) -> list[tuple[list[int], int]]:
    """Return integer coefficients, in units of 2^−64, and the error of both determinants on a piece."""
    count, beyond = min((_needed(low, width, rho) for rho in (2.0, 3.0, 4.0, 5.0, 6.0)), key=lambda pair: pair[0])
    half = width / 2
    angles = [arb.pi() * (2 * k + 1) / (2 * count) for k in range(count)]
    forms = [discrete(arb(low) + half * (1 + angle.cos()), _BITS + 20) for angle in angles]
    made = []
    for sign in (1, -1):
        values = [determinant(form, sign) for form in forms]
        series = [
            sum((v * (j * angle).cos() for v, angle in zip(values, angles, strict=True)), arb(0)) * 2 / count
            for j in range(count)
        ]
        series[0] /= 2
        made.append(_rounded(series, beyond))
    return made


def _needed(low: float, width: float, rho: float) -> tuple[int, arb]:
    """Return how many nodes of Chebyshev's an ellipse calls for, as |det(1 ± B_z)| ≤ e^‖B_z‖₁, and what they lose."""
    half, a, b = width / 2, (rho + 1 / rho) / 2, (rho - 1 / rho) / 2
    peak = growth(low + half - half * a, half * b).exp()
    lost = (4 * peak * arb(rho) ** (1 - count) / (rho - 1) for count in range(200))
    return next((count, bound) for count, bound in enumerate(lost) if count > 8 and bound < arb(2) ** (-_BITS - 4))


def _rounded(series: list[arb], beyond: arb) -> tuple[list[int], int]:
    """Drop coefficients below 2^−64, round the others, and add up all that is lost."""
    unit = arb(2) ** -_BITS
    kept = max(j for j, c in enumerate(series) if not abs(c) < unit) + 1
    numbers = [math.floor(middle(c / unit)) for c in series[:kept]]
    lost = beyond + sum((abs(c) for c in series[kept:]), arb(0))
    lost += sum((abs(c - k * unit) for c, k in zip(series, numbers, strict=False)), arb(0))
    return numbers, math.ceil(middle((lost / unit).abs_upper()))


def main() -> None:
    """Write the file."""
    starts = [(low / 2, 0.5) for low in range(2 * LOW, -6)] + [(float(low), 1.0) for low in range(-3, HIGH)]
    ctx.prec = _WORKING
    rows = ",\n".join(json.dumps([low, width, piece(low, width)]) for low, width in starts)
    FILE.write_text(f"[\n{rows}\n]\n")


if __name__ == "__main__":
    main()
