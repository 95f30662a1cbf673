"""The ascent by its alignment alone against the one in d dimensions, at its ends, and what is refused."""

import tracemalloc

import numpy as np
import pytest
from scipy.stats import ks_2samp

from numerics import ascent, reduced_ascent
from numerics.ascent import Tokens

LATENTS = ("rademacher", "constant", "gaussian")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def queries(n: int, d: int, m: float) -> np.ndarray:
    found = np.full((n, d), np.sqrt((1 - m * m) / (d - 1)))
    found[:, 0] = m
    return found


def test_worked_values() -> None:
    one = reduced_ascent.drawn_gradients(rng(), [0.5, -1.0], Tokens(1, 0, 4, 1.0, 1.0))
    np.testing.assert_allclose([one.query, one.across, one.rest], 0, atol=1e-12)
    start = np.array([-1.0, -0.25, 0.5, 1.0])
    np.testing.assert_allclose(reduced_ascent.ascend(rng(), start, Tokens(3, 4, 5, 1.0, 1.0), [0.0]), start)


@pytest.mark.parametrize("latent", LATENTS)
@pytest.mark.parametrize(
    ("counts", "d", "m"), [((2, 3), 3, 0.25), ((4, 1), 6, -0.5), ((0, 4), 4, 0.0), ((3, 0), 3, 0.9)]
)
def test_both_steps_have_one_law(latent: str, counts: tuple[int, int], d: int, m: float) -> None:
    tokens, n = Tokens(*counts, d, 1.25, 0.9, latent), 20_000
    at = queries(n, d, m)
    dense = ascent.gradient_parts(at, ascent.gradients(rng(1), at, tokens))
    found = reduced_ascent.drawn_gradients(rng(2), np.full(n, m), tokens)
    reduced = found.query, found.across, found.rest
    pairs = [*zip(dense, reduced, strict=True), *((dense[i] * dense[2], reduced[i] * reduced[2]) for i in range(2))]
    assert min(ks_2samp(one, other).pvalue for one, other in pairs) > 1e-5
    ends = ascent.ascend(rng(3), at, tokens, [0.4, 0.2])[:, 0]
    assert ks_2samp(ends, reduced_ascent.ascend(rng(4), np.full(n, m), tokens, [0.4, 0.2])).pvalue > 1e-5


def test_a_degree_of_freedom_too_few_is_seen() -> None:
    tokens, n = Tokens(2, 3, 4, 1.5, 0.8), 20_000
    right, wrong = (
        reduced_ascent.drawn_gradients(rng(5 + i), np.full(n, 0.25), tokens, degrees=degrees).rest
        for i, degrees in enumerate((None, (1, 1)))
    )
    assert ks_2samp(right, wrong).pvalue < 1e-9


def test_at_the_poles_the_gradient_across_has_no_direction() -> None:
    tokens = Tokens(30, 30, 9, 2.0, 0.5)
    up, down = (reduced_ascent.drawn_gradients(rng(7), np.full(4000, m), tokens) for m in (1.0, -1.0))
    for parts in (up, down):
        assert abs(parts.across.mean()) < 5 * parts.across.std() / np.sqrt(4000)
        share = parts.across**2 - parts.rest**2 / 7  # of 8 coordinates across u
        assert abs(share.mean()) < 5 * share.std() / np.sqrt(4000)


def test_no_signal_is_a_model_too() -> None:
    at = np.full(3000, 0.5)
    assert np.isfinite(reduced_ascent.ascend(rng(), at, Tokens(2, 2, 3, 0.0, 1.0), [0.5, 0.5])).all()


def test_without_signal_a_uniform_start_stays_uniform() -> None:
    d, n = 3, 40_000
    starts = ascent.projected(rng(9).standard_normal((n, d)))
    ends = ascent.ascend(rng(10), starts, Tokens(3, 3, d, 0.0, 1.0), [0.5, 0.35])
    assert np.mean((starts * ends).sum(axis=1)) < 0.99  # they move
    squares = ends[:, 0] ** 2
    assert abs(squares.mean() - 1 / d) < 5 * squares.std() / np.sqrt(n)


def test_many_tokens_take_little_memory() -> None:
    tracemalloc.start()
    ends = reduced_ascent.ascend(rng(8), np.full(200, 0.5), Tokens(500, 1500, 100, 1.0, 1.0), [0.1, 0.1])
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (np.abs(ends) <= 1).all()
    assert len(np.unique(ends)) == 200
    assert memory < 3e6  # 200 runs of 2000 tokens are 3.2 MB an array


def test_what_is_refused() -> None:
    tokens = Tokens(2, 2, 3, 1.0, 1.0)
    for m, message in (([1.1], "between −1 and 1"), ([np.nan], "finite"), ([], "with entries")):
        with pytest.raises(ValueError, match=message):
            reduced_ascent.ascend(rng(), m, tokens, [0.1])
        with pytest.raises(ValueError, match=message):
            reduced_ascent.drawn_gradients(rng(), m, tokens)
    with pytest.raises(ValueError, match="dimension d must be at least 3"):
        reduced_ascent.ascend(rng(), [0.5], Tokens(2, 2, 2, 1.0, 1.0), [0.1])
    with pytest.raises(ValueError, match="must not be negative"):
        reduced_ascent.ascend(rng(), [0.5], tokens, [-0.1])
