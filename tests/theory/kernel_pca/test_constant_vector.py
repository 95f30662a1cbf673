import math

import pytest

from theory.kernel_pca import constant_vector as constant

KEYS = [[0, 1], [1, 2], [3, -1]]


@pytest.mark.parametrize("derive", [constant.bound, constant.power, constant.pooled])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_the_worked_values() -> None:
    assert float(constant.absolute_bound([[0], [1]])) == pytest.approx(1 / (math.sqrt(2) * 4))
    assert constant.pooled_residual([[0], [1]]).contains(0)
    t, s = map(float, constant.traces(KEYS))
    assert float(constant.pooled_residual(KEYS)) == pytest.approx(0.5 - t**2 / (4 * s))
    assert float(constant.centred_bound(197)) == pytest.approx(1.822e-5, rel=1e-3)
    assert float(constant.standardised_bound(197, 64)) == pytest.approx(1.204e-6, rel=1e-3)


def test_the_two_forms_of_the_mean_agree() -> None:
    largest = constant.largest_residual(KEYS)
    assert float(constant.mean_squared_residual(KEYS)) == pytest.approx(float(largest) ** 2 / 2)
    ratio = constant.second_over_first(KEYS)
    assert 0 < float(ratio) < 1
    assert float(largest) == pytest.approx((1 - float(ratio)) / (1 + float(ratio)))


def test_a_sequence_of_another_length_is_refused() -> None:
    for function in (constant.mean_squared_residual, constant.second_over_first, constant.largest_residual):
        with pytest.raises(ValueError, match="N = 3 keys, not 2"):
            function(KEYS[:2])
    with pytest.raises(ValueError, match="at least 1"):
        constant.centred_bound(0)
