import numpy as np
import pytest
from scipy.optimize import linprog, minimize_scalar

from numerics import pursuit as p


def test_worked_values() -> None:
    assert p.soft(np.array([3.0, -3.0, 0.5]), 1.0).tolist() == [2, -2, 0]
    assert p.hard(np.array([3.0, 0.5]), 1.0).tolist() == [3, 0]
    assert np.allclose(p.shrunk(np.diag([3.0, 1.0]), 2.0), np.diag([1.0, 0.0]))
    assert p.nuclear(np.diag([3.0, -1.0])) == pytest.approx(4)
    assert p.usual_step(np.ones((3, 2))) == 0.25
    assert p.block_matrix(2, 1, 1.0, 2.0).tolist() == [[3, 1], [1, 3]]
    one = p.pursuit(np.ones((1, 1)), 0.5)
    assert (one.low_rank, one.sparse) == (pytest.approx(0), pytest.approx(1))
    assert one.value == pytest.approx(0.5)


def test_shrinking_is_the_proximal_point_of_the_nuclear_norm() -> None:
    rng = np.random.default_rng(1)
    matrix, threshold = rng.standard_normal((4, 3)), 0.7
    best = p.shrunk(matrix, threshold)

    def objective(candidate: np.ndarray) -> float:
        return float(threshold * p.nuclear(candidate) + ((candidate - matrix) ** 2).sum() / 2)

    assert all(objective(best) < objective(best + 0.01 * rng.standard_normal((4, 3))) for _ in range(50))


def test_a_batch_is_solved_as_its_members_are() -> None:
    batch = np.random.default_rng(2).standard_normal((3, 6, 4))
    together = p.pursuit(batch)
    for i, matrix in enumerate(batch):
        alone = p.pursuit(matrix)
        assert together.value[i] == pytest.approx(float(alone.value), rel=1e-8)
        assert together.residual[i] < 1e-6


def test_the_minimum_is_that_of_a_search_where_one_number_is_free() -> None:
    # K = diag(2, 1) ⊗ signs is not needed: L = x, S = K − x has the value |x| + λ|k − x| in one dimension
    for penalty in (0.5, 2.0):
        found = minimize_scalar(lambda x, w=penalty: abs(x) + w * abs(3 - x), bounds=(-1, 4), method="bounded")
        assert p.pursuit(np.array([[3.0]]), penalty).value == pytest.approx(found.fun, abs=1e-4)


def test_the_gap_contains_the_minimum_of_a_linear_programme_over_low_rank_directions() -> None:
    # L = c 11ᵀ: ‖L‖_* = n|c|, so the best c solves a linear programme; it bounds the minimum from above
    rng = np.random.default_rng(3)
    matrix = 1.0 + (rng.random((5, 5)) < 0.2) * 2.0
    penalty = 5**-0.5
    entries = matrix.ravel()
    costs = np.concatenate([[5.0], np.full(25, penalty)])
    eye = np.eye(25)
    above = np.block([[np.ones((25, 1)), -eye], [-np.ones((25, 1)), -eye]])
    bound = linprog(costs, A_ub=above, b_ub=np.concatenate([entries, -entries]), bounds=(0, None))
    found = p.pursuit(matrix, penalty)
    assert found.value - found.gap <= bound.fun + 1e-9


def test_no_other_pair_is_better() -> None:
    rng = np.random.default_rng(4)
    matrix = rng.standard_normal((6, 5))
    found = p.pursuit(matrix, 0.4)
    for size in (1e-3, 0.1, 1.0):
        for _ in range(20):
            low = found.low_rank + size * rng.standard_normal((6, 5))
            assert p.nuclear(low) + 0.4 * np.abs(matrix - low).sum() >= found.value - found.gap


def test_scrambling_changes_no_value() -> None:
    matrix = p.block_matrix(6, 2, 1.0, 0.5)
    mixed = p.scrambled(np.random.default_rng(5), matrix)
    assert p.pursuit_value(mixed, 0.3).value == pytest.approx(p.pursuit_value(matrix, 0.3).value, rel=1e-8)


def test_without_a_penalty_everything_is_sparse() -> None:
    assert p.pursuit(np.eye(3), 0.0).value == pytest.approx(0, abs=1e-12)
    assert p.pursuit(np.zeros((2, 2))).value == 0


@pytest.mark.parametrize("penalty", [-1.0, np.nan, np.inf])
def test_a_bad_penalty_is_refused(penalty: float) -> None:
    with pytest.raises(ValueError, match="penalty"):
        p.pursuit(np.eye(2), penalty)


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        p.pursuit(np.array([[np.nan]]))
    with pytest.raises(ValueError, match="shape"):
        p.pursuit(np.ones(3))
    with pytest.raises(ValueError, match="accuracy"):
        p.pursuit(np.eye(2), accuracy=0.0)
    with pytest.raises(ValueError, match="most"):
        p.pursuit(np.eye(2), most=0)
    with pytest.raises(ValueError, match="divide"):
        p.block_matrix(5, 2, 1.0, 1.0)
