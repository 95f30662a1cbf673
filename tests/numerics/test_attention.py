import numpy as np
import pytest

from numerics.attention import layer, linear_attention, softmax_attention

RNG = np.random.default_rng(0)
Q, K, V, A = (RNG.standard_normal(shape) for shape in ((5, 3), (7, 3), (7, 2), (3, 3)))


def by_loops(head: str, beta: float) -> np.ndarray:
    """Return what the layer's definition says, one number at a time."""
    outputs = np.zeros((5, 2))
    for i, q in enumerate(Q):
        scores = [beta * float(q @ A @ x) for x in K]
        weights = [np.exp(s) for s in scores] if head == "softmax" else scores
        total = sum(weights) if head == "softmax" else len(K)
        for weight, value in zip(weights, V, strict=True):
            outputs[i] += weight * value / total
    return outputs


@pytest.mark.parametrize("head", ["softmax", "linear"])
@pytest.mark.parametrize("beta", [1.0, -0.3])
def test_the_layer_is_its_definition(head: str, beta: float) -> None:
    np.testing.assert_allclose(layer(head)(Q, K, V, A, inverse_temperature=beta), by_loops(head, beta), rtol=1e-13)


def test_worked_values() -> None:
    one, pair = np.array([[1.0]]), np.array([[1.0], [-1.0]])
    assert softmax_attention(one, pair, pair, one)[0, 0] == pytest.approx(np.tanh(1), rel=1e-15)
    assert linear_attention(one, pair, pair, one)[0, 0] == 1


@pytest.mark.parametrize("head", ["softmax", "linear"])
def test_equal_weights_are_no_weights_and_double_weight_is_a_repeated_key(head: str) -> None:
    plain = layer(head)(Q, K, V, A)
    np.testing.assert_allclose(layer(head)(Q, K, V, A, weights=np.full(7, 1 / 7)), plain, rtol=1e-13)
    repeated = layer(head)(Q, np.vstack([K, K[:1]]), np.vstack([V, V[:1]]), A)
    weights = np.array([2, 1, 1, 1, 1, 1, 1]) / 8
    np.testing.assert_allclose(layer(head)(Q, K, V, A, weights=weights), repeated, rtol=1e-13)


@pytest.mark.parametrize("head", ["softmax", "linear"])
def test_prompts_can_be_stacked(head: str) -> None:
    queries, keys = RNG.standard_normal((4, 5, 3)), RNG.standard_normal((4, 7, 3))
    together = layer(head)(queries, keys, keys, A)
    alone = [layer(head)(q, k, k, A) for q, k in zip(queries, keys, strict=True)]
    np.testing.assert_allclose(together, alone, rtol=1e-13)


def test_large_scores_do_not_overflow() -> None:
    output = softmax_attention(1e4 * Q, K, V, A)
    assert np.isfinite(output).all()


def test_inputs_are_left_alone() -> None:
    before = [x.copy() for x in (Q, K, V, A)]
    softmax_attention(Q, K, V, A)
    for x, copy in zip((Q, K, V, A), before, strict=True):
        np.testing.assert_array_equal(x, copy)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((Q, K[:0], V[:0], A), "L ≥ 1"),
        ((Q, K, V[:3], A), "a value for every key"),
        ((Q, K, V, A[:2]), "interaction must be"),
        ((Q[:, :2], K, V, A), "interaction must be"),
        ((Q[0], K, V, A), "queries must be an array of L"),
        ((Q[:, :0], K[:, :0], V, A[:0, :0]), "d ≥ 1"),
        ((np.nan * Q, K, V, A), "queries must be finite"),
        ((Q, K, V, np.full((3, 3), np.inf)), "interaction must be finite"),
    ],
)
@pytest.mark.parametrize("head", ["softmax", "linear"])
def test_shapes_that_do_not_fit_are_refused(head: str, arguments: tuple, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        layer(head)(*arguments)


def test_the_temperature_must_be_finite() -> None:
    with pytest.raises(ValueError, match="inverse_temperature must be finite"):
        softmax_attention(Q, K, V, A, inverse_temperature=float("nan"))


def test_an_unknown_head_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown head 'hard'; there are linear, softmax"):
        layer("hard")
