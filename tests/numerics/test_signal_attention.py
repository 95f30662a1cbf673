import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from numerics.attention import softmax_attention
from numerics.signal_attention import attended, softmax_weights, square_and_gradient
from numerics.signal_tokens import drawn_signal_tokens


@pytest.fixture
def stacks():
    rng = np.random.default_rng(4)
    tokens = drawn_signal_tokens(rng, 6, 3, 4, 5, 1.5)
    query = rng.standard_normal((6, 5))
    return query, tokens


def test_worked_values() -> None:
    query, tokens = np.ones((1, 1)), np.array([[[1.0], [-1.0]]])
    tanh = np.tanh(1)
    assert softmax_weights(query, tokens, 1.0)[0] == pytest.approx([0.8808, 0.1192], abs=5e-5)
    assert attended(query, tokens, 1.0)[0, 0] == pytest.approx(tanh)
    square, gradient = square_and_gradient(query, tokens, 1.0)
    assert square[0] == pytest.approx(tanh**2)
    assert gradient[0, 0] == pytest.approx(2 * tanh * (1 - tanh**2))
    assert (square[0], gradient[0, 0]) == pytest.approx((0.5800, 0.6397), abs=5e-5)


def test_it_is_the_softmax_layer(stacks) -> None:
    query, tokens = stacks
    output = attended(query, tokens, 0.75)
    for q, x, o in zip(query, tokens, output, strict=True):
        np.testing.assert_allclose(o, softmax_attention(q[None], x, x, np.eye(5), inverse_temperature=0.75)[0])


@pytest.mark.parametrize("beta", [0.5, 1.0, 3.0])
def test_the_gradient_against_automatic_differentiation(stacks, beta: float) -> None:
    query, tokens = stacks
    square, gradient = square_and_gradient(query, tokens, beta)
    for q, x, value, slope in zip(query, tokens, square, gradient, strict=True):

        def loss(p, x=x):
            heat = anp.exp(beta * anp.dot(x, p))
            output = anp.dot(heat, x) / anp.sum(heat)
            return anp.dot(output, output)

        assert value == pytest.approx(loss(q))
        np.testing.assert_allclose(slope, autograd.grad(loss)(q), rtol=1e-11, atol=1e-12)


def test_the_gradient_against_finite_differences(stacks) -> None:
    query, tokens = stacks
    _, gradient = square_and_gradient(query, tokens, 1.0)
    step = 1e-5
    for k in range(5):
        moved = step * np.eye(5)[k]
        above, below = (square_and_gradient(query + sign * moved, tokens, 1.0)[0] for sign in (1, -1))
        np.testing.assert_allclose((above - below) / (2 * step), gradient[:, k], rtol=1e-6, atol=1e-7)


def test_one_token_is_returned_and_moves_nothing() -> None:
    query, tokens = np.ones((2, 3)), np.arange(6.0).reshape(2, 1, 3)
    np.testing.assert_array_equal(attended(query, tokens, 2.0), tokens[:, 0])
    np.testing.assert_array_equal(square_and_gradient(query, tokens, 2.0)[1], np.zeros((2, 3)))


def test_the_zero_query_takes_the_mean(stacks) -> None:
    query, tokens = stacks
    np.testing.assert_allclose(attended(0 * query, tokens, 1.0), tokens.mean(axis=1))


def test_large_scores_do_not_overflow() -> None:
    tokens = np.array([[[1000.0], [-1000.0]]])
    assert attended(np.ones((1, 1)), tokens, 10.0)[0, 0] == 1000


@pytest.mark.parametrize("function", [softmax_weights, attended, square_and_gradient])
def test_bad_input_is_refused(stacks, function) -> None:
    query, tokens = stacks
    with pytest.raises(ValueError, match="query must be"):
        function(query[:, :4], tokens, 1.0)
    with pytest.raises(ValueError, match="query must be"):
        function(query[0], tokens[0], 1.0)
    for q, beta in ((query * np.nan, 1.0), (query, np.inf)):
        with pytest.raises(ValueError, match="query and inverse temperature must be finite"):
            function(q, tokens, beta)
