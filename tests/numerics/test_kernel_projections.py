"""Projections by the layer against kernel arithmetic, and their error bounds against longer precision."""

import numpy as np
import pytest

from numerics import kernel_projections as numerics
from numerics.kernel_pca import attention, exact_values, kernel_pca
from numerics.measured import Measured

PAIR = np.array([[0.0], [1.0]])


def drawn(seed: int, n: int, dimension: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((3, dimension)), rng.standard_normal((n, dimension))


def test_worked_values() -> None:
    found = kernel_pca(PAIR, 1)
    assert abs(numerics.projections(np.zeros((1, 1)), PAIR, found)) == pytest.approx(0.274, abs=1e-3)
    assert abs(numerics.constants(found)) == pytest.approx(0.0633, abs=1e-4)
    assert found.sums @ numerics.plain_values(found) == pytest.approx(0, abs=1e-15)
    assert numerics.scaled_values(found) == pytest.approx(exact_values(found))
    assert abs(numerics.projected(np.zeros((1, 1)), PAIR, 1).value) == pytest.approx(0.274, abs=1e-3)
    assert abs(numerics.repaired(PAIR, 1).value[:, 0]) == pytest.approx([0.2108, 0.2108], abs=1e-4)
    assert sorted(np.sign(numerics.repaired(PAIR, 1).value[:, 0])) == [-1, 1]
    assert numerics.coefficient_errors(PAIR, found) < 1e-11
    assert numerics.kernel_error(PAIR, found) < 1e-13
    pairs = numerics.products(Measured(np.array([[2.0], [3.0]]), np.zeros((2, 1))), "h")
    assert [x.value for x in pairs.values()] == [4, 6, 9]
    moments = numerics.repaired_moments(PAIR, 1)
    assert [moments[name].value for name in ("b_1²", "covariance_11")] == pytest.approx([0.00401, 0.0444], abs=1e-4)
    assert abs(moments["mean_1"].value) < 1e-15


@pytest.mark.parametrize(("n", "dimension", "components"), [(64, 32, 32), (8, 3, 3), (2, 1, 1)])
def test_the_layer_is_kernel_arithmetic(n: int, dimension: int, components: int) -> None:
    queries, keys = drawn(n, n, dimension)
    found = kernel_pca(keys, components)
    expected = numerics.projections(queries, keys, found)
    for values in (exact_values, numerics.plain_values, numerics.scaled_values):
        measured = numerics.projected(queries, keys, components, values)
        assert abs(measured.value - expected).max() < 1e-13 * abs(expected).max() + 1e-15
        assert (abs(measured.value - expected) <= measured.error).all()


def test_the_mixer_is_a_projection_that_kills_the_values() -> None:
    found = kernel_pca(drawn(3, 9, 4)[1], 4)
    S = numerics.mixer(found)
    assert pytest.approx(S) == S @ S
    assert np.linalg.matrix_rank(S) == 1
    assert abs(S @ numerics.plain_values(found)).max() < 1e-12


def test_a_column_that_does_not_sum_to_0() -> None:
    found = numerics.mixed_column(PAIR, np.array([1.0, 0.0]))
    e = np.e
    assert [x.value for x in found.values()] == pytest.approx(
        [1 / 2, (1 + e) / 4, 1 / (1 + e), 1 / 2, 1 / 4, -1 / (2 + 2 * e)]
    )


def test_a_free_mixer_reaches_any_target() -> None:
    queries, keys = drawn(4, 7, 3)
    target = np.random.default_rng(5).standard_normal((7, 3))
    found, plain = numerics.mixed_outputs(queries, keys, target), numerics.any_outputs(queries, keys, target)
    assert (abs(found.value - plain.value) <= found.error + plain.error).all()
    assert plain.value == pytest.approx(attention(queries, keys, target))


def test_errors_cover_a_perturbation_of_the_keys_as_small_as_rounding() -> None:
    queries, keys = drawn(6, 8, 4)
    first = numerics.projected(queries, keys, 3)
    second = numerics.projected(queries, keys * (1 + 4e-16 * np.sign(keys[::-1])), 3)
    assert (abs(abs(first.value) - abs(second.value)) <= first.error).all()


@pytest.mark.parametrize(
    "call",
    [
        lambda: numerics.projected(np.zeros((1, 2)), PAIR, 1),
        lambda: numerics.projected(np.zeros((1, 1)), PAIR, 2),
        lambda: numerics.projected(np.array([[np.nan]]), PAIR, 1),
        lambda: numerics.projections(np.zeros((1, 2)), PAIR, kernel_pca(PAIR, 1)),
        lambda: numerics.free_mixer(kernel_pca(PAIR, 1), np.ones((2, 2))),
        lambda: numerics.mixed_outputs(PAIR, PAIR, np.ones((2, 2))),
        lambda: numerics.any_outputs(PAIR, PAIR, np.ones((3, 1))),
        lambda: numerics.mixed_column(PAIR, np.ones(3)),
        lambda: numerics.repaired(np.ones((1, 1)), 1),
        lambda: numerics.repaired_moments(PAIR, 2),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|components"):
        call()
