import numpy as np
import pytest

from numerics import score_audits

RNG = np.random.default_rng(6)
KEYS = RNG.standard_normal((8, 5))


def test_flipped_and_rotated_components() -> None:
    for flipped, cosine in ((0, 1), (1, 0.5), (2, 0.5), (4, 0)):
        found = score_audits.scores_of_flipped(KEYS, 4, flipped)
        assert (found["cosine"].value, found["CKA"].value) == pytest.approx((cosine, 1))
    found = score_audits.scores_of_rotated(KEYS, 4, 1.0)
    assert (found["cosine"].value, found["CKA"].value) == pytest.approx((0.5, 1))


def test_cka_of_exact_values_is_1_after_signs_and_rotations() -> None:
    for flip in (True, False):
        found = score_audits.scores_of_mixed(RNG, KEYS, 4, flip=flip)
        assert found["CKA"].value == pytest.approx(1)
        assert max(found["cosine"].value, found["cosine, rows"].value) < 0.95


def test_components_are_centred_and_orthonormal() -> None:
    unit = score_audits.components_of(KEYS, 4)
    assert unit.T @ unit == pytest.approx(np.eye(4), abs=1e-12)
    assert unit.sum(axis=0) == pytest.approx(0, abs=1e-10)


def test_the_mean_over_permutations_of_two_columns() -> None:
    first, second = RNG.standard_normal((2, 5, 1))
    assert score_audits.cka_over_permutations(first, second).value == pytest.approx(1 / 4)


def test_unrelated_columns() -> None:
    features = RNG.standard_normal((6, 1))
    assert score_audits.random_cka(RNG, 4000, 1, features).mean() == pytest.approx(1 / 5, abs=0.02)
    assert score_audits.random_cosines(RNG, 2, 197, 64) == pytest.approx(0.316, abs=0.02)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="0 to 4 are flipped"):
        score_audits.scores_of_flipped(KEYS, 4, 5)
    with pytest.raises(ValueError, match="rotated in pairs"):
        score_audits.scores_of_rotated(KEYS, 3, 1.0)
    with pytest.raises(ValueError, match="at most 7 rows"):
        score_audits.cka_over_permutations(np.eye(8), np.eye(8))
    with pytest.raises(ValueError, match="at least 1"):
        score_audits.random_cosines(RNG, 0, 3, 3)
