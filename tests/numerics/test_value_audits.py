import numpy as np
import pytest

from numerics import value_audits

KEYS = np.random.default_rng(2).standard_normal((6, 6))
LINE = np.array([[0.0], [1.0]])


def test_the_worked_values() -> None:
    found = value_audits.slack_at_keys(LINE, 1)
    assert np.abs(found.value - 1 / (3 + np.e)).max() <= found.error


def test_fewer_components_leave_more() -> None:
    slacks = [value_audits.slack_at_keys(KEYS, r).value for r in (1, 3, 5)]
    assert (slacks[0] > slacks[1]).all()
    assert (slacks[1] > slacks[2]).all()


def test_conditions_do_not_depend_on_the_mixing() -> None:
    first, second = (value_audits.necessary_conditions(np.random.default_rng(i), KEYS, 3) for i in range(2))
    for name in first:
        assert abs(first[name].value - second[name].value) <= first[name].error + second[name].error
    assert abs(first["share of g"].value) <= first["share of g"].error < 1e-10


def test_mixing_is_invertible() -> None:
    sizes = np.linalg.svd(value_audits.mixing(np.random.default_rng(1), 4), compute_uv=False)
    assert 0.5 <= sizes.min() <= sizes.max() <= 2


def test_the_rescaled_ratio_is_at_most_1_and_knows_no_scale() -> None:
    values = np.random.default_rng(1).standard_normal((6, 2))
    ratio = value_audits.bessel_ratio(KEYS, KEYS, values)
    assert 0 < ratio.value <= 1
    assert value_audits.bessel_ratio(KEYS, KEYS, 100 * values).value == pytest.approx(ratio.value)


def test_random_overlaps_have_the_mean_r_over_n() -> None:
    for target in ("g", "values"):
        drawn = value_audits.random_overlaps(np.random.default_rng(1), 4000, KEYS, 2, target)
        assert drawn.mean() == pytest.approx(1 / 3, abs=0.02)


def test_bad_input() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="target must be"):
        value_audits.random_overlaps(rng, 4, KEYS, 2, "keys")
    with pytest.raises(ValueError, match="components"):
        value_audits.necessary_conditions(rng, KEYS, 6)
