from fractions import Fraction
from math import inf, nan

import pytest
from sympy import Matrix, Rational

from theory.random_matrices import overlaps, spikes

DERIVATIONS = [
    spikes.location_derivation,
    spikes.overlap_derivation,
    spikes.equal_derivation,
    spikes.cross_derivation,
]


@pytest.mark.parametrize("derive", DERIVATIONS)
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert spikes.ranked((2, 5, 3), 2, 1) == 3
    assert spikes.location((2, 5), 2, 1) == Fraction(9, 2)
    assert float(spikes.location((2, 5, 0.5), 3, 1)) == 4
    assert spikes.overlap((2, 5, 2), 3, 1) == Fraction(1, 2)
    assert spikes.cross_overlap(5, 2, 1) == Fraction(4, 3)
    assert spikes.cross_overlap(2, 5, 1) == Fraction(5, 3)


def test_anderson_by_perturbation_of_the_covariance() -> None:
    # At γ = 0 the population is perturbed: (u_i·v_j)² = (H_ij)²/(ℓ_i − ℓ_j)², E H_ij² = ℓ_iℓ_j/n for Gaussian columns.
    for i, j in ((5, 2), (Fraction(1, 2), 3), (Fraction(-1, 2), 4)):
        limit = Fraction((1 + i) * (1 + j)) / ((1 + i) - (1 + j)) ** 2
        near = spikes.cross_overlap(i, j, Fraction(1, 10**12))
        assert abs(near - limit) < Fraction(1, 10**10) * limit


def test_components_add_up_to_one() -> None:
    for strength, aspect in ((2, 1), (7, 4), (3, Fraction(1, 3))):
        noise = Fraction(aspect) * spikes.cross_overlap(0, strength, aspect)
        assert overlaps.overlap(strength, aspect) + noise == 1


def test_equation_is_that_of_a_rational_matrix() -> None:
    bulk, rows, strengths = Matrix([[1, 0], [0, 2]]), Matrix([[1, 2], [3, Rational(1, 2)]]), Matrix([[4, 0], [0, 3]])
    whole = bulk + rows * strengths * rows.T
    for x in (5, 7, 11):
        g = rows.T * (x * Matrix.eye(2) - bulk).inv() * rows
        left = (x * Matrix.eye(2) - whole).det()
        assert left == (x * Matrix.eye(2) - bulk).det() * strengths.det() * (strengths.inv() - g).det()


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: spikes.location((2, -1), 1, 1), "above −1"),
        (lambda: spikes.location((2, nan), 1, 1), "finite"),
        (lambda: spikes.overlap((2, 3), 1, 0), "must be positive"),
        (lambda: spikes.location((2, 3), 3, 1), "from 1 to r = 2, not 3"),
        (lambda: spikes.location((2, 3), 0, 1), "from 1 to r = 2, not 0"),
        (lambda: spikes.cross_overlap(2, 2, 1), "separated"),
        (lambda: spikes.cross_overlap(3, 1, 1), "needs θ_j > √γ"),
        (lambda: spikes.cross_overlap(3, -2 / 3, 0.25), "needs θ_j > √γ"),
        (lambda: spikes.cross_overlap(inf, 2, 1), "finite"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
