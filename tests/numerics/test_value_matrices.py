import numpy as np
import pytest

from numerics import value_matrices as matrices

RNG = np.random.default_rng(4)
LINE = np.array([[0.0], [1.0]])


def test_the_worked_values() -> None:
    assert matrices.missed(np.ones((2, 1)), np.array([[1.0], [0.0]])) == pytest.approx(np.sqrt(0.5))
    square = (1 + np.e) ** 2
    assert matrices.missed_share(LINE, LINE, bias=False).value == pytest.approx(square / (4 + square))
    assert matrices.context_error([2.0]).value == 0
    assert matrices.context_error(np.sqrt(np.log([2, 3]))).value == pytest.approx(0.0056, abs=5e-5)
    assert matrices.small_key_residual(1e3, np.array([[0.0], [1], [3]]), 1, bias=False).value == pytest.approx(
        0.7303, abs=1e-4
    )
    places = np.array([0.0, 1.0, 3.0])
    assert matrices.small_key_coefficient(256, places, 4).value == pytest.approx(0.4065, abs=1e-4)
    assert matrices.pairs_determinant(np.eye(3)).value == pytest.approx(np.sqrt(0.5))


def test_the_width_that_is_enough() -> None:
    tokens = RNG.standard_normal((6, 6))
    for width, bias, enough in ((6, False, True), (5, False, False), (5, True, True), (4, True, False)):
        found = matrices.missed_share(tokens[:, :width], tokens[:, :2], bias=bias)
        assert (found.value <= found.error) == enough


def test_one_sequence_of_few_tokens_is_reached_and_many_are_not() -> None:
    tokens = RNG.standard_normal((3, 5, 4, 3))
    for align in matrices.ALIGNMENTS:
        assert matrices.shared_residual(tokens[:, :1], 2, align) == pytest.approx(0, abs=1e-10)
        assert (matrices.shared_residual(tokens, 2, align) > 0.1).all()


def test_more_steps_are_not_worse_and_rotations_better_than_signs() -> None:
    tokens = RNG.standard_normal((20, 4, 8, 3))
    for align in matrices.ALIGNMENTS:
        early, late = (matrices.shared_residual(tokens, 3, align, steps=steps) for steps in (1, 20))
        assert (late <= early + 1e-12).all()
    signs, rotations = (matrices.shared_residual(tokens, 3, align).mean() for align in matrices.ALIGNMENTS)
    assert rotations < signs


def test_a_token_of_zeros_has_opposite_signs_in_no_circle() -> None:
    assert matrices.pairs_determinant(RNG.standard_normal((3, 2))).value > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matrices.context_error(np.arange(1.0, 14)), "1 to 12 partners"),
        (lambda: matrices.context_error(np.zeros(1)), "positive eigenvalues"),
        (lambda: matrices.small_key_coefficient(8, LINE, 1), "places must be"),
        (lambda: matrices.small_key_residual(0, LINE, 1, bias=True), "inverse_scale must be positive"),
        (lambda: matrices.pairs_determinant(LINE), "three keys"),
        (lambda: matrices.shared_residual(np.ones((1, 2, 3, 4)), 1, "columns"), "align must be one of"),
        (lambda: matrices.shared_residual(LINE, 1, "signs"), r"\(n, B, N, D\)"),
        (lambda: matrices.design(np.full((2, 1), np.nan), bias=True), "finite"),
    ],
)
def test_bad_input(call, message) -> None:
    with pytest.raises(ValueError, match=message):
        call()
