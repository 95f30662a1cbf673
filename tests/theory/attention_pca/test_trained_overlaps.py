from fractions import Fraction

import pytest

from theory.attention_pca import trained_overlaps
from theory.attention_pca.trained_overlaps import overlap
from theory.random_matrices import overlaps


def test_every_exact_step_holds() -> None:
    steps = [step for step in trained_overlaps.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 5


def test_worked_values() -> None:
    assert overlap(1, 1, 2) == Fraction(1, 9)
    assert overlap(Fraction(1, 2), 1, 2) == 0


def test_one_prompt_is_the_classical_overlap() -> None:
    assert overlap(2, Fraction(1, 2), 1) == overlaps.overlap(2, Fraction(1, 2))


def test_many_prompts_find_u() -> None:
    assert 0.999 < overlap(1, 1, 10_000) < 1


def test_it_vanishes_at_the_threshold_and_as_P_falls_to_gamma() -> None:
    assert 0 < overlap(0.8661, 1, 2) < 0.001
    assert 0 < overlap(100, Fraction(19_999, 10_000), 2) < 0.02


def test_a_negative_spike_is_not_found() -> None:
    assert overlap(Fraction(-9, 10), Fraction(1, 2), 3) == 0


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="above γ"):
        overlap(1, 3, 2)
