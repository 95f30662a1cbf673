from fractions import Fraction

import pytest

from theory.kernel_pca import similarity


@pytest.mark.parametrize(
    "derive",
    [similarity.controls, similarity.permutations, similarity.random_features, similarity.random_cosine],
)
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    assert similarity.cosine_of_flipped(4, 2) == similarity.cosine_of_flipped(4, 1) == Fraction(1, 2)
    assert similarity.cosine_of_flipped(4, 0) == 1
    assert similarity.cosine_of_flipped(1, 1) == -1
    assert similarity.cosine_of_rotated(1) == Fraction(1, 2)
    assert similarity.cosine_of_rotated(0) == 1
    column = [[0], [1], [3]]
    assert similarity.permutation_mean(column, [[5], [1], [2]]).contains(0.5)
    assert similarity.random_mean(1, column).contains(0.5)
    assert float(similarity.random_bound(197, 64)) == pytest.approx(0.4063, abs=1e-4)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="0 to 4 are flipped"):
        similarity.cosine_of_flipped(4, 5)
    with pytest.raises(ValueError, match="whole number"):
        similarity.cosine_of_flipped(4, 1.5)
    for ragged in ([[0], [1, 2]], [[0, 1], [2]]):
        with pytest.raises(ValueError, match="same number of entries"):
            similarity.permutation_mean(ragged, [[0], [1]])
    with pytest.raises(ValueError, match="same N ≥ 2 rows"):
        similarity.permutation_mean([[0], [1]], [[0]])
    with pytest.raises(ValueError, match="constant rows"):
        similarity.permutation_mean([[0], [1]], [[1], [1]])
    with pytest.raises(ValueError, match="not constant"):
        similarity.random_mean(3, [[0], [1], [2]])
