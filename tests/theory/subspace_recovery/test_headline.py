"""The predicted alignment where it is known, and that it is monotone where it has to be."""

from fractions import Fraction

import pytest

from theory.subspace_recovery import gradient_noise, headline
from theory.subspace_recovery.objective import Model, slope

SCHEDULE = headline.Schedule(1, 0.7, 100)


def cell(strength: float = 1.0, nuisance: int = 1000, dimension: int = 50) -> tuple[Model, int, int]:
    total = 1000 + nuisance
    return Model.of(1, strength, Fraction(1000, total), Fraction(dimension, total)), dimension, total


def test_worked_values() -> None:
    assert headline.Schedule(2, 1).steps(2) == [2, 1]
    assert float(headline.final_alignment(*cell(), SCHEDULE, 300).mean.mid()) == pytest.approx(0.990, abs=2e-3)


def test_with_few_steps_it_is_where_it_started() -> None:
    found = headline.final_alignment(*cell(0.25, 10_000, 50), SCHEDULE, 1)
    assert float(found.mean.mid()) == pytest.approx((2 / 3.14159 / 50) ** 0.5, rel=0.01)
    assert found.spread == pytest.approx(((1 - 2 / 3.14159) / 50) ** 0.5, rel=0.02)


def test_after_many_steps_it_is_what_the_error_law_leaves() -> None:
    model, dimension, tokens = cell()
    step = SCHEDULE.steps(3000)[-1]
    noise, rate = float(gradient_noise.variance(model).mid()) / tokens, float(slope(model, 1).mid())
    found = headline.final_alignment(model, dimension, tokens, SCHEDULE, 3000)
    assert 1 - float(found.mean.mid()) == pytest.approx((dimension - 1) * noise * step / (4 * rate), rel=0.1)


def test_more_steps_and_more_signal_help() -> None:
    steps = [float(headline.final_alignment(*cell(0.5), SCHEDULE, count).mean.mid()) for count in (10, 100, 400)]
    assert steps == sorted(steps)
    strengths = [float(headline.final_alignment(*cell(t), SCHEDULE, 100).mean.mid()) for t in (0.25, 0.5, 1)]
    assert strengths == sorted(strengths)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda model: (model, 51, 2000, SCHEDULE, 10), "must be d/N"),
        (lambda model: (model, 2, 2000, SCHEDULE, 10), "at least 3"),
        (lambda model: (cell(0.0)[0], 50, 2000, SCHEDULE, 10), "must be a signal"),
        (lambda model: (model, 50, 2000, headline.Schedule(0, 0.7), 10), "c > 0"),
        (lambda model: (model, 50, 2000, SCHEDULE, 0), "steps T"),
        (lambda model: (*cell(1.0, 100, 1000), SCHEDULE, 100), "too large for a prediction"),
    ],
)
def test_bad_input_is_refused(change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        headline.final_alignment(*change(cell()[0]))


def test_the_parts_that_are_joined_are_called_a_heuristic() -> None:
    assert [step.kind for step in headline.derivation().steps].count("heuristic") == 3
