from fractions import Fraction

import pytest
from sympy import Integer

from theory.attention_pca import completeness
from theory.attention_pca.completeness import isolated, root_count, system


def test_every_count_agrees_and_every_root_is_isolated() -> None:
    steps = completeness.derivation().steps
    assert {step.residual for step in steps if step.kind == "exact"} == {"0"}
    assert sum(step.kind == "certified" for step in steps) == len(completeness.SPECTRA)


def test_worked_count() -> None:
    assert completeness.stationary_count([2, 1]) == 5


def test_without_saturation_there_are_complex_roots_with_a_zero_and_for_three_eigenvalues_a_continuum() -> None:
    two, three = ([Fraction(x) for x in spectrum] for spectrum in ([2, 1], [3, 2, 1]))
    equations, radii = system(two)
    assert root_count(equations, radii, saturated=Integer(1)) == 9
    equations, radii = system(three)
    assert root_count(equations, radii, saturated=Integer(1)) is None


def test_krawczyk_tells_boxes_with_a_root_from_boxes_without() -> None:
    equations, radii = system([Fraction(2)])  # r (2 (2 r² − 2) + 4 r²) vanishes at 0 and ±√(1/2)
    assert isolated(equations, radii, [Fraction(70710678, 10**8)], Fraction(1, 100))
    assert not isolated(equations, radii, [Fraction(1, 2)], Fraction(1, 100))
    assert not isolated(equations, radii, [Fraction(7, 10)], Fraction(2))  # more than one root


@pytest.mark.parametrize("spectrum", [[2, 2], [1, 0], [7, 6, 5, 4, 3, 2, 1]])
def test_counts_are_for_simple_positive_spectra(spectrum: list[int]) -> None:
    with pytest.raises(ValueError, match="simple positive spectra of at most 6"):
        completeness.stationary_count(spectrum)
