"""The formulas against moments known otherwise: χ², sums over the entries of X, the Marchenko–Pastur density."""

from fractions import Fraction
from itertools import product
from math import comb, prod

import pytest
from flint import arb, fmpz_poly

from theory.random_matrices import wishart_moments as theory


@pytest.mark.parametrize(
    ("derivation", "arguments"),
    [(theory.derivation, 2), (theory.trace_moment_derivation, 0), (theory.limit_derivation, 2)],
)
def test_every_exact_step_holds(derivation, arguments: int) -> None:
    steps = derivation().steps
    assert {step.residual for step in steps} == {None, "0"}
    assert sum(step.kind == "argument" for step in steps) == arguments


def test_worked_values() -> None:
    assert theory.moments([1], [1], 1)["uᵀS³u"] == 15
    assert list(theory.invariants([2, 1], [1, 1]).values()) == [3, 5, 3, 5, 9]
    assert theory.trace_moment(4, 1, 1) == 105
    assert str(theory.narayana(3)) == "γ**2 + 3*γ + 1"
    assert theory.marchenko_pastur_moment(3, 1) == 5


@pytest.mark.parametrize("size", [1, 2, 7])
def test_in_one_dimension_the_moments_are_those_of_chi_square(size: int) -> None:
    # n S/λ ~ χ²_n, and E (χ²_n)^k = n (n + 2) … (n + 2k − 2).
    value, u = Fraction(3, 2), Fraction(2)
    known = {k: value**k * Fraction(prod(size + 2 * i for i in range(k)), size**k) for k in (1, 2, 3)}
    found = theory.moments([value], [u], size)
    assert found["uᵀSu"] == known[1] * u**2
    assert found["uᵀS²u"] == known[2] * u**2
    assert found["uᵀS³u"] == found["tr S · uᵀS²u"] == known[3] * u**2
    assert found["uᵀS²u · uᵀSu"] == found["tr S · (uᵀSu)²"] == known[3] * u**4


def entry_moment(indices: list[tuple[int, int]]) -> int:
    """Return E of a product of entries of a matrix of independent standard normal numbers."""
    counts = [indices.count(index) for index in set(indices)]
    return 0 if any(c % 2 for c in counts) else prod(prod(range(1, c, 2)) for c in counts)


@pytest.mark.parametrize(("d", "size", "k"), [(2, 2, 2), (3, 2, 2), (2, 3, 3), (3, 2, 3), (2, 2, 4)])
def test_trace_moments_against_sums_over_entries(d: int, size: int, k: int) -> None:
    # tr S^k = n^{-k} Σ x_{i1 a1} x_{i2 a1} x_{i2 a2} x_{i3 a2} …
    total = sum(
        entry_moment([entry for j, a in enumerate(columns) for entry in ((rows[j], a), (rows[(j + 1) % k], a))])
        for rows in product(range(d), repeat=k)
        for columns in product(range(size), repeat=k)
    )
    assert theory.trace_moment(k, d, size) == Fraction(total, size**k * d)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_trace_moments_are_symmetric_in_the_two_sides_of_the_matrix(k: int) -> None:
    # tr (XXᵀ)^k = tr (XᵀX)^k
    assert theory.trace_moment(k, 5, 3) * 5 * 3**k == theory.trace_moment(k, 3, 5) * 3 * 5**k


@pytest.mark.parametrize("ratio", [Fraction(1, 4), Fraction(1), Fraction(9, 4)])
@pytest.mark.parametrize("k", range(1, 8))
def test_moments_of_the_density_by_its_chebyshev_nodes(k: int, ratio: Fraction) -> None:
    # On 1 + γ + 2√γ cos φ the density is √((b − x)(x − a))/(2πγx): m_k = (2/π) ∫ x^{k−1} sin² φ dφ, which m nodes
    # φ_j = jπ/(m + 1) integrate exactly, with the weights 2 sin² φ_j/(m + 1), to the degree 2m − 1 in cos φ.
    m, middle, half = k, 1 + ratio, arb(ratio.numerator).sqrt() / arb(ratio.denominator).sqrt() * 2
    angles = [arb.pi() * j / (m + 1) for j in range(1, m + 1)]
    points = [half * angle.cos() + arb(middle.numerator) / middle.denominator for angle in angles]
    total = sum((x ** (k - 1) * a.sin() ** 2 for x, a in zip(points, angles, strict=True)), arb(0)) * 2 / (m + 1)
    known = theory.marchenko_pastur_moment(k, ratio)
    assert (arb(known.numerator) / known.denominator).overlaps(total)
    assert total.rad() < 1e-9


@pytest.mark.parametrize("k", range(1, 12))
def test_lagrange_inversion_gives_the_narayana_sums(k: int) -> None:
    # [g^{k−1}] (1 + g)^k (1 + γg)^k/k at γ = 3
    series = fmpz_poly([1, 1]) ** k * fmpz_poly([1, 3]) ** k
    assert theory.marchenko_pastur_moment(k, 3) == Fraction(int(series[k - 1]), k)
    assert theory.marchenko_pastur_moment(k, 1) == comb(2 * k, k) // (k + 1)


def test_the_zeroth_moment_is_one() -> None:
    assert theory.marchenko_pastur_moment(0, Fraction(1, 2)) == 1


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: theory.moments([1, 2], [1, 1], 3), "descending"),
        (lambda: theory.moments([2, -1], [1, 1], 3), "non-negative"),
        (lambda: theory.moments([2, 1], [1], 3), "must have 2 entries"),
        (lambda: theory.moments([2, 1], [1, float("nan")], 3), "finite"),
        (lambda: theory.moments([2, 1], [1, 1], 0), "sample size n must be an integer of at least 1"),
        (lambda: theory.trace_moment(5, 2, 2), "order k must be one of 1, 2, 3, 4"),
        (lambda: theory.trace_moment(2, 0, 2), "dimension d must be"),
        (lambda: theory.trace_moment(2, 2, 1.5), "sample size n must be"),
        (lambda: theory.marchenko_pastur_moment(-1, 1), "order k must be an integer of at least 0"),
        (lambda: theory.marchenko_pastur_moment(1.5, 1), "order k must be an integer of at least 0"),
        (lambda: theory.narayana(-1), "order k must be an integer of at least 0"),
        (lambda: theory.marchenko_pastur_moment(2, 0), "ratio γ must be positive"),
        (lambda: theory.marchenko_pastur_moment(2, float("inf")), "finite"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
