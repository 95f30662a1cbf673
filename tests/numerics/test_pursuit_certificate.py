import numpy as np
import pytest

from numerics import pursuit_certificate as c
from numerics.pursuit import block_matrix, nuclear, pursuit


def test_planted_pairs_are_as_asked_for() -> None:
    pair = c.planted(np.random.default_rng(0), 10, 2, 0.05)
    assert np.linalg.matrix_rank(pair.low_rank) == pair.rank == 2
    assert sorted(np.abs(pair.sparse[pair.sparse != 0])) == [1.0] * 5


def test_a_certificate_is_found_for_a_solved_case_and_not_beyond_its_threshold() -> None:
    n, k = 12, 2
    pair = c.Planted(np.ones((n, n)), block_matrix(n, k, 0.0, 1.0), 1)
    for penalty, holds in ((0.2, True), (0.3, True), (0.7, False), (0.05, False)):
        start = pursuit(pair.low_rank + pair.sparse, penalty).dual
        assert (c.certificate(pair, penalty, start).room > 0) == holds


def test_the_cosine_is_that_of_a_dense_computation() -> None:
    pair = c.planted(np.random.default_rng(1), 8, 1, 0.1)
    left, _, right = np.linalg.svd(pair.low_rank)
    u, v = left[:, :1], right[:1].T
    columns = []
    for place in np.flatnonzero(pair.sparse):
        unit = np.zeros(64)
        unit[place] = 1
        one = unit.reshape(8, 8)
        columns.append((one - (one - u @ (u.T @ one)) @ (np.eye(8) - v @ v.T)).ravel())
    dense = np.linalg.norm(np.array(columns).T, 2)
    found = c.certificate(pair, 8**-0.5, pursuit(pair.low_rank + pair.sparse).dual).cosine
    assert found == pytest.approx(dense, rel=1e-4)


def test_the_conditions_are_measured_as_they_are() -> None:
    pair = c.planted(np.random.default_rng(2), 30, 1, 0.05)
    found = c.certificate(pair, 30**-0.5, pursuit(pair.low_rank + pair.sparse).dual)
    support = pair.sparse != 0
    assert np.array_equal(found.dual[support], 30**-0.5 * pair.sparse[support])
    left, _, right = np.linalg.svd(pair.low_rank)
    assert left[:, 0] @ found.dual @ right[0] == pytest.approx(1, abs=1e-6)
    assert np.abs(found.dual[~support]).max() <= 30**-0.5 - found.margin + 1e-12


def test_where_it_certifies_every_other_pair_is_worse() -> None:
    rng = np.random.default_rng(3)
    pair = c.planted(rng, 20, 1, 0.05)
    assert c.recovery_error(pair, 20**-0.5).error < 1e-6
    best = nuclear(pair.low_rank) + 20**-0.5 * np.abs(pair.sparse).sum()
    for size in (1e-3, 0.1):
        change = size * rng.standard_normal((20, 20))
        other = nuclear(pair.low_rank + change) + 20**-0.5 * np.abs(pair.sparse - change).sum()
        assert other > best


def test_what_is_not_certified_has_a_large_error() -> None:
    pair = c.planted(np.random.default_rng(4), 20, 10, 0.4)
    assert c.recovery_error(pair, 20**-0.5).error >= 1


def test_bad_input_is_refused() -> None:
    rng = np.random.default_rng(5)
    with pytest.raises(ValueError, match="rank"):
        c.planted(rng, 5, 6, 0.1)
    with pytest.raises(ValueError, match="share"):
        c.planted(rng, 5, 1, 1.5)
    with pytest.raises(ValueError, match="penalty"):
        c.certificate(c.planted(rng, 5, 1, 0.1), -1.0, np.zeros((5, 5)))


def test_what_the_certificate_says_is_on_the_safe_side() -> None:
    pair = c.planted(np.random.default_rng(6), 12, 1, 0.1)
    found = c.certificate(pair, 12**-0.5, pursuit(pair.low_rank + pair.sparse).dual)
    left, _, right = np.linalg.svd(pair.low_rank)
    u, v = left[:, :1] @ left[:, :1].T, right[:1].T @ right[:1]
    units = np.eye(144)[np.flatnonzero(pair.sparse)].reshape(-1, 12, 12)
    tangents = units - (np.eye(12) - u) @ units @ (np.eye(12) - v)
    assert found.cosine >= np.linalg.norm(tangents.reshape(-1, 144), 2)
    across = (np.eye(12) - u) @ found.dual @ (np.eye(12) - v)
    assert found.margin <= 1 - np.linalg.norm(across, 2)


def test_where_support_and_tangent_space_meet_nothing_is_proved() -> None:
    one = np.zeros((4, 4))
    one[0, 0] = 1.0  # its own tangent space has the place of the spike
    found = c.certificate(c.Planted(one, one, 1), 0.5, np.zeros((4, 4)))
    assert found.cosine == 1
    assert found.room < 0
