import pytest

from theory.random_matrices import near_threshold


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in near_threshold.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_value() -> None:
    assert near_threshold.critical_size(2, 1).contains(3)


def test_it_grows_as_the_third_power_of_the_distance() -> None:
    near, nearer = (float(near_threshold.critical_size(1 + gap, 1)) for gap in (1e-4, 1e-5))
    assert nearer / near == pytest.approx(1000, rel=1e-3)


def test_there_has_to_be_an_outlier_above() -> None:
    with pytest.raises(ValueError, match="above the threshold"):
        near_threshold.critical_size(1, 1)
    with pytest.raises(ValueError, match="above the threshold"):
        near_threshold.critical_size(-0.8, 0.25)
