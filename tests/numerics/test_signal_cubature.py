import numpy as np
import pytest

from numerics.signal_cubature import cubature_square
from numerics.signal_draws import drawn_squares
from numerics.signal_tokens import plane_of


def test_one_token_is_the_output() -> None:
    q, _ = plane_of(0.25, 4, np.random.default_rng(8))
    found = cubature_square(q, 1.0, 1.5, 1, 0)
    assert found["square"].value == pytest.approx(4 + 1.5**2)
    assert found["weights"].value == pytest.approx(1)


def test_drawn_prompts() -> None:
    q, _ = plane_of(0.5, 4, np.random.default_rng(9))
    found = cubature_square(q, 1.0, 1.5, 2, 1)["square"]
    drawn = drawn_squares(np.random.default_rng(9), 200_000, 0.5, 1.0, 1.5, 2, 1, 4)
    assert abs(drawn.mean() - found.value) < 5 * drawn.std() / np.sqrt(len(drawn))


@pytest.mark.parametrize(
    ("query", "counts", "latent", "message"),
    [
        ([1.0], (1, 1), "constant", "unit vector"),
        ([0.0, 0.0], (1, 1), "constant", "unit vector"),
        ([np.nan, 0.0], (1, 1), "constant", "query must be finite"),
        ([1.0, 0.0], (2, 2), "constant", "one to three tokens"),
        ([1.0, 0.0], (0, 0), "constant", "there must be a token"),
        ([1.0, 0.0], (1, 1), "gaussian", "few values"),
        ([1.0, 0.0], (1, 1), "uniform", "unknown latent sign"),
    ],
)
def test_bad_input_is_refused(query, counts, latent, message) -> None:
    with pytest.raises(ValueError, match=message):
        cubature_square(query, 1.0, 1.0, *counts, latent)
