import numpy as np
import pytest

from numerics import value_tests
from numerics.kernel_pca import attention, exact_values, kernel_pca

RNG = np.random.default_rng(3)
KEYS = RNG.standard_normal((7, 5))
FOUND = kernel_pca(KEYS, 4)
VALUES = exact_values(FOUND)


def gram_of(*eigenvalues: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix with those eigenvalues on centred vectors, which are the columns."""
    basis = np.array([[1.0, 1], [-1, 1], [0, -2]])
    basis /= np.linalg.norm(basis, axis=0)
    return (basis * eigenvalues) @ basis.T, basis


def test_the_worked_values() -> None:
    weighted = value_tests.coefficients_of(np.array([[1.0], [-0.5]]), np.array([1.0, 2.0]))
    assert weighted[:, 0].tolist() == [1, -1]
    assert value_tests.weighted_share(np.array([[1.0], [0.0]]), np.ones(2)) == pytest.approx(1 / 2)
    found = value_tests.constant_vector(np.diag([1.0, 0.0]), np.array([[1.0], [-1.0]]))
    assert (found.quotient[0], found.mean[0], found.weighted[0]) == pytest.approx((1 / 4, 0, 0))
    gram, basis = gram_of(3, 1)
    assert value_tests.rayleigh_residual(gram, basis.sum(axis=1, keepdims=True)) == pytest.approx(np.sqrt(0.2))
    assert value_tests.explained_variance_ratio(gram, basis[:, 1:]) == pytest.approx(1 / 3)
    assert value_tests.bessel_slack(np.array([[3.0, 4.0]]), np.array([26.0])) == pytest.approx(1)
    assert value_tests.feature_squares(np.zeros((1, 5)), KEYS) == pytest.approx(1 / 49)


def test_exact_values_pass_everything() -> None:
    coefficients = value_tests.coefficients_of(VALUES, FOUND.sums)
    assert coefficients == pytest.approx(FOUND.coefficients)
    assert value_tests.direction_gram(VALUES, FOUND) == pytest.approx(np.eye(4), abs=1e-12)
    assert value_tests.weighted_share(VALUES @ RNG.standard_normal((4, 4)), FOUND.sums) == pytest.approx(0, abs=1e-12)
    assert value_tests.rayleigh_residual(FOUND.kernel, coefficients) == pytest.approx(0, abs=1e-12)
    assert value_tests.explained_variance_ratio(FOUND.kernel, coefficients) == pytest.approx(1)
    found = value_tests.constant_vector(FOUND.kernel, coefficients)
    assert found.quotient == pytest.approx(FOUND.eigenvalues)
    assert (found.mean / found.quotient < 1e-10).all()
    squares = value_tests.feature_squares(KEYS, KEYS)
    assert squares == pytest.approx(np.diag(FOUND.kernel))
    assert (value_tests.bessel_slack(attention(KEYS, KEYS, VALUES), squares) > 0).all()


def test_the_relative_deviation_is_the_tangent_and_the_residual_the_sine() -> None:
    drawn = value_tests.coefficients_of(RNG.standard_normal((7, 3)), FOUND.sums)
    found = value_tests.constant_vector(FOUND.kernel, drawn)
    sine = value_tests.rayleigh_residual(FOUND.kernel, drawn)
    assert found.weighted / found.quotient == pytest.approx(np.sqrt(2) * np.tan(np.arcsin(sine)))


def test_the_weighted_deviation_is_the_sum_over_pairs() -> None:
    gram, _ = gram_of(3, 1)
    a = np.array([[1.0], [2.0], [-3.0]])
    ratios, mass = (gram @ a / (3 * a))[:, 0], a[:, 0] ** 2 / 14
    expected = sum(mass[i] * mass[j] * (ratios[i] - ratios[j]) ** 2 for i in range(3) for j in range(3))
    gaps = [abs(ratios[i] - ratios[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    found = value_tests.constant_vector(gram, a)
    assert found.weighted[0] ** 2 == pytest.approx(expected)
    assert (found.mean[0], found.median[0]) == pytest.approx((np.mean(gaps), np.median(gaps)))


def test_batches() -> None:
    keys = RNG.standard_normal((3, 7, 5))
    many = kernel_pca(keys, 2)
    drawn = RNG.standard_normal((3, 7, 2))
    one = kernel_pca(keys[1], 2)
    coefficients = value_tests.coefficients_of(drawn, many.sums)
    assert value_tests.rayleigh_residual(many.kernel, coefficients)[1] == pytest.approx(
        value_tests.rayleigh_residual(one.kernel, coefficients[1])
    )
    assert value_tests.weighted_share(drawn, many.sums)[1] == pytest.approx(
        value_tests.weighted_share(drawn[1], one.sums)
    )
    assert value_tests.explained_variance_ratio(many.kernel, coefficients)[1] == pytest.approx(
        value_tests.explained_variance_ratio(one.kernel, coefficients[1])
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: value_tests.coefficients_of(VALUES, FOUND.sums[1:]), "for each of 7 values"),
        (lambda: value_tests.coefficients_of(VALUES, -FOUND.sums), "finite and positive"),
        (lambda: value_tests.coefficients_of(VALUES * np.inf, FOUND.sums), "values must be finite"),
        (lambda: value_tests.constant_vector(np.eye(7), np.eye(7)[:, :1]), "an entry 0"),
        (lambda: value_tests.constant_vector(np.ones((3, 7)), VALUES), r"gram must be \(…, N, N\)"),
        (lambda: value_tests.rayleigh_residual(np.zeros((7, 7)), VALUES), "K̃a vanishes"),
        (lambda: value_tests.explained_variance_ratio(FOUND.kernel, VALUES[:, [0, 0]]), "independent"),
        (lambda: value_tests.bessel_slack(VALUES, np.ones(6)), "must fit and be finite"),
    ],
)
def test_bad_input(call, message) -> None:
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match=message):
        call()
