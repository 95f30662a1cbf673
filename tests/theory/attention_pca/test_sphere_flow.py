import pytest

from theory.attention_pca import sphere_flow


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in sphere_flow.derivation().steps if step.kind == "exact"} == {"0"}


@pytest.mark.parametrize(
    ("spectrum", "beta", "start", "limit"),
    [
        ([2, 1], 1, [1, -1], [(1 / 3) ** 0.5, -((2 / 3) ** 0.5)]),
        ([2, 2, 1], 0.5, [3, -4, 1], [0.6, -0.8, 0]),
        ([2, 1, 1], 2, [-1, 3, -4], [0, 0.6, -0.8]),
        ([3, 2, 1], 1, [0, 1, -1], [0, (1 / 3) ** 0.5, -((2 / 3) ** 0.5)]),
    ],
)
def test_limits(spectrum: list, beta: float, start: list, limit: list) -> None:
    for found, expected in zip(sphere_flow.limit(spectrum, beta, start), limit, strict=True):
        assert float(found.mid()) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("start", [[1, 0], [0, 0]])
def test_a_start_that_does_not_move_is_refused(start: list[int]) -> None:
    with pytest.raises(ValueError, match="two different eigenvalues"):
        sphere_flow.limit([2, 1], 1, start)
