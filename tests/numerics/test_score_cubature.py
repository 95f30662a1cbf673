"""The tensor rule against worked values and drawn scores."""

import numpy as np
import pytest

from numerics.one_dimensional import drawn_parts
from numerics.score_cubature import cubature_parts


def test_worked_values() -> None:
    parts = cubature_parts("linear", 1.0, 1, "fresh")
    assert [parts[name].value for name in "FGW"] == pytest.approx([-1, 1, 0], abs=1e-12)


@pytest.mark.parametrize("query", ["fresh", "self"])
@pytest.mark.parametrize("head", ["linear", "relu"])
def test_against_drawn_scores(head: str, query: str) -> None:
    drawn = drawn_parts(np.random.default_rng(3), 200_000, head, 0.4, 3, query)
    for value, column in zip(cubature_parts(head, 0.4, 3, query).values(), drawn.T, strict=True):
        assert abs(value.value - column.mean()) < 5 * column.std() / np.sqrt(len(column)) + 1e-12
        assert value.error < 1e-11


def test_a_coupling_of_zero_has_no_weights() -> None:
    assert [found.value for found in cubature_parts("relu", 0.0, 2, "self").values()] == [0, 0, 0]


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: cubature_parts("softmax", 1, 2, "fresh"), "must be"),
        (lambda: cubature_parts("linear", -1, 2, "fresh"), "must be"),
        (lambda: cubature_parts("linear", float("nan"), 2, "fresh"), "must be"),
        (lambda: cubature_parts("linear", 1, 5, "fresh"), "must be"),
        (lambda: cubature_parts("linear", 1, 0, "fresh"), "must be"),
        (lambda: cubature_parts("linear", 1, 2, "both"), "unknown query"),
    ],
)
def test_bad_input_is_refused(call, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        call()
