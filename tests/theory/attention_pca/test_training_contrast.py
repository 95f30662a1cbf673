from fractions import Fraction

import pytest

from theory.attention_pca import training_contrast
from theory.attention_pca.training_contrast import WAYS, overlap, threshold_squared


def test_every_exact_step_holds() -> None:
    steps = [step for step in training_contrast.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 6


def test_worked_values() -> None:
    assert [overlap(way, 1, 1, 2) for way in WAYS] == [0, Fraction(1, 3), Fraction(1, 9)]
    assert [threshold_squared(way, 1, 2) for way in WAYS] == [1, Fraction(1, 2), Fraction(3, 4)]


@pytest.mark.parametrize("way", list(WAYS))
def test_the_overlap_is_0_up_to_the_threshold_and_not_above(way: str) -> None:
    least = float(threshold_squared(way, 0.5, 4)) ** 0.5
    assert overlap(way, least - 0.01, 0.5, 4) == 0 < overlap(way, least + 0.01, 0.5, 4)


@pytest.mark.parametrize("strength", [0.3, 0.9, 3])
def test_pooling_holds_more_than_training(strength: float) -> None:
    assert overlap("trained", strength, 0.5, 4) <= overlap("pooled", strength, 0.5, 4)


def test_another_way_is_refused() -> None:
    with pytest.raises(ValueError, match="way must be one of"):
        overlap("population", 1, 1, 2)
    with pytest.raises(ValueError, match="way must be one of"):
        threshold_squared("population", 1, 2)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="above γ"):
        overlap("pooled", 1, 2, 2)
