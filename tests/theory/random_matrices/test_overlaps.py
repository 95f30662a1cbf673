from fractions import Fraction

import pytest

from theory.random_matrices import overlaps


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in overlaps.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert overlaps.overlap(2, 1) == Fraction(1, 2)
    assert overlaps.overlap(Fraction(1, 2), 1) == 0
    assert overlaps.row_overlap(2, 1) == Fraction(3, 4)
    assert overlaps.latent_overlap(2, 1) == Fraction(1, 2)


def test_simulated_values_of_other_authors() -> None:
    # γ = 0.4, θ = 2: 0.900 with the row and 0.600 with the latent score
    assert overlaps.row_overlap(2, Fraction(2, 5)) == Fraction(9, 10)
    assert overlaps.latent_overlap(2, Fraction(2, 5)) == Fraction(3, 5)


@pytest.mark.parametrize("aspect", [Fraction(1, 4), 1, 4])
def test_overlaps_vanish_at_the_threshold_and_fill_up_far_above(aspect: Fraction) -> None:
    root = {Fraction(1, 4): Fraction(1, 2), 1: 1, 4: 2}[aspect]
    for found in (overlaps.overlap, overlaps.row_overlap, overlaps.latent_overlap):
        assert found(root, aspect) == 0
        assert 0 < found(root + Fraction(1, 1000), aspect) < Fraction(1, 100)
        assert found(10**6, aspect) > Fraction(99, 100)


def test_a_negative_spike_has_no_latent_score() -> None:
    with pytest.raises(ValueError, match="no latent score"):
        overlaps.latent_overlap(-0.5, 1)
    with pytest.raises(ValueError, match="above −1"):
        overlaps.overlap(-1.5, 1)
