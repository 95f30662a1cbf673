from fractions import Fraction

import pytest
from mpmath import diff, findroot, mp, mpf, polyval, sqrt
from sympy import Expr, cancel, symbols
from sympy import diff as derivative
from sympy import sqrt as root

from tests.theory.random_matrices.test_fluctuations import resolvent
from theory.random_matrices import overlap_bias, overlaps
from theory.random_matrices.spiked import gamma, theta

POINTS = [(Fraction(2), Fraction(2, 5)), (Fraction(1), Fraction(1, 4)), (Fraction(4), Fraction(4))]


def test_every_exact_step_holds() -> None:
    steps = overlap_bias.derivation().steps
    assert {step.residual for step in steps if step.kind == "exact"} == {"0"}


def test_worked_value() -> None:
    assert overlap_bias.overlap_bias(2, 1) == Fraction(-5, 3)


def mean(x: mpf, c: mpf) -> mpf:
    """Return n times the mean of tr(x − W)⁻¹/n less its limit: of the masses that D1.1.correction has, and d − 1."""
    low, high = (1 - sqrt(c)) ** 2, (1 + sqrt(c)) ** 2
    arcsine = 1 / sqrt((x - low) * (x - high))
    return (1 / (x - low) + 1 / (x - high)) / 4 - arcsine / 2 - diff(lambda ratio: resolvent(x, ratio), c)


@pytest.mark.parametrize(("strength", "aspect"), POINTS)
def test_against_roots_of_moved_functions(strength: Fraction, aspect: Fraction) -> None:
    """The outlier equation of g + δ is solved as it is, with δ moved along G, G', G'' and M, M'; 30 digits."""
    with mp.workdps(30):
        t, c = (mpf(q.numerator) / q.denominator for q in (strength, aspect))
        rho, step = (1 + t) * (1 + c / t), mpf(10) ** -6
        g = [diff(lambda x: resolvent(x, c), rho, k) for k in range(4)]

        def overlap(value: mpf, slope: mpf, bend: mpf) -> mpf:
            moved = [g[3] / 6, (g[2] + bend) / 2, g[1] + slope, g[0] + value]
            x = findroot(lambda x: polyval(moved, x) - 1 / (1 + t), 0)
            return -1 / ((rho + x) * (1 + t) * polyval(moved, x, derivative=True)[1])

        covariance = [[-2 * g[1], -g[2], -2 * g[3] / 3], [-g[2], -g[3] / 3, 0], [-2 * g[3] / 3, 0, 0]]
        total = mpf(0)
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1)):
            signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
            at = [[a * step * (k == i) + b * step * (k == j) for k in range(3)] for a, b in signs]
            plus, mixed, other, minus = (overlap(*point) for point in at)
            second = (plus - mixed - other + minus) / (4 * step**2)
            total += second * covariance[i][j] * (1 if i != j else mpf(1) / 2)
        drift = mean(rho, c), diff(lambda x: mean(x, c), rho)
        total += (overlap(step * drift[0], step * drift[1], 0) - overlap(-step * drift[0], -step * drift[1], 0)) / (
            2 * step
        )
        assert abs(total - float(overlap_bias.overlap_bias(strength, aspect))) < 1e-6


def test_of_two_dimensions() -> None:
    """E(u·v̂)² = limit(d/n) + bias(d/n)/n + c(d/n)/n²; as it is 1 at d = 1, d = 2 tells the bias to first order in γ."""
    x, y, q, h = symbols("x y q h")  # χ²_n/n = 1 + x, χ²_{n−1}/n = 1 + y, χ²_1/n = q, 1/n = h
    first = (1 + theta) * (1 + x)
    apart = first - 1 - y - q
    overlap = (1 + 1 / root(1 + 4 * first * q / apart**2)) / 2  # of ((a, √(aq)), (√(aq), 1 + y + q))

    def averaged(factor: Expr) -> Expr:
        origin = {x: 0, y: 0}
        return factor.subs(origin) + h * (
            derivative(factor, x, 2) + derivative(factor, y, 2) - derivative(factor, y)
        ).subs(origin)

    by_q = [derivative(overlap, q, k).subs(q, 0) / k for k in (1, 2)]  # of q and of q²
    expanded = h * averaged(by_q[0]) + 3 * h**2 * by_q[1].subs({x: 0, y: 0})
    second = expanded.expand().coeff(h, 2)
    limit = overlaps.OVERLAP
    assert cancel(expanded.expand().coeff(h, 1) + (1 + theta) / theta**2) == 0
    in_limit = derivative(limit, gamma, 2).subs(gamma, 0) / 2
    assert cancel(second - 3 * in_limit - derivative(overlap_bias.BIAS, gamma).subs(gamma, 0)) == 0


def test_few_dimensions() -> None:
    # Anderson: E(u·v̂)² = 1 − (d − 1)(1 + θ)/(nθ²) + O(1/n²), of which −γ(1 + θ)/θ² is of the limit
    assert cancel(overlap_bias.BIAS.subs(gamma, 0) - (1 + theta) / theta**2) == 0
    assert cancel(derivative(overlaps.OVERLAP, gamma).subs(gamma, 0) + (1 + theta) / theta**2) == 0


def test_a_strong_spike() -> None:
    # θ(1 − (u·v̂)²) tends to χ²_{d−1}/χ²_n, of the mean (d − 1)/(n − 2) = γ + (2γ − 1)/n + …
    huge = 10**9
    for aspect in (Fraction(1, 4), Fraction(4)):
        assert abs(huge * overlap_bias.overlap_bias(huge, aspect) - (1 - 2 * aspect)) < Fraction(1, 10**7)


def test_there_has_to_be_an_outlier() -> None:
    for strength, aspect in ((1, 1), (Fraction(1, 2), 1)):
        with pytest.raises(ValueError, match=r"needs \|θ\| > √γ"):
            overlap_bias.overlap_bias(strength, aspect)
    with pytest.raises(ValueError, match="above the threshold"):
        overlap_bias.overlap_bias(Fraction(-3, 4), Fraction(1, 4))
    for aspect in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            overlap_bias.overlap_bias(2, aspect)
    with pytest.raises(ValueError, match="finite"):
        overlap_bias.overlap_bias(float("nan"), 1)
