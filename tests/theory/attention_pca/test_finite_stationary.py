from fractions import Fraction
from itertools import pairwise

import pytest

from theory.attention_pca import finite_prompt, finite_stationary

RISKS = {"fresh": finite_prompt.fresh_risk, "self": finite_prompt.self_risk}


@pytest.mark.parametrize("derivation", [finite_stationary.derivation, finite_stationary.index_derivation])
def test_every_exact_step_holds(derivation) -> None:
    residuals = [step.residual for step in derivation().steps if step.kind == "exact"]
    assert residuals == ["0"] * len(residuals) != []


def test_worked_values() -> None:
    assert finite_stationary.points([2, 1], 1, "fresh") == [
        (Fraction(17, 7), Fraction(1, 7)),
        (Fraction(14, 5), Fraction(1, 5)),
    ]
    assert finite_stationary.curvatures([2, 1], 0, 1, "fresh") == [-16, -4]


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("length", [1, 2, 9])
def test_the_value_is_the_least_along_the_eigenvector(query: str, length: int) -> None:
    spectrum = [2, 1, Fraction(1, 3)]
    for k, (value, norm) in enumerate(finite_stationary.points(spectrum, length, query)):
        # R is a quadratic in ‖μ‖² along v_k, known by three of its values
        at = [RISKS[query](spectrum, [s * (i == k) for i in range(3)], length) for s in (0, 1, 2)]
        slope, bend = (16 * at[1] - at[2] - 15 * at[0]) / 12, (at[2] - 4 * at[1] + 3 * at[0]) / 12
        assert norm == -slope / (2 * bend)
        assert value == at[0] - slope**2 / (4 * bend)


@pytest.mark.parametrize("query", ["fresh", "self"])
def test_value_and_norm_decrease_with_the_eigenvalue(query: str) -> None:
    found = finite_stationary.points([5, 3, 2, 1], 3, query)
    assert all(first[0] < second[0] and first[1] < second[1] for first, second in pairwise(found))


@pytest.mark.parametrize("query", ["fresh", "self"])
def test_the_index_counts_larger_eigenvalues(query: str) -> None:
    for k in (1, 2, 3):
        assert sum(bend < 0 for bend in finite_stationary.curvatures([3, 2, 1], k, 4, query)) == k - 1


def test_bad_input() -> None:
    with pytest.raises(ValueError, match='query must be "fresh" or "self"'):
        finite_stationary.points([1], 1, "other")
    with pytest.raises(ValueError, match="prompt length L must be an integer of at least 1"):
        finite_stationary.points([1], 0, "self")
