"""Worked values of the best norm, and the softmax head's between its bounds."""

import pytest

from numerics.best_norms import best_norm


def test_worked_values() -> None:
    found = best_norm("linear", 3, 2, 1)
    assert found["coupling"].value == pytest.approx(2 / 7, abs=1e-9)
    assert found["risk"].value == pytest.approx(17 / 7, abs=1e-12)


def test_the_softmax_minimum_is_above_its_limit() -> None:
    assert 1 < best_norm("softmax", 2, 1, 50)["risk"].value < 2 * (1 + 1 / 50)


@pytest.mark.parametrize(
    "call",
    [
        lambda: best_norm("hard", 2, 1, 2),
        lambda: best_norm("linear", 1, 2, 2),
        lambda: best_norm("linear", 2, 1, 0),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match="must be"):
        call()
