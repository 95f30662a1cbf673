from fractions import Fraction

import pytest

from theory.attention_pca import low_rank, objective

HALF = Fraction(1, 2)


def test_every_exact_step_holds() -> None:
    for derivation in (low_rank.derivation, low_rank.full_derivation):
        assert {step.residual for step in derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert low_rank.selected([3, 2, 1], [1, 3]) == 2
    assert low_rank.minimum([3, 2, 1], 2) == 1
    assert low_rank.minimiser([4, 2, 1], 2) == [Fraction(1, 4), HALF, 0]
    assert low_rank.risk([2, 1], [[1, 1]]) == 8
    assert low_rank.full_risk([2, 1], [[0, 0], [0, 0]]) == 3
    assert low_rank.full_risk([2, 1], [[HALF, 0], [0, 1]]) == 0


def test_rank_one_is_the_objective() -> None:
    spectrum, mu = [3, 2, HALF], [Fraction(1, 3), -1, 2]
    assert low_rank.risk(spectrum, [mu]) == objective.risk(spectrum, mu)


def test_a_head_of_low_rank_is_an_interaction() -> None:
    spectrum, columns = [3, 2, HALF], [[1, 0, HALF], [-1, 2, 0]]
    interaction = [[sum(c[i] * c[j] for c in columns) for j in range(3)] for i in range(3)]
    assert low_rank.full_risk(spectrum, interaction) == low_rank.risk(spectrum, columns)


def test_rotating_the_columns_changes_nothing() -> None:
    columns = [[1, 0, HALF], [-1, 2, 0]]
    c, s = Fraction(3, 5), Fraction(4, 5)
    turned = [
        [c * x + s * y for x, y in zip(*columns, strict=True)],
        [c * y - s * x for x, y in zip(*columns, strict=True)],
    ]
    assert low_rank.risk([3, 2, 1], turned) == low_rank.risk([3, 2, 1], columns)


def test_the_value_at_eigenvectors_is_the_risk_there() -> None:
    assert low_rank.risk([4, 1, Fraction(1, 4)], [[HALF, 0, 0], [0, 0, 2]]) == low_rank.selected(
        [4, 1, Fraction(1, 4)], [1, 3]
    )


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="different numbers from 1 to 2"):
        low_rank.selected([2, 1], [1, 1])
    with pytest.raises(ValueError, match="spectrum must be positive"):
        low_rank.minimum([2, 0], 1)
    for rank in (0, 3, 1.0):
        with pytest.raises(ValueError, match="rank r must be an integer from 1 to d = 2"):
            low_rank.minimiser([2, 1], rank)
    with pytest.raises(ValueError, match="columns must have 2 entries"):
        low_rank.risk([2, 1], [[1]])
