import numpy as np
import pytest

from numerics.ensembles import control
from numerics.ensembles.reduced import outlier


def test_worked_values() -> None:
    assert control.expected_squares(2, 3, 1.0, 2).tolist() == [[6, 2], [1, 0]]
    assert control.top_slopes(np.array([4.0]), np.array([0.0])).tolist() == [[1], [0]]
    deviation = np.array([[[1.0], [0]], [[0], [0]]])
    first, second = control.overlap_expansion(np.array([[1.0, 1], [1, 0]]), deviation)
    assert first == pytest.approx(3 / (5 * np.sqrt(5)), rel=1e-12)
    assert second == pytest.approx(-2 / (25 * np.sqrt(5)), rel=1e-12)


def test_slopes_against_differences() -> None:
    rng = np.random.default_rng(1)
    diagonal, below = rng.uniform(1, 2, (2, 6))
    below[-1] = 0

    def location(squares: np.ndarray) -> float:
        a, b = squares
        factor = np.diag(np.sqrt(a)) + np.diag(np.sqrt(b[:-1]), -1)
        return float(np.linalg.eigvalsh(factor @ factor.T)[-1])

    slopes = control.top_slopes(diagonal, below)
    squares = np.array([diagonal, below])
    for index in np.ndindex(2, 6):
        if index == (1, 5):
            continue
        step = np.zeros((2, 6))
        step[index] = 1e-6
        assert (location(squares + step) - location(squares - step)) / 2e-6 == pytest.approx(slopes[index], abs=1e-8)


def test_the_expansion_against_differences() -> None:
    rng = np.random.default_rng(2)
    expected = rng.uniform(1, 2, (2, 6))
    expected[1, -1] = 0

    def overlap(squares: np.ndarray) -> float:
        a, b = squares
        factor = np.diag(np.sqrt(a)) + np.diag(np.sqrt(b[:-1]), -1)
        return float(np.linalg.eigh(factor @ factor.T)[1][0, -1] ** 2)

    direction = rng.standard_normal((2, 6))
    direction[1, -1] = 0
    first, second = control.overlap_expansion(expected, direction[:, :, None])
    step = 1e-4
    plus, here, minus = (overlap(expected + k * step * direction) for k in (1, 0, -1))
    assert (plus - minus) / (2 * step) == pytest.approx(first.item(), abs=1e-6)
    assert (plus - 2 * here + minus) / (2 * step**2) == pytest.approx(second.item(), abs=1e-5)


@pytest.mark.parametrize(("d", "n", "strength"), [(5, 40, 2.0), (40, 20, 6.0), (1, 9, 1.0), (3, 2, 1.0)])
def test_the_expectation_is_that_of_the_overlap(d: int, n: int, strength: float) -> None:
    controlled = control.controlled_overlaps(np.random.default_rng(1), 40_000, d, n, strength)
    plain = outlier(np.random.default_rng(2), 40_000, d, n, strength).overlap
    error = np.sqrt((controlled.var() + plain.var()) / 40_000)
    assert abs(controlled.mean() - plain.mean()) < 4 * error + 1e-12


def test_the_deviation_of_overlaps_falls_faster() -> None:
    deviations = [control.controlled_overlaps(np.random.default_rng(3), 4000, n, n, 2.0).std() for n in (1000, 100_000)]
    assert deviations[0] == pytest.approx(0.0019, rel=0.2)
    assert deviations[0] / deviations[1] == pytest.approx(1000, rel=0.3)


@pytest.mark.parametrize(("d", "n", "strength"), [(5, 40, 2.0), (40, 20, 6.0), (1, 9, 1.0)])
def test_the_expectation_is_that_of_the_eigenvalue(d: int, n: int, strength: float) -> None:
    controlled = control.controlled_locations(np.random.default_rng(1), 40_000, d, n, strength)
    plain = outlier(np.random.default_rng(2), 40_000, d, n, strength).eigenvalue
    error = np.sqrt((controlled.var() + plain.var()) / 40_000)
    assert abs(controlled.mean() - plain.mean()) < 4 * error
    assert controlled.std() < plain.std()


def test_the_deviation_falls_as_one_over_n() -> None:
    deviations = [control.controlled_locations(np.random.default_rng(3), 2000, n, n, 2.0).std() for n in (1000, 10_000)]
    assert deviations[0] / deviations[1] == pytest.approx(10, rel=0.15)
    assert deviations[0] == pytest.approx(0.0045, rel=0.15)


def test_an_eigenvector_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "planned_rows", lambda *_: 8)
    for controlled in (control.controlled_locations, control.controlled_overlaps):
        with pytest.raises(ArithmeticError, match="too near the threshold"):
            controlled(np.random.default_rng(0), 100, 1000, 1000, 2.0)
