import numpy as np
import pytest

from numerics.signal_cubature import cubature_square
from numerics.signal_draws import drawn_squares
from numerics.signal_integrals import expected_square
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


@pytest.mark.parametrize("beta", [0.01, 0.5, 1.0, 2.0, 3.0])
@pytest.mark.parametrize(
    ("counts", "latent"), [((1, 1), "constant"), ((2, 0), "rademacher"), ((2, 1), "constant"), ((0, 3), "constant")]
)
def test_the_error_covers_what_it_is_off_by(beta: float, counts: tuple[int, int], latent: str) -> None:
    q, _ = plane_of(0.5, 3, np.random.default_rng(1))
    found = cubature_square(q, beta, 2.0, *counts, latent)
    integrals = expected_square(0.5, beta, 2.0, *counts, 3, latent)
    for name, value in found.items():
        assert abs(value.value - integrals[name].value) <= value.error + integrals[name].error < 1e-7


@pytest.mark.parametrize(("beta", "strength"), [(3.5, 1.0), (0.0, 1.0), (np.nan, 1.0), (1.0, np.inf), (1.0, np.nan)])
def test_temperatures_for_which_the_rule_is_not_made_are_refused(beta: float, strength: float) -> None:
    with pytest.raises(ValueError, match=r"inverse temperature β must be in|strength θ must be finite"):
        cubature_square([1.0, 0.0], beta, strength, 1, 1)


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
