import pytest

from theory.attention_pca import gradient_flow


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in gradient_flow.derivation().steps if step.kind == "exact"} == {"0"}


@pytest.mark.parametrize(
    ("spectrum", "start", "limit"),
    [
        ([2, 2, 1], [3, -4, 5], [3 / 50**0.5, -4 / 50**0.5, 0]),
        ([4, 1], [-1e-9, 7], [-0.5, 0]),
        ([4, 1], [0, -3], [0, -1]),
        ([4, 1, 0], [0, 2, 3], [0, 1, 3]),
        ([4, 0], [0, 2], [0, 2]),
        ([4, 1], [0, 0], [0, 0]),
    ],
)
def test_limits(spectrum: list, start: list, limit: list) -> None:
    for found, expected in zip(gradient_flow.limit(spectrum, start), limit, strict=True):
        assert float(found.mid()) == pytest.approx(expected, abs=1e-15)
        assert float(found.rad()) < 1e-15


def test_the_start_must_fit() -> None:
    with pytest.raises(ValueError, match="start must have 2 entries"):
        gradient_flow.limit([2, 1], [1])
