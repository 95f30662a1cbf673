"""Small networks: worked values, gradients by finite differences, and that networks do not mix."""

import numpy as np
import pytest
from autograd import grad

from numerics.kernel_pca import attention
from numerics.small_networks import Network, accuracy, initial, losses, patches, run

KINDS = [
    Network(),
    Network("symmetric", threshold=0.5),
    Network("scaled", layers=2, patch=(2, 2)),
    Network(layers=2, width=6, head=3, classes=4),
]


def images(replicates: int, count: int = 3) -> np.ndarray:
    return np.random.default_rng(1).random((replicates, count, 8, 8))


def perturbed(network: Network, replicates: int = 2) -> dict[str, np.ndarray]:
    """Return parameters none of which is 0."""
    rng = np.random.default_rng(2)
    start = initial(list(range(replicates)), network)
    return {name: value + 0.1 * rng.standard_normal(value.shape) for name, value in start.items()}


def test_worked_values() -> None:
    assert (Network().tokens, Network(patch=(2, 2)).tokens) == (8, 16)
    x = images(1, 1)
    np.testing.assert_array_equal(patches(x, (2, 2))[0, 0, 1], x[0, 0, :2, 2:4].ravel())
    assert initial([1, 2, 3], Network())["key0"].shape == (3, 16, 4)
    zero = {name: 0 * value for name, value in initial([0], Network()).items()}
    assert losses(zero, Network(), x, np.array([[3]]))[0] == pytest.approx(np.log(10))
    assert (run(zero, Network(), x)[0] == 0).all()
    assert accuracy(zero, Network(), x, np.array([[0]])) == 1


@pytest.mark.parametrize("network", KINDS)
def test_gradients_are_those_of_finite_differences(network: Network) -> None:
    parameters, x, y = perturbed(network), images(2), np.array([[0, 1, 2], [3, 0, 1]])

    def total(p: dict[str, np.ndarray]) -> float:
        return losses(p, network, x, y).sum()

    slope = grad(total)(parameters)
    rng = np.random.default_rng(3)
    for name in parameters:
        direction = rng.standard_normal(parameters[name].shape)
        ends = [total({**parameters, name: parameters[name] + h * direction}) for h in (1e-6, -1e-6)]
        assert (slope[name] * direction).sum() == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-7), name


@pytest.mark.parametrize("network", KINDS)
def test_a_network_is_the_same_alone_and_beside_others(network: Network) -> None:
    parameters, x = perturbed(network), images(2)
    alone = run({name: value[1:] for name, value in parameters.items()}, network, x[1:])[0]
    np.testing.assert_allclose(alone[0], run(parameters, network, x)[0][1], rtol=1e-12)


@pytest.mark.parametrize("network", KINDS)
def test_the_forward_pass_is_the_attention_layer(network: Network) -> None:
    parameters, x = perturbed(network), images(2)
    logits, seen = run(parameters, network, x)
    stream = np.stack([patches(4 * x - 1, network.patch)[r] @ parameters["embed"][r] for r in range(2)])
    stream = stream + parameters["position"][:, None]
    for layer, head in enumerate(seen):
        attended = attention(head.queries, head.keys, head.values)
        stream = stream + np.stack([attended[r] @ parameters[f"output{layer}"][r] for r in range(2)])
    pooled = np.maximum(stream, 0).sum(axis=2) / np.sqrt(network.tokens)
    expected = np.stack([pooled[r] @ parameters["classes"][r] for r in range(2)]) + parameters["bias"]
    np.testing.assert_allclose(logits, expected, rtol=1e-10)


def test_variants_are_what_they_say() -> None:
    head = run(perturbed(KINDS[1]), KINDS[1], images(2))[1][0]
    np.testing.assert_array_equal(head.queries, head.keys)
    assert np.abs(head.keys).max() == 0.5
    parameters = perturbed(KINDS[2])
    head = run(parameters, KINDS[2], images(2))[1][0]
    plain = head.tokens[1, 2] @ parameters["value0"][1]
    np.testing.assert_allclose(head.values[1, 2], plain - parameters["mixer0"][1] @ plain, rtol=1e-10)
    np.testing.assert_allclose(head.tokens.mean(axis=-1), 0, atol=1e-12)


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ({"variant": "soft"}, "unknown variant"),
        ({"layers": 0}, "layers"),
        ({"patch": (3, 8)}, "divide"),
        ({"classes": 0}, "classes"),
        ({"threshold": 0.0}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
    ],
)
def test_bad_networks(bad: dict, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        Network(**bad)


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="at least one seed"):
        initial([], Network())
    parameters = initial([0], Network())
    with pytest.raises(ValueError, match="shape"):
        run(parameters, Network(), images(2))
