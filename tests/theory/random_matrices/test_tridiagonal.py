from fractions import Fraction

import pytest
from flint import arb

from theory.random_matrices import tridiagonal
from theory.random_matrices.tridiagonal import Tridiagonal


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in tridiagonal.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    found = tridiagonal.top([2, 2], [1, 0])
    assert found.eigenvalue.contains(3)
    assert found.gap.contains(2)
    assert found.first.contains(arb(1) / 2)
    assert found.last.contains(arb(1) / 2)


def test_the_second_difference() -> None:
    # 2 on the diagonal and 1 beside it: λ_j = 2 + 2 cos(jπ/(N+1)), v_k² = 2 sin²((k+1)jπ/(N+1))/(N+1)
    N = 6
    T = Tridiagonal.of([2] * N, [1] * N)
    for j, value in enumerate(T.eigenvalues(), start=1):
        angle = j * arb.pi() / (N + 1)
        assert value.overlaps(2 + 2 * angle.cos())
        assert value.rad() < 1e-14
        for k in range(N):
            assert T.squared_component(value, k).overlaps(2 * ((k + 1) * angle).sin() ** 2 / (N + 1))


def test_multiple_eigenvalues_are_listed_as_often_and_refused_at_the_top() -> None:
    assert [float(value) for value in Tridiagonal.of([3, 1, 3], [0, 0, 0]).eigenvalues()] == [3, 3, 1]
    with pytest.raises(ValueError, match="must be simple"):
        tridiagonal.top([3, 1, 3], [0, 0, 0])


def test_one_row() -> None:
    found = tridiagonal.top([Fraction(-1, 3)], [5])
    assert found.eigenvalue.overlaps(-arb(1) / 3)
    assert found.first == found.last == 1
    assert not found.gap.is_finite()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match=r"diagonal\[1\] must be a finite real number"):
        tridiagonal.top([1, float("nan")], [1, 0])
    with pytest.raises(ValueError, match="couplings must have 2 entries"):
        tridiagonal.top([1, 2], [1])
    with pytest.raises(ValueError, match="diagonal is empty"):
        tridiagonal.top([], [])
